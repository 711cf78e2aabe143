"""Make a picture that repeats without a seam: cut along the path where both ends agree best."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEATHER_PX = 2.0  # softness of the cut


def make_seamless(pixels: NDArray[np.uint8], overlap: float) -> NDArray[np.uint8]:
    """Cut a tile out of a picture so that it repeats left to right and top to bottom.

    The two ends are laid over each other and joined along the cut of least difference (Efros and
    Freeman 2001, image quilting), so details stay sharp.

    Args:
        pixels: uint8 [H, W, C], each side 4 px or more.
        overlap: Share of each side that is used up for the joint, above 0 and at most 0.5.

    Returns:
        uint8 [H - h, W - w, C], h and w being the overlap.
    """
    sideways = _join_columns(pixels, overlap)
    return _join_columns(sideways.swapaxes(0, 1), overlap).swapaxes(0, 1).copy()


def wrap_gradient_ratio(pixels: NDArray[np.uint8]) -> float:
    """Return how much stronger the step over the edges is than steps inside; 1 = no seam shows.

    Example:
        >>> import numpy as np
        >>> wrap_gradient_ratio(np.tile(np.array([0, 9], np.uint8)[:, None, None], (4, 8, 1)))
        1.0
    """
    import numpy as np

    values = pixels.astype(np.float32)
    wraps: list[float] = []
    inner: list[float] = []
    for axis in (0, 1):
        steps = np.abs(np.diff(values, axis=axis))
        first, last = values.take(0, axis), values.take(-1, axis)
        wraps.append(float(np.abs(first - last).mean()))
        inner.append(float(steps.mean()))
    return sum(wraps) / sum(inner) if sum(inner) else float(sum(wraps) == 0)


def _join_columns(pixels: NDArray[np.uint8], overlap: float) -> NDArray[np.uint8]:
    # The last columns are laid over the first ones; left of the cut they show, right of it not.
    import numpy as np

    width = pixels.shape[1]
    num_shared = max(2, min(round(width * overlap), width // 2))
    values = pixels.astype(np.float32)
    start, end = values[:, :num_shared], values[:, width - num_shared :]
    cut = _least_cut(np.square(start - end).sum(axis=2))
    columns = np.arange(num_shared, dtype=np.float32)
    share = ((columns[None] - cut[:, None]) / _FEATHER_PX + 0.5).clip(0, 1)
    share[:, 0], share[:, -1] = 0, 1  # beside the joint each end continues as it was
    joined = end * (1 - share[..., None]) + start * share[..., None]
    rest = pixels[:, num_shared : width - num_shared]
    return np.concatenate([np.rint(joined).astype(np.uint8), rest], axis=1)


def _least_cut(costs: NDArray[np.float32]) -> NDArray[np.float32]:
    # Dynamic programming from top to bottom; a row's cut moves at most one column.
    import numpy as np

    height, width = costs.shape
    total = costs.astype(np.float64)
    for row in range(1, height):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        total[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    cut = np.empty(height, np.float32)
    column = int(total[-1].argmin())
    for row in range(height - 1, -1, -1):
        first = max(column - 1, 0)
        if row < height - 1:
            column = first + int(total[row, first : min(column + 2, width)].argmin())
        cut[row] = column
    return cut
