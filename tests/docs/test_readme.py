"""What the READMEs tell a new user to type works, in the order it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from mezzotint.cli.app import run

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
# These need a folder of pictures and half an hour; tests/unit/studio trains for real.
NEEDS_PICTURES = "my-pictures"


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(name: str) -> list[list[str]]:
    lines = [line for block in blocks(name, "bash") for line in block.splitlines()]
    return [
        shlex.split(line, comments=True)[1:]
        for line in lines
        if line.startswith("mezzotint ") and NEEDS_PICTURES not in line
    ]


@pytest.mark.parametrize("name", READMES)
def test_commands_run_in_order(name: str) -> None:
    typed = commands(name)
    assert len(typed) >= 6
    for arguments in typed:
        assert run(arguments, {}) == 0, arguments


@pytest.mark.parametrize("name", READMES)
def test_python_example_runs(name: str) -> None:
    (code,) = blocks(name, "python")
    exec(compile(code, name, "exec"), {})
    assert Path("boot.png").stat().st_size > 100


@pytest.mark.parametrize("name", READMES)
def test_linked_files_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    missing = [link for link in links if not (ROOT / link).exists()]
    assert missing == []
