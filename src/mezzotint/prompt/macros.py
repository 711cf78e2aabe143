"""Macros: `--mine` stands for a text that the user saved under that name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.prompt.punctuation import COMMAS
from mezzotint.prompt.source_map import SourceMap

if TYPE_CHECKING:
    from collections.abc import Mapping

# A name between blanks; inside a group also between its braces and commas.
_MARK = re.compile(
    rf"\\[,{{}}]|(?<![^\s{{{COMMAS}])(?:--|[—–])(?P<name>[A-Za-z][A-Za-z0-9_-]*+)"
    rf"(?![^\s}}{COMMAS}])|[{{}}]"
)
_GROUP_MARKS = frozenset(f"{{}}{COMMAS}")
_DEPTH = {"{": 1, "}": -1}


def expand_macros(
    text: str, start: int, texts: Mapping[str, str], max_characters: int
) -> tuple[str, SourceMap]:
    """Replace every saved name in `text` by its text, once: macros in macros stay as written.

    Args:
        text: The submitted text.
        start: Where the prompt begins in it; what stands before is dropped.
        texts: Saved texts by lower-case name.
        max_characters: When macros have added this many characters, the rest stays as written.

    Returns:
        The new text, and where its characters come from: those of a macro all from its name.

    Example:
        >>> expand_macros("a fox --mine", 0, {"mine": "--chaos 5"}, 100)[0]
        'a fox --chaos 5'
    """
    parts: list[str] = []
    starts = [0]
    sources = [start]
    fixed_ends: dict[int, int] = {}
    length = num_added = depth = 0
    copied = start
    for mark in _MARK.finditer(text, start):
        if mark["name"] is None:
            depth = max(depth + _DEPTH.get(mark.group(), 0), 0)
            continue
        saved = texts.get(mark["name"].lower())
        if saved is None or num_added + len(saved) > max_characters:
            continue
        if not depth and _touches_comma(text, mark.start(), mark.end()):
            continue  # outside a group a comma is no boundary: `a,--mine` is prose
        parts += (text[copied : mark.start()], saved)
        length += mark.start() - copied
        num_added += len(saved)
        copied = mark.end()
        fixed_ends[len(starts)] = copied
        starts += (length, length + len(saved))
        sources += (mark.start(), copied)
        length += len(saved)
    parts.append(text[copied:])
    return "".join(parts), SourceMap(starts, sources, fixed_ends=fixed_ends)


def _touches_comma(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return before in _GROUP_MARKS or after in _GROUP_MARKS
