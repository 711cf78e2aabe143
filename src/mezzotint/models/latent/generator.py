"""The generator: styles, noise and what is known of a picture become the whole of it.

Coordinates of the canvas instead of a learned constant, three stages of residual blocks (layers.py)
at h/4, h/2 and h, and at each of them what is known enters anew. What is known comes out as it
went in.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, pixel_shuffle, pixel_unshuffle

from mezzotint.models.latent.coordinates import NUM_COORDINATES, coordinate_features
from mezzotint.models.latent.layers import (
    SLOPE,
    Double,
    StyledBlock,
    convolution,
    linear,
    pad_border,
)
from mezzotint.models.latent.spec import COARSE_STRIDE, GeneratorSpec, LatentSpace


class Generator(nn.Module):
    """Paint latents.

    Example:
        >>> from mezzotint.models.latent.spec import LatentSpace
        >>> spec = GeneratorSpec(space=LatentSpace(channels=5))
        >>> paint = Generator(spec)
        >>> nothing, wrap = torch.zeros(2, 5, 8, 12), torch.zeros(2, 2)
        >>> styles, field = torch.randn(2, spec.num_styles, 128), torch.randn(2, 4, 2, 3)
        >>> paint(styles, field, nothing, nothing[:, :1], wrap).shape
        torch.Size([2, 5, 8, 12])
    """

    def __init__(self, spec: GeneratorSpec) -> None:
        super().__init__()
        space, trunk = spec.space, spec.trunk
        self.space = space
        self.stem = Stem(spec)
        entries: list[nn.Module] = []
        stages: list[nn.ModuleList] = []
        for index, width in enumerate(trunk.widths):
            stride = COARSE_STRIDE >> index
            entries.append(KnownEntry(space, width, stride))
            blocks = [
                StyledBlock(
                    width,
                    spec.style_dim,
                    expansion=trunk.expansion,
                    group_width=trunk.group_width,
                    total_blocks=trunk.total_blocks,
                )
                for _ in range(trunk.num_blocks)
            ]
            stages.append(nn.ModuleList(blocks))
        self.entries = nn.ModuleList(entries)
        self.stages = nn.ModuleList(stages)
        self.doubles = nn.ModuleList(Double(a, b) for a, b in pairwise(trunk.widths))
        head = PixelHead if space.is_pixels else LatentHead
        self.head = head(space, trunk.widths[-1], trunk.pixel_width)

    def own(
        self,
        styles: Tensor,
        coordinates: Tensor,
        field: Tensor,
        known: Tensor,
        mask: Tensor,
        wrap: Tensor,
    ) -> Tensor:
        """Return latents as painted, [N, c, h, w], also where they are known.

        Args:
            styles: [N, L, W], one for the stem and each block, coarse to fine.
            coordinates: `coordinate_features` of the canvas, [N, 18, h/4, w/4].
            field: Standard normal, [N, F, h/4, w/4].
            known: [N, c, h, w]; what is not known does not matter.
            mask: [N, m, h, w], 1 = known.
            wrap: [N, 2], 1 = wraps round; vertically, horizontally.
        """
        seen = torch.cat([torch.where(spread(mask, known) > 0.5, known, 0.0), mask], dim=1)
        features = self.stem(styles[:, 0], coordinates, field)
        number = 1
        for index, (entry, stage) in enumerate(zip(self.entries, self.stages, strict=True)):
            if index:
                features = self.doubles[index - 1](features, wrap)
            features = features + entry(seen)
            for block in stage:
                features = block(features, styles[:, number], wrap)
                number += 1
        return self.head(features, wrap)

    def forward(
        self, styles: Tensor, field: Tensor, known: Tensor, mask: Tensor, wrap: Tensor
    ) -> Tensor:
        """Return latents [N, c, h, w]: `known` bit for bit where it is known, else painted."""
        coordinates = coordinate_features(field, wrap)
        painted = self.own(styles, coordinates, field, known, mask, wrap)
        return torch.where(spread(mask, known) > 0.5, known, painted)


# --- In and out --------------------------------------------------------------------------------


def spread(mask: Tensor, latents: Tensor) -> Tensor:
    """Repeat a mask [N, m, h, w] over the channels of latents [N, c, h, w]."""
    return mask.repeat(1, latents.shape[1] // mask.shape[1], 1, 1)


class Stem(nn.Module):
    """Make the coarsest map: a basis of the canvas times the style, and the noise field."""

    def __init__(self, spec: GeneratorSpec) -> None:
        super().__init__()
        width = spec.trunk.widths[0]
        self.locate = convolution(NUM_COORDINATES, width)
        self.basis = convolution(width, width, gain=1.0)
        self.style = linear(spec.style_dim, width, gain=1.0)
        self.field = convolution(spec.field_channels, width, bias=False, gain=1.0)

    # R3GAN's stem, basis(x) (A s)                (Huang et al. 2024), the basis a function of place
    def forward(self, style: Tensor, coordinates: Tensor, field: Tensor) -> Tensor:
        """Return [N, widths[0], h/4, w/4]."""
        basis = self.basis(leaky_relu(self.locate(coordinates), SLOPE))
        return basis * self.style(style)[:, :, None, None] + self.field(field)


class KnownEntry(nn.Module):
    """Bring known latents and mask to a stage: a convolution of side and stride h / h_stage."""

    def __init__(self, space: LatentSpace, width: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        inputs = (space.channels + space.mask_channels) * stride * stride
        self.enter = convolution(inputs, width, bias=False, gain=1.0)

    def forward(self, seen: Tensor) -> Tensor:
        """Return [N, width, h/stride, w/stride]; zeros where nothing is known."""
        return self.enter(pixel_unshuffle(seen, self.stride) if self.stride > 1 else seen)


class LatentHead(nn.Module):
    """Make unbounded latents."""

    def __init__(self, space: LatentSpace, width: int, pixel_width: int) -> None:
        super().__init__()
        self.paint = convolution(width, space.channels, gain=1.0)

    def forward(self, features: Tensor, wrap: Tensor) -> Tensor:
        """Return [N, c, h, w]."""
        return self.paint(features)


class PixelHead(nn.Module):
    """Make pixels, laid aside as latents: one convolution at full resolution joins positions."""

    def __init__(self, space: LatentSpace, width: int, pixel_width: int) -> None:
        super().__init__()
        self.factor = space.pixel_factor
        self.patch = convolution(width, pixel_width * space.mask_channels)
        self.paint = convolution(pixel_width, space.channels // space.mask_channels, 3, gain=1.0)

    def forward(self, features: Tensor, wrap: Tensor) -> Tensor:
        """Return [N, c, h, w] in [-1, 1]."""
        fine = leaky_relu(pixel_shuffle(self.patch(features), self.factor), SLOPE)
        return pixel_unshuffle(self.paint(pad_border(fine, wrap)).tanh(), self.factor)
