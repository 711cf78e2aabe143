"""Put what was painted into what is known: not a byte of the known changes, and no edge shows.

A decoder gives known ground back a little off. The step that this leaves at the border is carried
into the hole, ring by ring, and fades there: a cheap stand-in for blending gradients (Perez et al.
2003), bounded in memory and work by the border alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.engines.pixels import from_pixels, to_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.verbs.canvas import Canvas


def composite(
    canvas: Canvas, painted: NDArray[np.uint8], *, feather_px: int = 0
) -> NDArray[np.uint8]:
    """Put the holes of a canvas in from a painted picture.

    Args:
        canvas: What is known.
        painted: uint8 [H, W, C], the whole picture, the known part included.
        feather_px: How deep into the hole the step at its border fades; 0 = not at all.

    Returns:
        uint8 [H, W, C]: the canvas's own bytes where it is known.
    """
    import numpy as np

    result = np.where(canvas.is_known[..., None], canvas.pixels, painted)
    ring, steps = _border(canvas, painted)
    is_done = canvas.is_known.copy()
    for depth in range(1, feather_px + 1):
        ring, steps = _next_ring(ring, steps, is_done)
        if not len(ring):
            break
        share = 1 - depth / (feather_px + 1)
        rows, columns = np.divmod(ring, canvas.size_px[1])
        values = (_values(painted[rows, columns]) + share * steps).astype(np.float32)
        result[rows, columns] = to_pixels(values.T[None, :, :, None])[0, :, 0]
        is_done[rows, columns] = True
    return result


# A ring is a sorted array of flat positions; beside it the step known - painted, [n, C].
def _border(
    canvas: Canvas, painted: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the known pixels that touch a hole."""
    import numpy as np

    is_known = canvas.is_known
    height, width = is_known.shape
    near = np.zeros_like(is_known)
    padded = np.pad(~is_known, 1)
    for down in range(3):
        for right in range(3):
            near |= padded[down : down + height, right : right + width]
    ring = np.flatnonzero(near & is_known)
    rows, columns = np.divmod(ring, width)
    steps = _values(canvas.pixels[rows, columns]) - _values(painted[rows, columns])
    return ring, steps


def _next_ring(
    ring: NDArray[np.int64], steps: NDArray[np.float32], is_done: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the pixels that touch the ring and are not done; each takes its neighbours' mean."""
    import numpy as np

    height, width = is_done.shape
    rows, columns = np.divmod(ring, width)
    around: list[NDArray[np.int64]] = []
    givers: list[NDArray[np.int64]] = []
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            new_rows, new_columns = rows + down, columns + right
            is_inside = (
                (new_rows >= 0) & (new_rows < height) & (new_columns >= 0) & (new_columns < width)
            )
            giver = np.flatnonzero(is_inside)
            is_new = ~is_done[new_rows[giver], new_columns[giver]]
            giver = giver[is_new]
            around.append(new_rows[giver] * width + new_columns[giver])
            givers.append(giver)
    found, place = np.unique(np.concatenate(around), return_inverse=True)
    sums = np.zeros((len(found), steps.shape[1]), np.float32)
    np.add.at(sums, place, steps[np.concatenate(givers)])
    counts = np.bincount(place, minlength=len(found)).astype(np.float32)
    return found, sums / counts[:, None]


def _values(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return float32 [n, C] in [-1, 1], premultiplied, of uint8 [n, C]."""
    return from_pixels(pixels[None, :, None])[0, :, :, 0].T
