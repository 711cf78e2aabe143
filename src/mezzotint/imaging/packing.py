"""Pack rectangles into one: the skyline method (Jylanki 2010, "A thousand ways to pack")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Packed:
    """Hold where each rectangle lies.

    Attributes:
        width_px: Of the whole.
        height_px: Of the whole.
        places: (left, top) of each rectangle, in the order given.
    """

    width_px: int
    height_px: int
    places: tuple[tuple[int, int], ...]


def pack(
    sizes: Sequence[tuple[int, int]], *, max_side_px: int, power_of_two: bool = False
) -> Packed | None:
    """Pack rectangles without turning them; the same input gives the same places.

    Args:
        sizes: (width, height) of each, 1 or more.
        max_side_px: No side of the whole is longer.
        power_of_two: Make both sides of the whole powers of two, as old graphics chips need.

    Returns:
        The packing of least area among the widths tried; None if they do not fit.

    Example:
        >>> pack([(2, 2)] * 4, max_side_px=64)
        Packed(width_px=4, height_px=4, places=((0, 0), (2, 0), (0, 2), (2, 2)))
    """
    order = sorted(range(len(sizes)), key=lambda at: (-sizes[at][1], -sizes[at][0], at))
    best: Packed | None = None
    for width in _widths(sizes, max_side_px, power_of_two=power_of_two):
        placed = _place([sizes[at] for at in order], width)
        used_width = max(left + sizes[at][0] for at, (left, _) in zip(order, placed, strict=True))
        height = max(top + sizes[at][1] for at, (_, top) in zip(order, placed, strict=True))
        if power_of_two:
            used_width, height = width, _power_of_two(height)
        if height > max_side_px:
            continue
        area, longest = used_width * height, max(used_width, height)
        if best is None or (area, longest) < (
            best.width_px * best.height_px,
            max(best.width_px, best.height_px),
        ):
            places = dict(zip(order, placed, strict=True))
            best = Packed(
                width_px=used_width,
                height_px=height,
                places=tuple(places[at] for at in range(len(sizes))),
            )
    return best


def _widths(sizes: Sequence[tuple[int, int]], max_side_px: int, *, power_of_two: bool) -> list[int]:
    widest = max(width for width, _ in sizes)
    if widest > max_side_px:
        return []
    area = sum(width * height for width, height in sizes)
    if power_of_two:
        powers = [2**exponent for exponent in range(1, 31)]
        return [side for side in powers if widest <= side <= max_side_px]
    square = max(widest, int(area**0.5))
    tried = {widest, max_side_px, *(round(square * (1 + step / 16)) for step in range(9))}
    tried |= {width * count for width in (widest, sizes[0][0]) for count in range(1, 65)}
    return sorted(side for side in tried if widest <= side <= max_side_px and side <= 4 * square)


def _place(sizes: Sequence[tuple[int, int]], total_width: int) -> list[tuple[int, int]]:
    """Put each rectangle where its top is highest up; then as far left as it goes."""
    skyline = [(0, total_width, 0)]  # (left, width, depth) from left to right
    placed: list[tuple[int, int]] = []
    for width, height in sizes:
        spots = (
            (depth, left)
            for left, _, _ in skyline
            if left + width <= total_width
            for depth in (_depth(skyline, left, width),)
        )
        top, left = min(spots)
        placed.append((left, top))
        skyline = _raised(skyline, left, width, top + height)
    return placed


def _depth(skyline: Sequence[tuple[int, int, int]], left: int, width: int) -> int:
    return max(
        depth for start, span, depth in skyline if start < left + width and left < start + span
    )


def _raised(
    skyline: Sequence[tuple[int, int, int]], left: int, width: int, depth: int
) -> list[tuple[int, int, int]]:
    right = left + width
    pieces = [(left, width, depth)]
    for start, span, old in skyline:
        end = start + span
        if start < left:
            pieces.append((start, min(end, left) - start, old))
        if end > right:
            first = max(start, right)
            pieces.append((first, end - first, old))
    pieces.sort()
    merged: list[tuple[int, int, int]] = []
    for piece in pieces:
        if merged and merged[-1][2] == piece[2]:
            start, span, old = merged[-1]
            merged[-1] = (start, span + piece[1], old)
        else:
            merged.append(piece)
    return merged


def _power_of_two(side_px: int) -> int:
    return 1 << (side_px - 1).bit_length()
