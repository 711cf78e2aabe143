"""Enlarge sprites: whole squares, or Scale2x and Scale3x, which round diagonal steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIXEL_ART_FACTORS = (2, 3, 4, 6, 8, 9)  # products of 2 and 3, and few enough passes to stay true


def enlarge_pixel_art(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Enlarge by Scale2x and Scale3x (Mazzoleni 2001), the same as AdvanceMAME's for 2 and 3.

    No colour appears that was not there; straight edges stay as they are.

    Args:
        pixels: uint8 [H, W, C].
        factor: One of PIXEL_ART_FACTORS.

    Example:
        >>> import numpy as np
        >>> step = np.array([[9, 9, 0], [9, 0, 0], [0, 0, 0]], np.uint8)[..., None]
        >>> enlarge_pixel_art(step, 2)[2:4, 2:4, 0].tolist()
        [[9, 0], [0, 0]]
    """
    assert factor in PIXEL_ART_FACTORS, "other factors are refused before"
    while factor > 1:
        step = 3 if factor % 3 == 0 else 2
        pixels = _scale3x(pixels) if step == 3 else _scale2x(pixels)
        factor //= step
    return pixels


def _scale2x(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    (_, above, _), (left, centre, right), (_, below, _) = _neighbours(pixels)
    is_corner = ~_same(above, below) & ~_same(left, right)
    large = pixels.repeat(2, axis=0).repeat(2, axis=1)
    for row, column, first, second in (
        (0, 0, left, above),
        (0, 1, above, right),
        (1, 0, left, below),
        (1, 1, below, right),
    ):
        takes = (is_corner & _same(first, second))[..., None]
        # Of the two equal neighbours the one beside: the pixel takes its colour.
        large[row::2, column::2] = np.where(takes, second if column else first, centre)
    return large


def _scale3x(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    rows = _neighbours(pixels)
    (a, b, c), (d, e, f), (g, h, i) = rows
    is_corner = ~_same(b, h) & ~_same(d, f)
    db, bf, dh, hf = _same(d, b), _same(b, f), _same(d, h), _same(h, f)
    ea, ec, eg, ei = (_same(e, other) for other in (a, c, g, i))
    large = pixels.repeat(3, axis=0).repeat(3, axis=1)
    for row, column, condition, taken in (
        (0, 0, db, d),
        (0, 1, (db & ~ec) | (bf & ~ea), b),
        (0, 2, bf, f),
        (1, 0, (db & ~eg) | (dh & ~ea), d),
        (1, 2, (bf & ~ei) | (hf & ~ec), f),
        (2, 0, dh, d),
        (2, 1, (dh & ~ei) | (hf & ~eg), h),
        (2, 2, hf, f),
    ):
        large[row::3, column::3] = np.where((is_corner & condition)[..., None], taken, e)
    return large


def _neighbours(pixels: NDArray[np.uint8]) -> list[list[NDArray[np.uint8]]]:
    # Three rows of three shifted copies; the edge is repeated outside.
    import numpy as np

    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return [
        [padded[top : top + height, left : left + width] for left in range(3)] for top in range(3)
    ]


def _same(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (first == second).all(axis=2)
