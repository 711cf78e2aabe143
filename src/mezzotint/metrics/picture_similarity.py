"""How well a codec keeps a picture: PSNR, SSIM and MS-SSIM, each picture against its original.

Layout: [N, H, W, C] in [0, 255], uint8 or float => float64 [N]. Colour channels are compared one by
one and averaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d

from mezzotint.domain.card import MetricSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8] | NDArray[np.floating]

PEAK = 255.0
LOSSLESS_DB = 100.0  # in means over pictures
WINDOW_PX = 11  # Wang et al. 2004, section III-B
WINDOW_SIGMA_PX = 1.5
K1, K2 = 0.01, 0.03
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang et al. 2003, section 3.2


# PSNR = 10 log10(peak^2 / mean squared error)
def psnr(first: Pixels, second: Pixels) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratio in decibels, [N]; infinite for equal pictures.

    Example:
        >>> psnr(np.zeros((1, 2, 2, 1)), np.full((1, 2, 2, 1), 25.5)).round(6).tolist()
        [20.0]
    """
    error = first.astype(np.float64) - second.astype(np.float64)
    mean_squared = (error * error).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        return 10 * np.log10(PEAK**2 / mean_squared)


def ssim(first: Pixels, second: Pixels) -> NDArray[np.float64]:
    """Return the structural similarity of each pair, [N] in [-1, 1] (Wang et al. 2004, Eq. 13).

    Args:
        first: [N, H, W, C] in [0, 255], both sides at least 11 px.
        second: The same shape.

    Example:
        >>> ssim(np.ones((1, 11, 11, 1)), np.ones((1, 11, 11, 1))).tolist()
        [1.0]
    """
    luminance, contrast_structure = _ssim_maps(_planes(first), _planes(second))
    return _mean_by_picture(luminance * contrast_structure, len(first))


def ms_ssim(first: Pixels, second: Pixels, num_scales: int = 5) -> NDArray[np.float64]:
    """Return the multi-scale structural similarity, [N] in [0, 1] (Wang et al. 2003, Eq. 7).

    Args:
        first: [N, H, W, C] in [0, 255].
        second: The same shape.
        num_scales: 5 as in the paper needs sides of 176 px; with fewer (`max_scales`), the weights
            of the first ones are used, scaled to sum to 1. State the number with the figure.

    Raises:
        ValueError: The pictures are too small for so many scales.
    """
    height_px, width_px = first.shape[1:3]
    if num_scales > max_scales(height_px, width_px):
        raise ValueError(f"{width_px}x{height_px} px is too small for {num_scales} scales")
    weights = np.array(SCALE_WEIGHTS[:num_scales]) / sum(SCALE_WEIGHTS[:num_scales])
    x, y = _planes(first), _planes(second)
    product = torch.ones(len(x), dtype=torch.float64)
    for scale, weight in enumerate(weights):
        luminance, contrast_structure = _ssim_maps(x, y)
        is_last = scale == num_scales - 1
        similarity = luminance * contrast_structure if is_last else contrast_structure
        # A negative mean (structure inverted) has no real power; it counts as no similarity.
        product *= similarity.mean(dim=(1, 2, 3)).clamp(min=0) ** float(weight)
        x, y = avg_pool2d(x, 2), avg_pool2d(y, 2)
    return product.reshape(len(first), -1).mean(dim=1).numpy()


def max_scales(height_px: int, width_px: int) -> int:
    """Return how many scales MS-SSIM can have: its window must fit into the smallest one.

    Example:
        >>> max_scales(256, 256), max_scales(128, 64), max_scales(28, 28)
        (5, 3, 2)
    """
    shorter_px = min(height_px, width_px)
    fitting = sum(shorter_px >> scale >= WINDOW_PX for scale in range(len(SCALE_WEIGHTS)))
    return int(fitting)


def codec_metrics(originals: Pixels, decoded: Pixels) -> tuple[MetricSpec, ...]:
    """Return mean PSNR, SSIM and MS-SSIM over pictures, for a model card.

    A picture that comes back as it was counts as LOSSLESS_DB, so that the mean stays a number.
    Colours count by their opacity: what nobody sees is no loss.

    Args:
        originals: [N, H, W, C] in [0, 255], alpha straight.
        decoded: What the codec made of them, the same shape.
    """
    originals, decoded = _seen(originals), _seen(decoded)
    num_scales = max_scales(*originals.shape[1:3])
    figures = {"PSNR (dB)": np.minimum(psnr(originals, decoded), LOSSLESS_DB)}
    if num_scales >= 1:
        figures["SSIM"] = ssim(originals, decoded)
    if num_scales >= 2:
        figures[f"MS-SSIM ({num_scales} scales)"] = ms_ssim(originals, decoded, num_scales)
    return tuple(
        MetricSpec(
            name=name,
            value=float(values.mean()),
            num_samples=len(values),
            real_floor=None,
            note="mean over pictures, each against its original",
        )
        for name, values in figures.items()
    )


def _seen(pixels: Pixels) -> Pixels:
    # Straight alpha => premultiplied; pictures without alpha stay as they are.
    if pixels.shape[3] != 4:
        return pixels
    colours, alpha = pixels[..., :3].astype(np.float64), pixels[..., 3:]
    return np.concatenate([colours * alpha / PEAK, alpha], axis=3)


# l = (2 mu_x mu_y + C1) / (mu_x^2 + mu_y^2 + C1); c s = (2 s_xy + C2) / (s_x^2 + s_y^2 + C2)
# under an 11x11 Gaussian window, only where it fits            (Wang et al. 2004, Eq. 6, 9, 10, 13)
def _ssim_maps(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    c1, c2 = (K1 * PEAK) ** 2, (K2 * PEAK) ** 2
    mean_x, mean_y = _blur(x), _blur(y)
    variances = _blur(x * x) - mean_x**2 + _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    return luminance, (2 * covariance + c2) / (variances + c2)


def _blur(planes: Tensor) -> Tensor:
    offsets = torch.arange(WINDOW_PX, dtype=torch.float64) - WINDOW_PX // 2
    window = torch.exp(-(offsets**2) / (2 * WINDOW_SIGMA_PX**2))
    window = (window / window.sum()).reshape(1, 1, -1, 1)
    return conv2d(conv2d(planes, window), window.transpose(2, 3))


def _planes(pixels: Pixels) -> Tensor:
    # [N, H, W, C] => float64 [N C, 1, H, W]
    planes = torch.from_numpy(pixels.astype(np.float64)).permute(0, 3, 1, 2)
    return planes.reshape(-1, 1, *planes.shape[2:])


def _mean_by_picture(maps: Tensor, num_pictures: int) -> NDArray[np.float64]:
    return maps.reshape(num_pictures, -1).mean(dim=1).numpy()
