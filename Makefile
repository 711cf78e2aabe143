# Two environments: .venv holds the light package (imagine), .venv-dev everything needed to train, test and build.
# Both need only python3 (3.11 or newer), make and PyPI; constraints.txt pins every version exactly.

PYTHON ?= python3
LIGHT := .venv
DEV := .venv-dev
PROMPT ?= ankle boot --seed 7

.PHONY: imagine dev test lint types bench docs translations clean help

help: ## Show the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

imagine: $(LIGHT)/.installed ## Make four pictures and a contact sheet from a shipped bundle.
	$(LIGHT)/bin/mezzotint imagine "$(PROMPT)"

dev: $(DEV)/.installed ## Make the development environment.

test: $(DEV)/.installed ## Run every test.
	$(DEV)/bin/python -m pytest -n 2 $(PYTEST_ARGS)

lint: $(DEV)/.installed ## Format check, lint, import layers, sizes, spelling, types.
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/ruff check .
	$(DEV)/bin/lint-imports
	$(DEV)/bin/python tools/size_ratchet.py
	$(DEV)/bin/typos
	$(DEV)/bin/basedpyright

types: $(DEV)/.installed ## Type check alone.
	$(DEV)/bin/basedpyright

bench: $(DEV)/.installed ## Run every benchmark; JSON goes to benchmarks/results.
	$(DEV)/bin/python -m benchmarks

docs: $(DEV)/.installed ## Build the HTML documentation in both languages.
	$(DEV)/bin/python tools/build_docs.py

translations: $(DEV)/.installed ## Collect messages from the source, update and compile the catalogues.
	$(DEV)/bin/python tools/translations.py

$(LIGHT)/.installed: pyproject.toml constraints.txt
	$(PYTHON) tools/require_python.py
	$(PYTHON) -m venv $(LIGHT)
	$(LIGHT)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) tools/require_python.py
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean: ## Remove both environments and what tools left behind.
	rm -rf $(LIGHT) $(DEV) .pytest_cache .ruff_cache .hypothesis docs/_build dist
