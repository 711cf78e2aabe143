"""From an equirectangular panorama to the six faces of a cube."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Face = Literal["right", "left", "top", "bottom", "front", "back"]
# The order in which game engines and OpenGL number them: +x, -x, +y, -y, +z, -z.
FACES: tuple[Face, ...] = ("right", "left", "top", "bottom", "front", "back")

_BLOCK_ROWS = 256  # of a face at a time, so that memory stays bounded
_SAMPLES = 2  # a side, in each pixel of a face


def cube_face(panorama: NDArray[np.uint8], face: Face, size_px: int) -> NDArray[np.uint8]:
    """Look out of the middle of a panorama through one side of a cube (90 degrees each way).

    The middle of the panorama is the middle of "front"; a quarter to the right of it is the middle
    of "right". Each face is what one sees from inside: its left edge meets the right edge of the
    one before. "top" joins "front" at its lower edge, "bottom" at its upper one.

    Args:
        panorama: uint8 [H, W, C], twice as wide as high; wraps around left to right.
        face: Which side.
        size_px: Side of the face.

    Returns:
        uint8 [size_px, size_px, C].
    """
    import numpy as np

    sampled = np.empty((size_px, size_px, panorama.shape[2]), np.uint8)
    for top in range(0, size_px, _BLOCK_ROWS):
        bottom = min(top + _BLOCK_ROWS, size_px)
        total = np.zeros((bottom - top, size_px, panorama.shape[2]), np.float32)
        for sample in range(_SAMPLES * _SAMPLES):
            row, column = (part + 0.5 for part in divmod(sample, _SAMPLES))
            y, x = _grid(top, bottom, size_px, row / _SAMPLES, column / _SAMPLES)
            total += _look(panorama, *_directions(face, x, y))
        sampled[top:bottom] = np.rint(total / _SAMPLES**2).clip(0, 255)
    return sampled


def _grid(
    top: int, bottom: int, size_px: int, row: float, column: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Where the rays of these rows pass the face: both from -1 to 1, right and down.
    import numpy as np

    y = (np.arange(top, bottom) + row) * 2 / size_px - 1
    x = (np.arange(size_px) + column) * 2 / size_px - 1
    grid_y, grid_x = np.meshgrid(y, x, indexing="ij")
    return grid_y, grid_x


def _directions(
    face: Face, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    # Right, up and forward parts of each ray.
    import numpy as np

    one = np.ones_like(x)
    match face:
        case "front":
            return x, -y, one
        case "back":
            return -x, -y, -one
        case "right":
            return one, -y, -x
        case "left":
            return -one, -y, x
        case "top":
            return x, one, y
        case "bottom":
            return x, -one, -y


def _look(
    panorama: NDArray[np.uint8],
    right: NDArray[np.float64],
    up: NDArray[np.float64],
    forward: NDArray[np.float64],
) -> NDArray[np.float32]:
    # Bilinear between the four nearest pixels; wraps around sideways, stays at the poles.
    import numpy as np

    height, width = panorama.shape[:2]
    longitude = np.arctan2(right, forward)
    latitude = np.arctan2(up, np.hypot(right, forward))
    column = (longitude / (2 * math.pi) + 0.5) * width - 0.5
    row = ((0.5 - latitude / math.pi) * height - 0.5).clip(0, height - 1)
    left, upper = np.floor(column), np.floor(row)
    across = (column - left).astype(np.float32)[..., None]
    down = (row - upper).astype(np.float32)[..., None]
    columns = left.astype(np.intp) % width
    next_columns = (columns + 1) % width
    rows = upper.astype(np.intp)
    next_rows = np.minimum(rows + 1, height - 1)
    first = panorama[rows, columns] * (1 - across) + panorama[rows, next_columns] * across
    second = (
        panorama[next_rows, columns] * (1 - across) + panorama[next_rows, next_columns] * across
    )
    return first * (1 - down) + second * down
