"""Reconstruct: what a model's codec makes of a picture, and how near it comes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.imaging.resize import fill_and_crop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import Engine

_PEAK = 255.0
_WINDOW_PX, _SIGMA_PX = 11, 1.5  # Wang et al. 2004, section III-B
_C1, _C2 = (0.01 * _PEAK) ** 2, (0.03 * _PEAK) ** 2
_MAX_PIXELS = 4_000_000  # that are encoded at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Reconstruction:
    """Hold a picture that went through a codec.

    Attributes:
        original: uint8 [H, W, C], what was encoded: with the model's channels, and scaled where
            the model takes one size only or the picture is too large.
        pixels: uint8 [H, W, C], what came back.
        psnr_db: Peak signal-to-noise ratio; infinite if nothing was lost.
        ssim: Structural similarity, at most 1; None for sides below 11 px.
    """

    original: NDArray[np.uint8]
    pixels: NDArray[np.uint8]
    psnr_db: float
    ssim: float | None


def reconstruct(engine: Engine, pixels: NDArray[np.uint8]) -> Reconstruction:
    """Encode a picture and decode it again.

    Args:
        engine: Of a latent model.
        pixels: uint8 [H, W, C], any size.

    Raises:
        UnsupportedError: `engine.no_latents` or `engine.no_encoder`.
    """
    layout = engine.layout()
    original = _fitted(layout, to_channels(pixels, engine.card.channels))
    height, width = original.shape[:2]
    decoded = engine.decode(engine.encode(_padded(layout, original)[None]))[0]
    decoded = decoded[:height, :width]
    return Reconstruction(
        original=original,
        pixels=decoded,
        psnr_db=psnr_db(original, decoded),
        ssim=ssim(original, decoded) if min(height, width) >= _WINDOW_PX else None,
    )


# PSNR = 10 log10(peak^2 / mean squared error)
def psnr_db(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio of two pictures in decibels.

    Example:
        >>> import numpy as np
        >>> round(psnr_db(np.zeros((2, 2, 1), np.uint8), np.full((2, 2, 1), 51, np.uint8)), 3)
        13.979
    """
    error = first.astype("float64") - second.astype("float64")
    mean_squared = float((error * error).mean())
    return math.inf if mean_squared == 0 else 10 * math.log10(_PEAK**2 / mean_squared)


# SSIM = (2 mu_x mu_y + C1)(2 s_xy + C2) / ((mu_x^2 + mu_y^2 + C1)(s_x^2 + s_y^2 + C2))
def ssim(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Return the structural similarity of two pictures (Wang et al. 2004, Eq. 13), at most 1.

    Args:
        first: uint8 [H, W, C], both sides at least 11 px.
        second: The same shape.
    """
    x, y = first.astype("float64"), second.astype("float64")
    mean_x, mean_y = _blur(x), _blur(y)
    variances = _blur(x * x) - mean_x**2 + _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)
    return float((likeness / ((mean_x**2 + mean_y**2 + _C1) * (variances + _C2))).mean())


def _blur(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Only where the whole window fits.
    import numpy as np

    offsets = np.arange(_WINDOW_PX) - _WINDOW_PX // 2
    window = np.exp(-(offsets**2) / (2 * _SIGMA_PX**2))
    window /= window.sum()
    rows, columns = values.shape[0] - _WINDOW_PX + 1, values.shape[1] - _WINDOW_PX + 1
    down = sum(weight * values[tap : tap + rows] for tap, weight in enumerate(window))
    assert not isinstance(down, int), "the window has taps"
    across = sum(weight * down[:, tap : tap + columns] for tap, weight in enumerate(window))
    assert not isinstance(across, int), "the window has taps"
    return across


def _fitted(layout: LatentLayout, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    if not layout.has_any_size:
        return fill_and_crop(pixels, layout.height_px, layout.width_px, method="area")
    scale = math.sqrt(_MAX_PIXELS / (height * width))
    if scale >= 1:
        return pixels
    return fill_and_crop(pixels, int(height * scale), int(width * scale), method="area")


def _padded(layout: LatentLayout, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last rows and columns until whole cells are covered."""
    import numpy as np

    unit = layout.granularity_px
    height, width = pixels.shape[:2]
    return np.pad(pixels, ((0, -height % unit), (0, -width % unit), (0, 0)), mode="edge")
