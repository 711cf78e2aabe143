"""Permutation groups: `{red, green} bird` stands for two prompts.

The number of prompts follows from the group tree, and prompt number n is built alone, so 2^40
prompts cost nothing until they are asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from mezzotint.prompt.group_tree import Group, count_row, read_tree, strip_span
from mezzotint.prompt.punctuation import separating_comma
from mezzotint.prompt.source_map import SourceMap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezzotint.prompt.group_tree import Flat

_NODE_WORK = 2  # characters that take about as long to read as one tree node to visit
_MANY = 32  # alternatives from which on it pays to remember where they begin


class Permutations:
    """Hold the groups of one text.

    Attributes:
        count: Number of prompts the text stands for, at least 1. Exact below
            `group_tree.MAX_COUNT`, which stands for itself and everything above.
        tree: The text as literals and groups, and the braces that form none.
    """

    __slots__ = ("_bounds", "_text", "count", "tree")

    def __init__(self, text: str, start: int = 0) -> None:
        """Read `text` from `start` on; linear in its length."""
        self._text = text
        self._bounds: dict[int, list[int]] = {}
        self.tree = read_tree(text, start)
        self.count = count_row(self.tree.row)

    def build(self, index: int, parent: SourceMap) -> tuple[str, SourceMap, int]:
        """Build prompt number `index`: leftmost group slowest, nested groups depth first.

        Args:
            index: 0 to `count` - 1.
            parent: Where the characters of the text itself come from.

        Returns:
            The text, where its characters come from, and the work it took in characters (a
            tree node counts as some), for a caller that keeps a budget.

        Example:
            >>> from mezzotint.prompt.source_map import IDENTITY
            >>> Permutations("{a, b} {1, 2}").build(2, IDENTITY)[0]
            'b 1'
        """
        spans, num_visited = self._choose(index)
        texts = [self._text[start:end] for start, end in spans]
        text = "".join(texts)
        starts = list(accumulate(map(len, texts), initial=0))[: len(texts)]
        source = SourceMap(starts, [start for start, _ in spans], parent=parent)
        return text, source, len(text) + _NODE_WORK * num_visited

    def _choose(self, index: int) -> tuple[list[tuple[int, int]], int]:
        # The spans of prompt number `index`, read from right to left as a number is: the last
        # group is the lowest digit. Also the number of tree nodes visited.
        spans: list[tuple[int, int]] = []
        num_visited = 0
        pending: list[tuple[Iterator[Flat | Group], int]] = [(reversed(self.tree.row), index)]
        while pending:
            items, index = pending.pop()
            for item in items:
                num_visited += 1
                index, choice = divmod(index, item[2])
                if not isinstance(item, Group):
                    span = self._alternative(item, choice) if item[2] > 1 else item[:2]
                    spans.append(span)
                    continue
                chosen = bisect_right(item.cumulative_counts, choice)
                if chosen:
                    choice -= item.cumulative_counts[chosen - 1]
                pending += ((items, index), (reversed(item.rows[chosen]), choice))
                break
        spans.reverse()
        return spans, num_visited

    def _alternative(self, group: Flat, choice: int) -> tuple[int, int]:
        # The span of one alternative of a flat group, outer blanks left out.
        start, end, count = group
        comma = separating_comma(self._text, start, end)
        if count < _MANY:
            for _ in range(choice):
                start = self._text.index(comma, start, end) + 1
            cut = self._text.find(comma, start, end)
            return strip_span(self._text, start, end if cut < 0 else cut)
        bounds = self._bounds.get(start)
        if bounds is None:
            lengths = (len(part) + 1 for part in self._text[start:end].split(comma))
            bounds = self._bounds[start] = list(accumulate(lengths, initial=start))
        return strip_span(self._text, bounds[choice], bounds[choice + 1] - 1)
