"""Fill holes smoothly from what lies around them (push-pull: Gortler et al. 1996, section 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.engines.pixels import from_pixels, to_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def fill_smoothly(pixels: NDArray[np.uint8], is_known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the picture with every hole filled; what is known comes back byte for byte.

    Args:
        pixels: uint8 [H, W, C], straight alpha.
        is_known: bool [H, W]; if nothing is known, the picture comes back grey.

    Example:
        >>> import numpy as np
        >>> row = np.array([[[10], [0], [0], [30]]], np.uint8)
        >>> fill_smoothly(row, row[..., 0] > 0).ravel().tolist()
        [10, 10, 30, 30]
    """
    import numpy as np

    if is_known.all():
        return pixels
    weights = is_known[None].astype(np.float32)
    values = from_pixels(pixels[None])[0] * weights
    filled = to_pixels(_fill(values, weights)[None])[0]
    filled[is_known] = pixels[is_known]
    return filled


def _fill(values: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fill values [C, H, W], whose weights are 0 or 1, from the means of larger blocks."""
    import numpy as np

    if weights.all() or max(values.shape[1:]) == 1:
        return values
    counts = _halve(weights)
    coarse = (_halve(values) / counts.clip(min=1)).astype(np.float32)
    ground = _fill(coarse, counts.clip(max=1))
    enlarged = ground.repeat(2, axis=1).repeat(2, axis=2)[:, : values.shape[1], : values.shape[2]]
    return np.where(weights > 0, values, enlarged)


def _halve(values: NDArray[np.float32]) -> NDArray[np.float32]:
    # Sums of 2 x 2; an odd last row or column stands alone.
    import numpy as np

    channels, height, width = values.shape
    padded = np.pad(values, ((0, 0), (0, height % 2), (0, width % 2)))
    blocks = padded.reshape(channels, (height + 1) // 2, 2, (width + 1) // 2, 2)
    return blocks.sum(axis=(2, 4))
