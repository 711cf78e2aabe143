"""The pages about the prompt language are true, in both languages."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

import mezzotint.prompt
from mezzotint.prompt import explain, parse
from mezzotint.prompt.reference import parameter_rows
from mezzotint.prompt.table import LEGACY
from mezzotint.studio.translation import Language, translator

DOCS = Path(__file__).resolve().parents[3] / "docs"
SOURCE = Path(mezzotint.prompt.__file__).parent
PAGES: dict[str, Language] = {"prompt.md": "en", "prompt.zh.md": "zh"}
CODE = re.compile(r'"((?:param|text|group|weights?|image|permutation|prompt)\.[a-z-]+)"')


def page(name: str) -> str:
    """Read a page."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", page(name), flags=re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_console_examples_show_what_is_printed(name: str):
    shown = blocks(name, "console")
    assert len(shown) >= 4
    for block in shown:
        command, _, output = block.partition("\n")
        typed = shlex.split(command.removeprefix("$ "))
        assert typed[0] == "mezzotint"
        assert typed[-2] == "prompt"
        lines = explain(parse(typed[-1]), translator(PAGES[name]))
        assert output.splitlines() == list(lines)


@pytest.mark.parametrize("name", PAGES)
def test_python_examples_run(name: str):
    shown = blocks(name, "pycon")
    assert len(shown) == 2
    for code in shown:
        test = doctest.DocTestParser().get_doctest(code, {}, name, name, 0)
        assert len(test.examples) >= 3
        assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_table_of_parameters_is_the_table(name: str):
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page(name).splitlines()
        if line.startswith("| `--")
    ]
    written = [(names.replace("`", ""), values, default) for names, values, default, _ in rows]
    assert written == [row[:3] for row in parameter_rows()]
    assert all(meaning for *_, meaning in rows)
    if PAGES[name] == "en":
        assert [row[3] for row in rows] == [str(row.meaning) for row in parameter_rows()]


@pytest.mark.parametrize("name", PAGES)
def test_every_code_and_every_legacy_name_is_on_the_page(name: str):
    codes = {
        code for path in SOURCE.glob("*.py") for code in CODE.findall(path.read_text("utf-8"))
    } - {"prompt.settings"}  # an error of the caller, not of a prompt
    assert len(codes) == 18
    text = page(name)
    assert {code for code in codes if f"`{code}`" not in text} == set()
    assert {spec.name for spec in LEGACY if f"`--{spec.name}`" not in text} == set()
