"""Every example in a docstring of the package runs."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import mezzotint

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(mezzotint.__path__, "mezzotint.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    results = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert results.failed == 0


def test_there_are_modules_to_check() -> None:
    assert len(MODULES) > 20
