"""The two halves that several models share: a painter (code -> pixels) and a reader, its mirror.

Nothing is normalised: the R1/R2 penalties keep the game stable, and every residual branch ends in a
convolution that starts at zero, so both begin as almost linear maps (Zhang et al. 2019, "Fixup
initialization"; Huang et al. 2024, "The GAN is dead; long live the GAN!"). Most arithmetic of a
convolutional net goes into its largest map, so the blocks stop at half resolution: the painter
turns each position into 2x2 px of a few channels (sub-pixel convolution, Shi et al. 2016), which
one convolution at full resolution joins; the reader begins the same way. That last convolution
matters: without it the patches show, and a GAN's Frechet distance at equal images seen is twice as
large.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu, pixel_shuffle, pixel_unshuffle

from mezzotint.models.sizes import num_halvings, stage_widths

SLOPE = 0.2  # of every LeakyReLU
PATCH_PX = 2  # side of the patch that one position of the finest block paints


@dataclass(frozen=True, kw_only=True)
class HalfSpec:
    """Fix the shape of a painter or a reader."""

    height_px: int
    width_px: int
    channels: int  # 1 grey, 3 RGB, 4 RGBA
    width: int = 32  # channels of the finest map (half resolution); doubles by halving
    max_width: int = 64  # no map is wider
    fine_width: int = 8  # channels at full resolution, where only one convolution works
    num_blocks: int = 1  # residual blocks a map

    @property
    def num_maps(self) -> int:
        """Count the feature maps from the coarsest to the finest."""
        return num_halvings(self.height_px, self.width_px)

    @property
    def base_shape(self) -> tuple[int, int]:
        """Return height and width of the coarsest feature map."""
        return self.height_px >> self.num_maps, self.width_px >> self.num_maps

    @property
    def widths(self) -> tuple[int, ...]:
        """Return the channels of each map, coarsest first."""
        return stage_widths(self.width, self.num_maps - 1, self.max_width)


# --- Layers ------------------------------------------------------------------------------------


def scaled_normal_(layer: nn.Conv2d | nn.Linear, fan_in: int) -> None:
    """Draw weights from N(0, 2 / ((1 + slope^2) fan_in)), biases 0 (He et al. 2015, Eq. 15)."""
    nn.init.normal_(layer.weight, std=math.sqrt(2 / ((1 + SLOPE**2) * fan_in)))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def convolution(inputs: int, outputs: int, side: int) -> nn.Conv2d:
    """Make a convolution that keeps the size of its map."""
    layer = nn.Conv2d(inputs, outputs, side, padding=side // 2)
    scaled_normal_(layer, inputs * side * side)
    return layer


def linear(inputs: int, outputs: int) -> nn.Linear:
    """Make a fully connected layer."""
    layer = nn.Linear(inputs, outputs)
    scaled_normal_(layer, inputs)
    return layer


# --- Block and changes of size -----------------------------------------------------------------


class ResidualBlock(nn.Module):
    """Add W3 act(W2 act(W1 act(x))) to x: 1x1, 3x3, 1x1, all of one width; W3 starts at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = convolution(width, width, 1)
        self.look = convolution(width, width, 3)
        self.leave = convolution(width, width, 1)
        nn.init.zeros_(self.leave.weight)

    def forward(self, features: Tensor) -> Tensor:
        """Map [N, width, h, w] to the same shape."""
        branch = self.enter(leaky_relu(features, SLOPE))
        branch = self.look(leaky_relu(branch, SLOPE))
        return features + self.leave(leaky_relu(branch, SLOPE))


def blocks(width: int, count: int) -> nn.Sequential:
    """Stack `count` residual blocks."""
    return nn.Sequential(*(ResidualBlock(width) for _ in range(count)))


class Double(nn.Module):
    """Change the width, then double the map: [N, C, h, w] to [N, C', 2h, 2w]."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.rewidth = convolution(coarse, fine, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Repeat each position 2x2; the block that follows smooths."""
        return interpolate(self.rewidth(features), scale_factor=2.0, mode="nearest")


class Halve(nn.Module):
    """Halve the map, then change the width: [N, C, h, w] to [N, C', h/2, w/2]."""

    def __init__(self, fine: int, coarse: int) -> None:
        super().__init__()
        self.rewidth = convolution(fine, coarse, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Average each 2x2 positions."""
        return self.rewidth(avg_pool2d(features, 2))


# --- Painter -----------------------------------------------------------------------------------


class Painter(nn.Module):
    """Paint pictures from a code and, where there are classes, class weights.

    Args:
        spec: Shape of the pictures and widths.
        code_dim: Size of the code.
        num_classes: 0 = none.
        class_dim: Size of a class's embedding, which is put beside the code.
        stem_width: Channels of the coarsest map as the dense layer paints it.

    Example:
        >>> painter = Painter(HalfSpec(height_px=32, width_px=48, channels=3), code_dim=5)
        >>> painter(torch.randn(2, 5)).shape
        torch.Size([2, 3, 32, 48])
    """

    def __init__(
        self,
        spec: HalfSpec,
        *,
        code_dim: int,
        num_classes: int = 0,
        class_dim: int = 64,
        stem_width: int = 32,
    ) -> None:
        super().__init__()
        self.base = (stem_width, *spec.base_shape)
        self.embed: nn.Linear | None = None
        if num_classes:
            # The embedding is a matrix, not a look-up, so that a prompt can mix classes.
            self.embed = nn.Linear(num_classes, class_dim, bias=False)
            nn.init.normal_(self.embed.weight)
        self.stem = linear(code_dim + (class_dim if num_classes else 0), math.prod(self.base))
        widths = spec.widths
        stages: list[nn.Module] = [convolution(stem_width, widths[0], 1)]
        stages.append(blocks(widths[0], spec.num_blocks))
        for coarse, fine in pairwise(widths):
            stages += [Double(coarse, fine), blocks(fine, spec.num_blocks)]
        self.stages = nn.Sequential(*stages)
        self.patch = convolution(widths[-1], spec.fine_width * PATCH_PX**2, 3)
        self.paint = convolution(spec.fine_width, spec.channels, 3)

    def raw(self, code: Tensor, class_weights: Tensor | None = None) -> Tensor:
        """Return unbounded pixels [N, C, H, W] from a code [N, code_dim], before any squashing."""
        if self.embed is not None and class_weights is not None:
            code = torch.cat([code, self.embed(class_weights)], dim=1)
        features = leaky_relu(self.stem(code), SLOPE).unflatten(1, self.base)
        features = self.stages(features.contiguous(memory_format=torch.channels_last))
        patches = pixel_shuffle(self.patch(leaky_relu(features, SLOPE)), PATCH_PX)
        return self.paint(leaky_relu(patches, SLOPE))

    def forward(self, code: Tensor, class_weights: Tensor | None = None) -> Tensor:
        """Return pixels [N, C, H, W] in (-1, 1)."""
        return self.raw(code, class_weights).tanh()


# --- Reader ------------------------------------------------------------------------------------


class Reader(nn.Module):
    """Read pictures into a feature vector, from the finest map to the coarsest.

    Example:
        >>> reader = Reader(HalfSpec(height_px=32, width_px=48, channels=3), feature_dim=16)
        >>> reader.features(torch.zeros(2, 3, 32, 48)).shape
        torch.Size([2, 16])
    """

    def __init__(self, spec: HalfSpec, *, feature_dim: int = 128) -> None:
        super().__init__()
        widths = spec.widths[::-1]
        self.look = convolution(spec.channels, spec.fine_width, 3)
        self.read = convolution(spec.fine_width * PATCH_PX**2, widths[0], 1)
        stages: list[nn.Module] = [blocks(widths[0], spec.num_blocks)]
        for fine, coarse in pairwise(widths):
            stages += [Halve(fine, coarse), blocks(coarse, spec.num_blocks)]
        self.stages = nn.Sequential(*stages)
        self.feature = linear(math.prod((widths[-1], *spec.base_shape)), feature_dim)

    def maps(self, pixels: Tensor) -> Tensor:
        """Return the coarsest map [N, width, h, w] of pixels [N, C, H, W] in [-1, 1]."""
        patches = pixel_unshuffle(leaky_relu(self.look(pixels), SLOPE), PATCH_PX)
        return leaky_relu(self.stages(self.read(patches)), SLOPE)

    def features(self, pixels: Tensor) -> Tensor:
        """Return what the reader sees, h(x): [N, feature_dim]."""
        return leaky_relu(self.feature(self.maps(pixels).flatten(1)), SLOPE)
