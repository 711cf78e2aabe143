"""Where each character of a made text comes from, so that warnings point at what was typed."""

from __future__ import annotations

from bisect import bisect_right


class SourceMap:
    """Map spans of a made text to spans of the text it was made from.

    The made text is a row of pieces. A copied piece keeps one source position a character; a
    fixed piece (the text of a macro) has one source span for all its characters.
    """

    __slots__ = ("_fixed_ends", "_parent", "_sources", "_starts")

    def __init__(
        self,
        starts: list[int],
        sources: list[int],
        *,
        fixed_ends: dict[int, int] | None = None,
        parent: SourceMap | None = None,
    ) -> None:
        """Build a map from the pieces of the made text, in order.

        Args:
            starts: Where each piece starts in the made text, ascending.
            sources: Where each piece starts in the source.
            fixed_ends: Where the source span of a fixed piece ends, by the index of the piece.
            parent: Where the source itself comes from; None if it is the submitted text.
        """
        self._starts = starts
        self._sources = sources
        self._fixed_ends = fixed_ends or {}
        self._parent = parent

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the submitted span that a span of the made text covers, ends included.

        Example:
            >>> SourceMap([0, 4], [10, 20]).span(2, 6)
            (12, 22)
        """
        if self is IDENTITY or not self._starts:
            return (start, end)
        first = self._place(start)[0]
        last = self._place(end - 1)[1] if end > start else first
        return (first, last) if self._parent is None else self._parent.span(first, last)

    def _place(self, position: int) -> tuple[int, int]:
        # The source span of the one character at `position`.
        piece = bisect_right(self._starts, position) - 1
        if piece in self._fixed_ends:
            return self._sources[piece], self._fixed_ends[piece]
        source = self._sources[piece] + position - self._starts[piece]
        return source, source + 1


IDENTITY = SourceMap([0], [0])  # the submitted text itself
