"""Write docs/cli.md and docs/cli.zh.md from `--help`; --check only compares."""

from __future__ import annotations

import argparse
import io
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from mezzotint.cli.app import COMMANDS, LazyGroup, run

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"en": DOCS / "cli.md", "zh": DOCS / "cli.zh.md"}
TITLES = {"en": "Command line", "zh": "命令行"}
WIDTH = {"COLUMNS": "88"}


def help_text(arguments: list[str], language: str) -> str:
    """Return what `mezzotint ARGUMENTS --help` prints."""
    out = io.StringIO()
    with redirect_stdout(out):
        run([*arguments, "--help", "--lang", language], WIDTH)
    return out.getvalue().rstrip()


def paths() -> list[list[str]]:
    """Return every command, and every command of a group, as words of the command line."""
    found: list[list[str]] = []
    group = LazyGroup("mezzotint")
    for name in COMMANDS:
        found.append([name])
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            found.extend([name, child] for child in command.commands)
    return found


def page(language: str) -> str:
    """Return the whole page in one language."""
    parts = [f"# {TITLES[language]}", f"```text\n{help_text([], language)}\n```"]
    for words in paths():
        parts.extend(
            [f"## mezzotint {' '.join(words)}", f"```text\n{help_text(words, language)}\n```"]
        )
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the pages, or with --check say which are not fresh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    only_check = parser.parse_args().check
    stale: list[str] = []
    for language, path in PAGES.items():
        text = page(language)
        if only_check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(path.name)
        elif not only_check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"not fresh: {', '.join(stale)}; run: python tools/cli_reference.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
