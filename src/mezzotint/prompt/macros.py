"""Macros: `--mine` stands for a text that the user saved under that name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.prompt.punctuation import COMMAS
from mezzotint.prompt.source_map import SourceMap

if TYPE_CHECKING:
    from collections.abc import Mapping

# A name between blanks; inside a group also between its braces and commas.
_NAME = re.compile(rf"(?<![^\s{{{COMMAS}])(?:--|[—–])([A-Za-z][A-Za-z0-9_-]*+)(?![^\s}}{COMMAS}])")
_GROUP_MARKS = frozenset(f"{{}}{COMMAS}")
_BRACE = re.compile(r"\\[{}]|[{}]")
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
    length = num_added = 0
    depth = _Depth(text, start)
    copied = start
    for mark in _NAME.finditer(text, start):
        saved = texts.get(mark[1].lower())
        if saved is None or num_added + len(saved) > max_characters:
            continue
        if _touches_group(text, *mark.span()) and not depth.at(mark.start()):
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


def _touches_group(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return before in _GROUP_MARKS or after in _GROUP_MARKS


class _Depth:
    """How many groups are open at a place; places must ascend."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._read_to = start
        self._depth = 0

    def at(self, place: int) -> int:
        for brace in _BRACE.findall(self._text, self._read_to, place):
            self._depth = max(self._depth + _DEPTH.get(brace, 0), 0)
        self._read_to = place
        return self._depth
