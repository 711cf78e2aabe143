"""The part of a picture to paint anew, drawn: a box, a polygon, strokes of a brush, a mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.imaging.resize import resize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point = tuple[float, float]  # x and y in pixels, from the top left corner of the picture

_HALF = 128  # of 255: from here on a mask asks for painting


@dataclass(frozen=True, kw_only=True)
class Box:
    """Name a rectangle in pixels; what lies outside the picture is cut off."""

    left_px: float
    top_px: float
    width_px: float
    height_px: float


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """Hold one stroke of a round brush."""

    radius_px: float
    points: Sequence[Point]


def hole_of_box(box: Box, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Return bool [H, W], True inside the box.

    Example:
        >>> hole_of_box(Box(left_px=1, top_px=0, width_px=5, height_px=1), (2, 3)).tolist()
        [[False, True, True], [False, False, False]]
    """
    import numpy as np

    hole = np.zeros(size_px, np.bool_)
    top, left = max(0, round(box.top_px)), max(0, round(box.left_px))
    bottom, right = round(box.top_px + box.height_px), round(box.left_px + box.width_px)
    hole[top : max(0, bottom), left : max(0, right)] = True
    return hole


def hole_of_polygon(points: Sequence[Point], size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Return bool [H, W], True inside the polygon and on its border; it closes itself."""
    import numpy as np
    from PIL import Image, ImageDraw

    image = Image.new("L", (size_px[1], size_px[0]))
    ImageDraw.Draw(image).polygon(list(points), fill=255, outline=255)
    return np.array(image) > 0


def hole_of_strokes(strokes: Sequence[Stroke], size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Return bool [H, W], True where a brush passed; a single point is a dab."""
    import numpy as np
    from PIL import Image, ImageDraw

    image = Image.new("L", (size_px[1], size_px[0]))
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        radius = stroke.radius_px
        if len(stroke.points) > 1:
            draw.line(list(stroke.points), fill=255, width=max(1, round(2 * radius)))
        for x, y in stroke.points:  # round ends and joints
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.array(image) > 0


def hole_of_mask(mask: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Read a mask picture: transparent is to be painted if it has transparency, else white.

    Args:
        mask: uint8 [H, W, C] of any size; scaled to the picture's.
        size_px: Height and width of the picture.
    """
    has_alpha = mask.shape[2] == 4 and bool((mask[..., 3] < 255).any())
    shown = 255 - mask[..., 3:] if has_alpha else _grey(mask)
    return resize(shown, *size_px, method="area")[..., 0] >= _HALF


def _grey(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    return np.rint(mask[..., :3].mean(axis=2, keepdims=True)).astype(np.uint8)
