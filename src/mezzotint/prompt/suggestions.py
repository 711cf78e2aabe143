"""Guess which name was meant: the nearest one by edit distance (Levenshtein 1966)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.prompt.settings import MAX_MACRO_LETTERS
from mezzotint.prompt.table import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DISTANCE = 2
_MAX_LETTERS = MAX_MACRO_LETTERS + MAX_DISTANCE
_LETTERS = {name: frozenset(name) for name in BY_NAME}


def nearest_name(name: str, macros: Iterable[str] = ()) -> str | None:
    """Return the known name nearest to `name`, at most 2 edits away; None if there is none.

    A name all of whose letters would change is no guess at all and is not returned.

    Args:
        name: What was typed, in lower case.
        macros: Names that this user saved, in lower case.

    Example:
        >>> nearest_name("chaso")
        'chaos'
    """
    if len(name) > _MAX_LETTERS:
        return None
    letters = frozenset(name)
    best, best_distance = None, min(MAX_DISTANCE, len(name) - 1) + 1
    for known in (*BY_NAME, *macros):
        # Each edit changes at most two members of the set of letters.
        if len(letters ^ _LETTERS.get(known, letters)) > 2 * MAX_DISTANCE:
            continue
        if (distance := _distance(name, known)) < best_distance:
            best, best_distance = known, distance
    return best


def _distance(first: str, second: str) -> int:
    # MAX_DISTANCE + 1 stands for every greater distance.
    if abs(len(first) - len(second)) > MAX_DISTANCE:
        return MAX_DISTANCE + 1
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        line = [row]
        for column, other in enumerate(second):
            line.append(
                min(above[column + 1] + 1, line[column] + 1, above[column] + (letter != other))
            )
        if min(line) > MAX_DISTANCE:
            return MAX_DISTANCE + 1
        above = line
    return above[-1]
