"""Sizes and aspects of a set of pictures, as histograms that a person can read."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIDE_BINS_PX = (32, 64, 128, 256, 512, 1024, 2048)
# width : height, from narrow to wide; a picture counts for the nearest in logarithm
ASPECTS = ((1, 3), (1, 2), (9, 16), (2, 3), (3, 4), (1, 1), (4, 3), (3, 2), (16, 9), (2, 1), (3, 1))
NUM_SIZES_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Count:
    """Say how many pictures something holds for."""

    name: str
    num: int


@dataclass(frozen=True, kw_only=True)
class ShapeStatistics:
    """Hold how large and how wide the pictures are.

    Attributes:
        smallest_side_px: The shorter side of the smallest picture.
        tenth_percentile_side_px: One picture in ten has a shorter side below this.
        median_side_px: Of the shorter sides.
        largest_side_px: The longer side of the largest picture.
        median_aspect: Width divided by height.
        sides: Histogram of the shorter side in px, from small to large: "128-255".
        aspects: Histogram of width : height, from narrow to wide: "3:2".
        sizes: The most frequent exact sizes, "width x height".
        num_sizes: How many different sizes there are.
    """

    smallest_side_px: int
    tenth_percentile_side_px: int
    median_side_px: int
    largest_side_px: int
    median_aspect: float
    sides: tuple[Count, ...]
    aspects: tuple[Count, ...]
    sizes: tuple[Count, ...]
    num_sizes: int


def shape_statistics(sizes_px: Sequence[tuple[int, int]]) -> ShapeStatistics | None:
    """Summarise sizes; None if there are none.

    Args:
        sizes_px: (height, width) of each picture.

    Example:
        >>> statistics = shape_statistics([(100, 150), (200, 300), (64, 64)])
        >>> [(count.name, count.num) for count in statistics.aspects]
        [('1:1', 1), ('4:3', 0), ('3:2', 2)]
    """
    if not sizes_px:
        return None
    shorter = sorted(min(size) for size in sizes_px)
    exact = Counter(f"{width} x {height}" for height, width in sizes_px)
    return ShapeStatistics(
        smallest_side_px=shorter[0],
        tenth_percentile_side_px=_tenth_percentile(shorter),
        median_side_px=round(median(shorter)),
        largest_side_px=max(max(size) for size in sizes_px),
        median_aspect=median(width / height for height, width in sizes_px),
        sides=_histogram((_side_bin(side) for side in shorter), _SIDE_NAMES),
        aspects=_histogram((nearest_aspect(*size) for size in sizes_px), _ASPECT_NAMES),
        sizes=most_frequent(exact, NUM_SIZES_SHOWN),
        num_sizes=len(exact),
    )


def nearest_aspect(height_px: int, width_px: int) -> str:
    """Name the usual aspect that a picture comes nearest to.

    Example:
        >>> nearest_aspect(1080, 1920), nearest_aspect(28, 28)
        ('16:9', '1:1')
    """
    wanted = log(width_px / height_px)
    width, height = min(ASPECTS, key=lambda aspect: abs(log(aspect[0] / aspect[1]) - wanted))
    return f"{width}:{height}"


def most_frequent(counts: Counter[str], num: int | None = None) -> tuple[Count, ...]:
    """List counts from the largest down, equal ones by name."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(name=name, num=count) for name, count in ordered[:num])


_SIDE_NAMES = (
    f"< {SIDE_BINS_PX[0]}",
    *(f"{low}-{high - 1}" for low, high in pairwise(SIDE_BINS_PX)),
    f"{SIDE_BINS_PX[-1]} +",
)
_ASPECT_NAMES = tuple(f"{width}:{height}" for width, height in ASPECTS)


def _side_bin(side_px: int) -> str:
    return _SIDE_NAMES[bisect_right(SIDE_BINS_PX, side_px)]


def _histogram(names: Iterable[str], order: Sequence[str]) -> tuple[Count, ...]:
    # in the order of the axis, from the first bin that is not empty to the last
    counts = Counter(names)
    filled = [index for index, name in enumerate(order) if counts[name]]
    return tuple(Count(name=name, num=counts[name]) for name in order[filled[0] : filled[-1] + 1])


def _tenth_percentile(ascending: Sequence[int]) -> int:
    if len(ascending) < 2:
        return ascending[0]
    return round(quantiles(ascending, n=10, method="inclusive")[0])
