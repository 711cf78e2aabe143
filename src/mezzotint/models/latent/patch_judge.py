"""The judge of a codec's pictures: is each patch sharp?

PatchGAN (Isola et al. 2017, section 3.2) without normalisation: gradient penalties keep it in
bounds. Its inner maps serve feature matching.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from mezzotint.models.latent.layers import SLOPE, convolution, scaled_normal_
from mezzotint.models.latent.spec import PatchSpec

SIDE_PX = 4  # of every convolution that halves


class PatchJudge(nn.Module):
    """Judge overlapping patches of pixels [N, C, H, W]; both sides are multiples of 8.

    Example:
        >>> import torch
        >>> judge = PatchJudge(PatchSpec(channels=3))
        >>> judge(torch.zeros(2, 3, 32, 48)).shape
        torch.Size([2])
    """

    def __init__(self, spec: PatchSpec) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _halving(inputs, outputs) for inputs, outputs in pairwise((spec.channels, *spec.widths))
        )
        self.judge = convolution(spec.widths[-1], 1, 3, padding=1, gain=1.0)

    def maps(self, pixels: Tensor) -> list[Tensor]:
        """Return what each layer sees, fine to coarse."""
        seen: list[Tensor] = []
        for layer in self.layers:
            pixels = leaky_relu(layer(pixels), SLOPE)
            seen.append(pixels)
        return seen

    def patch_logits(self, maps: list[Tensor]) -> Tensor:
        """Return a logit for each patch [N, h, w] from `maps`."""
        return self.judge(maps[-1]).squeeze(1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the mean logit of each picture's patches, [N]."""
        return self.patch_logits(self.maps(pixels)).mean(dim=(1, 2))


def _halving(inputs: int, outputs: int) -> nn.Conv2d:
    layer = nn.Conv2d(inputs, outputs, SIDE_PX, stride=2, padding=1)
    scaled_normal_(layer)
    return layer
