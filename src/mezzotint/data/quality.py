"""Measure how sharp and how varied a picture is, and find what falls out of its set."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

WORKING_SIDE_PX = 192  # shorter side at which sharpness is measured: 256 x 192, as models paint
MAX_STRETCH = 4  # of the longer side beside that, so that a strip of any length costs little
FLAT_CONTRAST = 3.0  # levels of 255: one colour, with the noise of a JPEG
# Measured on 256 x 256 px. 1/f noise, which has the spectrum of photographs: 2.9; blurred by a
# Gaussian of 1 px 0.1, of 1.5 px 0.02, of 3 px 0.003. Emoji: 0.06 to 0.7.
SOFT_SHARPNESS = 0.02
SOFT_SHARE_OF_MEDIAN = 0.1


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Hold what was measured of one picture.

    Attributes:
        sharpness: Variance of the Laplacian divided by the variance of the luma, so that it does
            not move with contrast; 0 (flat) to 72 (checkerboard).
        contrast: Standard deviation of the luma in levels, 0 to 127.5; where that is next to
            nothing, the largest one of a channel, alpha included.
    """

    sharpness: float
    contrast: float


def measure_quality(picture: Image) -> Quality:
    """Measure a picture with its shorter side reduced to 192 px (smaller ones as they are).

    The reduction makes sizes comparable: a large picture whose blur disappears at that size is
    as good as a sharp one for training.

    Args:
        picture: Mode L, RGB or RGBA; what is transparent counts as middle grey.

    Example:
        >>> from PIL import Image
        >>> half = Image.new("L", (8, 8), 0)
        >>> half.paste(200, (0, 0, 4, 8))
        >>> measure_quality(half)
        Quality(sharpness=1.3333333333333335, contrast=100.0)
    """
    import numpy as np

    visible = _over_grey(picture)
    grey = _at_working_size(visible.convert("L"))
    luma = np.frombuffer(grey.tobytes(), np.uint8).reshape(grey.height, -1).astype(np.int16)
    variance = _variance(luma)
    contrast = variance**0.5
    if contrast < FLAT_CONTRAST:
        channels = [visible, picture.getchannel("A")] if picture.mode == "RGBA" else [visible]
        contrast = max(contrast, *(_largest_variance(each) ** 0.5 for each in channels))
    if variance == 0 or min(grey.size) < 3:
        return Quality(sharpness=0.0, contrast=contrast)
    return Quality(sharpness=_variance(_laplacian(luma)) / variance, contrast=contrast)


def _laplacian(luma: NDArray[np.int16]) -> NDArray[np.int16]:
    # [H, W] => [H - 2, W - 2]. Neighbours by shifts of the flat array, whose long runs take less
    # time than rows; the two columns where a shift crosses the edge are left out.
    import numpy as np

    flat, width = luma.ravel(), luma.shape[1]
    num = flat.size - 2 * width
    laplacian = flat[width : width + num] * np.int16(-4)
    for shift in (0, width - 1, width + 1, 2 * width):
        laplacian += flat[shift : shift + num]
    return laplacian.reshape(-1, width)[:, 1:-1]


def _at_working_size(grey: Image) -> Image:
    from PIL.Image import Resampling

    scale = min(WORKING_SIDE_PX / min(grey.size), MAX_STRETCH * WORKING_SIDE_PX / max(grey.size))
    if scale >= 1:
        return grey
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return grey.resize(size, Resampling.BILINEAR, reducing_gap=2.0)


def _over_grey(picture: Image) -> Image:
    # L and RGB as they are, RGBA => RGB
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    grey = Image.new("RGBA", picture.size, (128, 128, 128, 255))
    return Image.alpha_composite(grey, picture).convert("RGB")


def _variance(values: NDArray[np.int16]) -> float:
    # Whole numbers, so every machine finds the same; a square of a Laplacian has 21 bits, so a row
    # of 768 fits 32. Not a dot product: BLAS would start as many threads as cores a picture.
    import numpy as np

    wide = values.astype(np.int32)
    total = int(wide.sum(axis=1, dtype=np.int32).sum(dtype=np.int64))
    wide *= wide
    total_squares = int(wide.sum(axis=1, dtype=np.int32).sum(dtype=np.int64))
    return (values.size * total_squares - total * total) / values.size**2


def _largest_variance(picture: Image) -> float:
    # of the channels, in levels squared
    import numpy as np

    counts = np.array(picture.histogram(), np.int64).reshape(-1, 256)
    levels = np.arange(256)
    num_pixels = picture.width * picture.height
    totals, squares = counts @ levels, counts @ levels**2
    return float(((num_pixels * squares - totals**2) / num_pixels**2).max())


def flat_pictures(qualities: Sequence[Quality]) -> tuple[int, ...]:
    """Return the indices of the pictures that show one colour and nothing else."""
    return tuple(i for i, each in enumerate(qualities) if each.contrast < FLAT_CONTRAST)


def blurred_pictures(qualities: Sequence[Quality]) -> tuple[int, ...]:
    """Return the indices of the pictures that are soft, and much softer than their set.

    A set of fog and sky is soft by nature, so being soft alone is no fault; flat pictures are
    another matter and left out.

    Example:
        >>> sharp, soft = (Quality(sharpness=s, contrast=50.0) for s in (0.5, 0.001))
        >>> blurred_pictures([sharp, soft, sharp])
        (1,)
    """
    rated = [each.sharpness for each in qualities if each.contrast >= FLAT_CONTRAST]
    if not rated:
        return ()
    limit = min(SOFT_SHARPNESS, SOFT_SHARE_OF_MEDIAN * median(rated))
    return tuple(
        i
        for i, each in enumerate(qualities)
        if each.contrast >= FLAT_CONTRAST and each.sharpness < limit
    )
