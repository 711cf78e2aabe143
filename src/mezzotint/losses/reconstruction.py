"""How far a reconstruction is from its picture, without any pretrained net.

x is the picture, y what was painted of it: both [N, C, H, W] in [-1, 1], float32 or better. Every
distance is a mean over the batch and 0 (Charbonnier: epsilon) for equal pictures, so that they add
up with weights that do not depend on the size.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

CHARBONNIER_EPSILON = 1e-3  # in units of pixels, whose range is 2
WINDOW_PX = 11  # Wang et al. 2004, section III-B
WINDOW_SIGMA_PX = 1.5
PEAK = 2.0  # range of a pixel in [-1, 1]
C1, C2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang et al. 2003, section 3.2
MIN_SIMILARITY = 1e-2  # a power below 1 has no bounded slope at 0
HAAR_LEVELS = 3


# E sqrt((y - x)^2 + epsilon^2)                                      (Charbonnier et al. 1994)
def charbonnier(painted: Tensor, pixels: Tensor) -> Tensor:
    """Return the mean absolute difference, rounded off at zero so that it has a slope there."""
    return ((painted - pixels).square() + CHARBONNIER_EPSILON**2).sqrt().mean()


# --- Structure ---------------------------------------------------------------------------------


# 1 - MS-SSIM, MS-SSIM = (l_M cs_M)^w_M prod_j cs_j^w_j                (Wang et al. 2003, Eq. 7)
def structural_distance(painted: Tensor, pixels: Tensor) -> Tensor:
    """Return 1 - MS-SSIM over as many of the five scales as the pictures have room for.

    A similarity below 0.01 counts as 0.01 and has no slope; pair this distance with another.

    Args:
        painted: Both sides at least 11 px.
        pixels: The same shape.
    """
    num_scales = num_structural_scales(*pixels.shape[2:])
    total = sum(SCALE_WEIGHTS[:num_scales])
    y, x = _planes(painted), _planes(pixels)
    product = x.new_ones(len(x))
    for scale, weight in enumerate(SCALE_WEIGHTS[:num_scales]):
        luminance, contrast_structure = _similarity_maps(y, x)
        is_last = scale == num_scales - 1
        similarity = luminance * contrast_structure if is_last else contrast_structure
        mean = similarity.mean(dim=(1, 2, 3)).clamp(min=MIN_SIMILARITY)
        product = product * mean ** (weight / total)
        if not is_last:
            y, x = avg_pool2d(y, 2), avg_pool2d(x, 2)
    return 1 - product.mean()


def num_structural_scales(height_px: int, width_px: int) -> int:
    """Return how many scales have room for the window; at least 1.

    Example:
        >>> num_structural_scales(256, 256), num_structural_scales(28, 40)
        (5, 2)
    """
    shorter_px = min(height_px, width_px)
    fitting = [shorter_px >> scale >= WINDOW_PX for scale in range(len(SCALE_WEIGHTS))]
    return max(sum(fitting), 1)


# l = (2 m_x m_y + C1) / (m_x^2 + m_y^2 + C1); c s = (2 s_xy + C2) / (s_x^2 + s_y^2 + C2) under a
# Gaussian window, only where it fits                          (Wang et al. 2004, Eq. 6, 9, 10, 13)
def _similarity_maps(y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    blurred = _blur(torch.cat([x, y, x * x, y * y, x * y])).chunk(5)
    mean_x, mean_y, square_x, square_y, product = blurred
    variances = square_x - mean_x.square() + square_y - mean_y.square()
    covariance = product - mean_x * mean_y
    mean_x, mean_y = mean_x + 1, mean_y + 1  # luminance is counted from black
    luminance = (2 * mean_x * mean_y + C1) / (mean_x.square() + mean_y.square() + C1)
    return luminance, (2 * covariance + C2) / (variances + C2)


def _blur(planes: Tensor) -> Tensor:
    """Blur [N, 1, H, W] where the window fits, rows and columns each by a product with a matrix.

    A convolution of one channel runs at a hundredth of a CPU's speed; as products the same sums
    cost less than a net's.
    """
    down, along = (_window_matrix(side_px, planes) for side_px in planes.shape[2:])
    return down @ (planes @ along.T)


def _window_matrix(side_px: int, like: Tensor) -> Tensor:
    """Return the Gaussian window at each place where it fits, [side_px - 10, side_px]."""
    offsets = torch.arange(WINDOW_PX, dtype=like.dtype, device=like.device) - WINDOW_PX // 2
    window = torch.exp(-offsets.square() / (2 * WINDOW_SIGMA_PX**2))
    num_places = side_px - WINDOW_PX + 1
    matrix = like.new_zeros(num_places, side_px)
    matrix.as_strided((num_places, WINDOW_PX), (side_px + 1, 1)).copy_(
        (window / window.sum()).expand(num_places, -1)
    )
    return matrix


def _planes(pixels: Tensor) -> Tensor:
    """Take every channel for a picture of its own: [N, C, H, W] => [N C, 1, H, W]."""
    return pixels.reshape(-1, 1, *pixels.shape[2:])


# --- Edges -------------------------------------------------------------------------------------


# mean over levels of E |d_k(y) - d_k(x)|, d the three detail bands of the orthonormal Haar
# transform                                                            (Mallat 1989; Haar 1910)
def haar_distance(painted: Tensor, pixels: Tensor) -> Tensor:
    """Return the mean absolute difference of edges at up to three sizes: 2, 4 and 8 px.

    A pixel loss hardly sees fine edges, because they are few; here they count like coarse ones.

    Args:
        painted: Both sides even; a level whose sides are odd ends the transform.
        pixels: The same shape.
    """
    low = painted - pixels  # the transform is linear
    distances: list[Tensor] = []
    while len(distances) < HAAR_LEVELS and not (low.shape[2] % 2 or low.shape[3] % 2):
        low, details = haar_bands(low)
        distances.append(details.abs().mean())
    return torch.stack(distances).mean()


def haar_bands(planes: Tensor) -> tuple[Tensor, Tensor]:
    """Split [N, C, H, W] into the low band [N, C, H/2, W/2] and details [3, N, C, H/2, W/2].

    Example:
        >>> low, details = haar_bands(torch.ones(1, 1, 2, 2))
        >>> low.item(), details.abs().max().item()
        (2.0, 0.0)
    """
    a, b = planes[:, :, 0::2, 0::2], planes[:, :, 0::2, 1::2]
    c, d = planes[:, :, 1::2, 0::2], planes[:, :, 1::2, 1::2]
    details = torch.stack([a - b + c - d, a + b - c - d, a - b - c + d]) / 2
    return (a + b + c + d) / 2, details


# --- What a discriminator sees -----------------------------------------------------------------


# mean over l of E |D_l(y) - D_l(x)|       (Wang et al. 2018, Eq. 3; Larsen et al. 2016, Eq. 7, has
# one layer and squares)
def feature_matching(painted_maps: Sequence[Tensor], maps: Sequence[Tensor]) -> Tensor:
    """Return how differently a discriminator sees the two, averaged over its layers.

    Args:
        painted_maps: What each layer made of the painted pictures.
        maps: The same of the real ones; no gradient flows into them.
    """
    pairs = zip(painted_maps, maps, strict=True)
    return torch.stack([(y - x.detach()).abs().mean() for y, x in pairs]).mean()
