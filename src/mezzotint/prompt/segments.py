"""Split text into weighted segments: `space::2 ship` is space 2, ship 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mezzotint.prompt import wording
from mezzotint.prompt.punctuation import COLONS, COMMAS
from mezzotint.prompt.structure import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezzotint.prompt.diagnostics import Reporter, Span

# Runs of colons. Two separate, in ASCII or both fullwidth as Chinese input methods write them.
_COLON_RUN = re.compile(rf"[{COLONS}]{{2,}}+")
_SEPARATORS = frozenset({"::", "：："})
# Counts only before a blank, a comma, a separator or the end: `cat::3d render` has no 3.
_WEIGHT = re.compile(
    rf"(-?(?:[0-9]{{1,15}}+(?:\.[0-9]{{1,30}}+)?|\.[0-9]{{1,30}}+))"
    rf"(?=[\s{COMMAS}]|(?:::|：：)(?![{COLONS}])|\Z)"
)
_MAX_WEIGHT = 1e15  # at and above, `write_number` would need more digits than are read
# Everything that `str.isspace` takes for a blank, and the commas.
_OUTER = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    f"\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000{COMMAS}"
)


class Part(NamedTuple):
    """Mark one segment in a text.

    Attributes:
        start: Where its text begins, outer blanks and commas left out.
        end: Where its text ends.
        weight: What is written behind it, else 1.
    """

    start: int
    end: int
    weight: float


def split_parts(text: str, reporter: Reporter) -> tuple[list[Part], Span | None]:
    """Split `text` at its double colons.

    Returns:
        The parts that hold text, and the place of the first separator, None without one.
    """
    if "::" not in text and "：：" not in text:
        return _whole(text), None
    parts: list[Part] = []
    first: Span | None = None
    begin = 0
    for colons, weight, after in _separators(text, reporter):
        first = first or colons
        start, end = _strip(text, begin, colons[0])
        if end > start:
            parts.append(Part(start, end, weight))
        else:
            reporter.warn("weight.empty", (colons[0], after), wording.empty_segment)
        begin = after
    if first is None:
        return _whole(text), None
    start, end = _strip(text, begin, len(text))
    if end > start:
        parts.append(Part(start, end, 1.0))
    return parts, first


def read_part(text: str, part: Part, reporter: Reporter) -> Segment:
    """Make the segment of one part; runs of blanks become one."""
    words = " ".join(text[part.start : part.end].split())
    return Segment(words, part.weight, *reporter.place(part.start, part.end))


def _whole(text: str) -> list[Part]:
    # Text without a separator: its commas are its own.
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return [Part(start, end, 1.0)] if end > start else []


def _separators(text: str, reporter: Reporter) -> Iterator[tuple[Span, float, int]]:
    # The colons, the weight behind them and where the text goes on, for each separator.
    for run in _COLON_RUN.finditer(text):
        colons = run.group()
        if colons not in _SEPARATORS:
            # Fullwidth colons alone are punctuation, as many as the writer likes.
            if "::" in colons:
                reporter.warn("weight.malformed", run.span(), wording.malformed_weight)
            continue
        number = _WEIGHT.match(text, run.end())
        if number is None or abs(float(number[1])) >= _MAX_WEIGHT:
            yield run.span(), 1.0, run.end()
        else:
            yield run.span(), float(number[1]), number.end()


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    # The span without outer blanks and commas.
    if start < end and text[start] not in _OUTER and text[end - 1] not in _OUTER:
        return start, end
    part = text[start:end]
    first = end - len(part.lstrip(_OUTER))
    return first, max(first, start + len(part.rstrip(_OUTER)))
