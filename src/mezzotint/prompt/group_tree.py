"""Read `{a, {b, c}}` into a tree of literals and groups, in one pass and without recursion.

A text may hold 30,000 groups, so the tree is frugal: what holds no group inside is a tuple.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeGuard

from mezzotint.prompt.punctuation import COMMAS, separating_comma

# Counts stop here: exact numbers of 10,000 digits would cost more than they tell.
MAX_COUNT = 10**18

# A group without groups or escapes in it is one mark.
_MARK = re.compile(rf"(\{{[^{{}}\\]*+\}}|\\[,{{}}]|[{{}}{COMMAS}])")
_COMMAS = frozenset(COMMAS)
_STRAY_MARKS = frozenset((*COMMAS, "}"))  # plain text outside groups

# Start and end in the text, and how many prompts it stands for. With 1 it is a literal, with
# more a flat group: alternatives without groups, between commas.
Flat = tuple[int, int, int]


class Group(NamedTuple):
    """Hold a closed group that has groups or escapes in it.

    Attributes:
        rows: Its alternatives, outer blanks trimmed.
        cumulative_counts: How many prompts the alternatives up to each one stand for.
        num_prompts: How many prompts the group stands for, at most MAX_COUNT.
    """

    rows: list[Row]
    cumulative_counts: list[int]
    num_prompts: int


Row = list["Flat | Group"]
# Of an open group: where it begins in the row and among the commas, and its place in the text.
_Opened = tuple[int, int, int]


class Tree(NamedTuple):
    """Hold a text as literals and groups.

    Attributes:
        row: The whole text.
        first_group: Span of the first closed group; None if there is none.
        unclosed: Places of `{` without a partner, in order.
        stray: Places of `}` without a partner, in order.
    """

    row: Row
    first_group: tuple[int, int] | None
    unclosed: list[int]
    stray: list[int]


def read_tree(text: str, start: int = 0) -> Tree:
    """Read `text` from `start` on; linear in its length, however deep it nests.

    One flat row holds everything read so far, braces and commas of open groups as literals. A
    closing brace folds the end of the row into a group; what is never closed is already text.
    """
    row: Row = []
    opened: list[_Opened] = []
    commas: list[tuple[int, str]] = []  # of open groups: where in `row` they stand
    first_group: tuple[int, int] | None = None
    stray: list[int] = []
    parts = _MARK.split(text[start:] if start else text)
    literal = start  # where the literal being read begins
    at = start + len(parts[0])
    for mark, following in zip(parts[1::2], parts[2::2], strict=True):
        if opened or mark not in _STRAY_MARKS:
            if at > literal:
                row.append((literal, at, 1))
            literal = at + 1  # behind the mark; of an escape, the escaped character stays
            if mark in _COMMAS:
                commas.append((len(row), mark))
                row.append((at, literal, 1))
            elif mark == "{":
                opened.append((len(row), len(commas), at))
                row.append((at, literal, 1))
            elif mark == "}":
                begin, num_commas, place = opened.pop()
                if first_group is None or place < first_group[0]:
                    first_group = (place, literal)
                _fold(text, row, begin, _separating(commas[num_commas:]))
                del commas[num_commas:]
            elif mark[0] == "{":
                literal = at + len(mark)
                first_group = first_group or (at, literal)
                _append_flat(text, row, at + 1, literal - 1)
        elif mark == "}":
            stray.append(at)
        at += len(mark) + len(following)
    if len(text) > literal:
        row.append((literal, len(text), 1))
    unclosed = [place for _, _, place in opened]
    return Tree(_merged(row) if unclosed else row, first_group, unclosed, stray)


def count_row(row: Row) -> int:
    """Return how many prompts a row stands for; MAX_COUNT stands for all above."""
    product = 1
    for item in row:
        product *= item[2]
        if product > MAX_COUNT:
            return MAX_COUNT
    return product


def strip_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the blanks at its two ends; (end, end) if nothing is left."""
    if start == end or not (text[start].isspace() or text[end - 1].isspace()):
        return start, end
    part = text[start:end]
    first = end - len(part.lstrip())
    return first, max(first, start + len(part.rstrip()))


def _append_flat(text: str, row: Row, start: int, end: int) -> None:
    # Append what stands between two braces; a single alternative is a literal.
    count = text.count(separating_comma(text, start, end), start, end) + 1
    if count > 1:
        row.append((start, end, count))
        return
    start, end = strip_span(text, start, end)
    if start < end:
        row.append((start, end, 1))


def _separating(commas: list[tuple[int, str]]) -> list[int]:
    # Of the commas of one group, those that separate; the others are text.
    kinds = {comma for _, comma in commas}
    separating = next((comma for comma in COMMAS if comma in kinds), "")
    return [index for index, comma in commas if comma == separating]


def _fold(text: str, row: Row, begin: int, commas: list[int]) -> None:
    # Replace row[begin:], an opening brace and alternatives between commas, by their group.
    if not commas and len(row) - begin <= 2:  # one alternative of one item is that item
        del row[begin]
        _strip(text, row, begin)
        return
    commas.append(len(row))
    rows: list[Row] = []
    counts: list[int] = []
    count = 0
    start = begin
    for end in commas:
        alternative = row[start + 1 : end]
        _strip(text, alternative, 0)
        rows.append(alternative)
        count += alternative[0][2] if len(alternative) == 1 else count_row(alternative)
        counts.append(count)
        start = end
    row[begin:] = [Group(rows, counts, min(count, MAX_COUNT))]


def _strip(text: str, row: Row, begin: int) -> None:
    # Take the outer blanks of the alternative row[begin:]; those of its groups are gone already.
    if len(row) == begin:
        return
    if _is_literal(first := row[begin]) and text[first[0]].isspace():
        row[begin] = (strip_span(text, first[0], first[1])[0], first[1], 1)
    if _is_literal(last := row[-1]) and text[last[1] - 1].isspace():
        row[-1] = (last[0], strip_span(text, last[0], last[1])[1], 1)


def _is_literal(item: Flat | Group) -> TypeGuard[Flat]:
    # Empty literals do not count: a blank alternative leaves one.
    return item[2] == 1 and not isinstance(item, Group) and item[0] < item[1]


def _merged(row: Row) -> Row:
    # Braces and commas that turned out to be text, joined to the literals beside them.
    merged: Row = []
    for item in row:
        before = merged[-1] if merged else item
        if _is_literal(before) and _is_literal(item) and before[1] == item[0]:
            merged[-1] = (before[0], item[1], 1)
        else:
            merged.append(item)
    return merged
