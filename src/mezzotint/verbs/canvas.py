"""A picture of which a part is known: what every verb with a mask begins with.

A hole in a picture, a frame around it, a half of it: all are a `Canvas`. Nothing here needs a
model; `filling.py` lets one paint what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.imaging.resize import resize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Canvas:
    """Hold the pixels of a picture and which of them stay.

    Attributes:
        pixels: uint8 [H, W, C], straight alpha; anything where nothing is known.
        is_known: bool [H, W]; True where the pixel stays, byte for byte.
    """

    pixels: NDArray[np.uint8]
    is_known: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.is_known.shape != self.pixels.shape[:2]:
            raise ValueError("pixels are [H, W, C] and is_known [H, W] of the same H and W")

    @property
    def size_px(self) -> tuple[int, int]:
        """Return height and width."""
        return self.pixels.shape[0], self.pixels.shape[1]


def known_picture(pixels: NDArray[np.uint8]) -> Canvas:
    """Return the canvas of a picture of which everything is known."""
    import numpy as np

    return Canvas(pixels=pixels, is_known=np.ones(pixels.shape[:2], np.bool_))


def with_hole(canvas: Canvas, hole: NDArray[np.bool_]) -> Canvas:
    """Return the canvas with a part to be painted anew.

    Args:
        canvas: What is there.
        hole: bool [H, W], True where it is to be painted.
    """
    return Canvas(pixels=canvas.pixels, is_known=canvas.is_known & ~hole)


def with_ground(
    canvas: Canvas, *, top_px: int = 0, right_px: int = 0, bottom_px: int = 0, left_px: int = 0
) -> Canvas:
    """Return the canvas with new ground around it, of which nothing is known.

    Example:
        >>> import numpy as np
        >>> wide = with_ground(known_picture(np.zeros((2, 2, 1), np.uint8)), left_px=3)
        >>> wide.size_px, wide.is_known.sum()
        ((2, 5), np.int64(4))
    """
    import numpy as np

    sides = ((top_px, bottom_px), (left_px, right_px))
    return Canvas(
        pixels=np.pad(canvas.pixels, (*sides, (0, 0))), is_known=np.pad(canvas.is_known, sides)
    )


def resize_canvas(canvas: Canvas, height_px: int, width_px: int) -> Canvas:
    """Scale a canvas; a new pixel is known only if every old one under it is.

    What lies in a hole lends no colour to what is known around it, as long as it is scaled down.
    """
    if canvas.size_px == (height_px, width_px):
        return canvas
    return Canvas(
        pixels=resize(canvas.pixels, height_px, width_px, method="area"),
        is_known=_all_under(_all_under(canvas.is_known, height_px).T, width_px).T,
    )


def _all_under(values: NDArray[np.bool_], num_rows: int) -> NDArray[np.bool_]:
    """Return bool [num_rows, W]: whether all old rows that a new one touches are True."""
    import numpy as np

    old = values.shape[0]
    new = np.arange(num_rows)
    starts = new * old // num_rows
    ends = -(-(new + 1) * old // num_rows)  # rounded up
    # Pairs (start, end) cut out every second piece; one more row, so that `old` may be an end.
    padded = np.concatenate([values, np.ones((1, values.shape[1]), np.bool_)])
    pairs = np.stack([starts, ends], axis=1).ravel()
    return np.logical_and.reduceat(padded, pairs, axis=0)[::2]
