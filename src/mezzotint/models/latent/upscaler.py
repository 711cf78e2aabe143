"""The upscaler: twice the sides, detail sharpened, flat areas flat by construction.

Lanczos interpolation paints the picture; a small net adds what it has learnt is missing. The net
sees details alone (the picture less its blur) and has no biases, so that it is homogeneous, n(0) =
0 (Mohan et al. 2020): where a picture is flat it has nothing to say. It works at half resolution
(space to depth; Shi et al. 2016), where a position is cheap and sees far.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu, pad, pixel_shuffle, pixel_unshuffle

from mezzotint.models.latent.layers import SLOPE, convolution
from mezzotint.models.latent.spec import UpscalerSpec

FACTOR = 2
HALF = 2  # the net works at 1 / HALF of the input's resolution
LOBES = 3  # of the Lanczos window
BLUR = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)  # binomial


class Upscaler(nn.Module):
    """Upscale pixels [N, C, H, W] in [-1, 1] to [N, C, 2H, 2W]; H and W are even.

    Example:
        >>> upscale = Upscaler(UpscalerSpec(channels=3))
        >>> upscale(torch.zeros(1, 3, 6, 10)).shape
        torch.Size([1, 3, 12, 20])
    """

    lanczos: Tensor
    blur: Tensor

    def __init__(self, spec: UpscalerSpec) -> None:
        super().__init__()
        self.register_buffer("lanczos", lanczos_phases(), persistent=False)
        row = torch.tensor(BLUR)
        self.register_buffer("blur", torch.outer(row, row)[None, None], persistent=False)
        self.read = convolution(spec.channels * HALF**2, spec.width, 3, bias=False, padding=1)
        self.blocks = nn.Sequential(*(BiasFreeBlock(spec.width) for _ in range(spec.num_blocks)))
        painted = spec.channels * (HALF * FACTOR) ** 2
        self.paint = convolution(spec.width, painted, 3, bias=False, padding=1, gain=0.0)

    def residual(self, pixels: Tensor) -> Tensor:
        """Return what the net adds, [N, C, 2H, 2W]; 0 where the picture is flat."""
        detail = pixels - _on_planes(pixels, self.blur)
        features = self.blocks(self.read(pixel_unshuffle(detail, HALF)))
        return pixel_shuffle(self.paint(leaky_relu(features, SLOPE)), HALF * FACTOR)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return pixels in [-1, 1]."""
        smooth = pixel_shuffle(_on_planes(pixels, self.lanczos), FACTOR)
        return (smooth + self.residual(pixels)).clamp(-1.0, 1.0)


class BiasFreeBlock(nn.Module):
    """Add W2 act(W1 act(x)) to x, both 3x3, no biases; W2 starts at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = convolution(width, width, 3, bias=False, padding=1)
        self.leave = convolution(width, width, 3, bias=False, padding=1, gain=0.0)

    def forward(self, features: Tensor) -> Tensor:
        """Map [N, width, h, w] to the same shape."""
        branch = self.enter(leaky_relu(features, SLOPE))
        return features + self.leave(leaky_relu(branch, SLOPE))


# --- Fixed filters -----------------------------------------------------------------------------


# L(x) = sinc(x) sinc(x / a), |x| < a                           (Duchon 1979), normalised to sum 1
def lanczos_phases() -> Tensor:
    """Return the 7x7 filters of the four positions inside a pixel, [4, 1, 7, 7].

    Example:
        >>> lanczos_phases().sum(dim=(1, 2, 3)).allclose(torch.ones(4))
        True
    """
    taps = torch.arange(-LOBES, LOBES + 1, dtype=torch.float64)
    rows: list[Tensor] = []
    for phase in range(FACTOR):
        distance = taps - ((phase + 0.5) / FACTOR - 0.5)
        weights = torch.sinc(distance) * torch.sinc(distance / LOBES) * (distance.abs() < LOBES)
        rows.append(weights / weights.sum())
    filters = [torch.outer(vertical, horizontal) for vertical in rows for horizontal in rows]
    return torch.stack(filters)[:, None].float()


def _on_planes(pixels: Tensor, filters: Tensor) -> Tensor:
    """Filter each channel alone, borders repeated: [N, C, H, W] to [N, C k, H, W]."""
    reach = filters.shape[-1] // 2
    planes = pad(pixels, (reach, reach, reach, reach), mode="replicate").flatten(0, 1)[:, None]
    filtered = conv2d(planes, filters)
    channels = pixels.shape[1] * filters.shape[0]
    return filtered.reshape(pixels.shape[0], channels, pixels.shape[2], pixels.shape[3])
