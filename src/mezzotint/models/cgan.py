"""A conditional GAN: a class embedding into G, a projection discriminator, G and D mirror images.

Nothing is normalised: the R1/R2 penalties keep the game stable, and every residual branch ends in a
convolution that starts at zero, so both nets begin as almost linear maps (Zhang et al. 2019,
"Fixup initialization"; Huang et al. 2024, "The GAN is dead; long live the GAN!"). Most arithmetic
of a convolutional net goes into its largest map, so the blocks stop at half resolution: G turns
each position into 2x2 px of a few channels (sub-pixel convolution, Shi et al. 2016), which one
convolution at full resolution joins; D begins the same way. That last convolution matters: without
it the patches show, and the Frechet distance at equal images seen is twice as large.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu, pixel_shuffle, pixel_unshuffle

from mezzotint.models.sizes import num_halvings, stage_widths
from mezzotint.models.verdict import Verdict

SLOPE = 0.2  # of every LeakyReLU
PATCH_PX = 2  # side of the patch that one position of the finest block paints


@dataclass(frozen=True, kw_only=True)
class CganSpec:
    """Fix the shape of a conditional GAN."""

    height_px: int
    width_px: int
    channels: int  # 1 grey, 3 RGB, 4 RGBA
    num_classes: int
    noise_dim: int = 64  # Z
    class_dim: int = 64  # size of a class embedding in G
    stem_width: int = 32  # channels of the coarsest map as the dense layer paints it
    generator_width: int = 32  # channels of the finest map (half resolution); doubles by halving
    discriminator_width: int = 32  # the same, of D
    max_width: int = 64  # no map is wider
    fine_width: int = 8  # channels at full resolution, where only one convolution works
    num_blocks: int = 1  # residual blocks a map
    feature_dim: int = 128  # size of D's feature vector, which the class projects on

    @property
    def num_maps(self) -> int:
        """Count the feature maps from the coarsest to the finest."""
        return num_halvings(self.height_px, self.width_px)

    @property
    def base_shape(self) -> tuple[int, int]:
        """Return height and width of the coarsest feature map."""
        return self.height_px >> self.num_maps, self.width_px >> self.num_maps

    def widths(self, finest: int) -> tuple[int, ...]:
        """Return the channels of each map, coarsest first."""
        return stage_widths(finest, self.num_maps - 1, self.max_width)


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


# --- Generator ---------------------------------------------------------------------------------


class CganGenerator(nn.Module):
    """Paint pictures from noise and class weights.

    Example:
        >>> spec = CganSpec(height_px=32, width_px=48, channels=3, num_classes=2)
        >>> CganGenerator(spec)(torch.randn(3, 64), torch.eye(2)[[0, 1, 0]]).shape
        torch.Size([3, 3, 32, 48])
    """

    def __init__(self, spec: CganSpec) -> None:
        super().__init__()
        self.base = (spec.stem_width, *spec.base_shape)
        # The embedding is a matrix, not a look-up, so that a prompt can mix classes.
        self.embed = nn.Linear(spec.num_classes, spec.class_dim, bias=False)
        nn.init.normal_(self.embed.weight)
        self.stem = linear(spec.noise_dim + spec.class_dim, math.prod(self.base))
        widths = spec.widths(spec.generator_width)
        stages: list[nn.Module] = [convolution(spec.stem_width, widths[0], 1)]
        stages.append(blocks(widths[0], spec.num_blocks))
        for coarse, fine in pairwise(widths):
            stages += [Double(coarse, fine), blocks(fine, spec.num_blocks)]
        self.stages = nn.Sequential(*stages)
        self.patch = convolution(widths[-1], spec.fine_width * PATCH_PX**2, 3)
        self.paint = convolution(spec.fine_width, spec.channels, 3)

    def forward(self, noise: Tensor, class_weights: Tensor) -> Tensor:
        """Return pixels [N, C, H, W] in (-1, 1) from noise [N, Z] and class weights [N, K]."""
        code = torch.cat([noise, self.embed(class_weights)], dim=1)
        features = leaky_relu(self.stem(code), SLOPE).unflatten(1, self.base)
        features = self.stages(features.contiguous(memory_format=torch.channels_last))
        patches = pixel_shuffle(self.patch(leaky_relu(features, SLOPE)), PATCH_PX)
        return self.paint(leaky_relu(patches, SLOPE)).tanh()


# --- Discriminator -----------------------------------------------------------------------------


class CganDiscriminator(nn.Module):
    """Judge pictures of a stated class: D(x, y) = u.h(x) + <h(x), e(y)>   (Miyato & Koyama 2018).

    Example:
        >>> spec = CganSpec(height_px=32, width_px=48, channels=3, num_classes=2)
        >>> discriminator = CganDiscriminator(spec)
        >>> discriminator(torch.zeros(3, 3, 32, 48), torch.eye(2)[[0, 1, 0]]).logits.shape
        torch.Size([3])
    """

    def __init__(self, spec: CganSpec) -> None:
        super().__init__()
        widths = spec.widths(spec.discriminator_width)[::-1]
        self.look = convolution(spec.channels, spec.fine_width, 3)
        self.read = convolution(spec.fine_width * PATCH_PX**2, widths[0], 1)
        stages: list[nn.Module] = [blocks(widths[0], spec.num_blocks)]
        for fine, coarse in pairwise(widths):
            stages += [Halve(fine, coarse), blocks(coarse, spec.num_blocks)]
        self.stages = nn.Sequential(*stages)
        self.feature = linear(math.prod((widths[-1], *spec.base_shape)), spec.feature_dim)
        self.judge = linear(spec.feature_dim, 1)
        self.embed = nn.Linear(spec.num_classes, spec.feature_dim, bias=False)
        nn.init.normal_(self.embed.weight, std=spec.feature_dim**-0.5)

    def features(self, pixels: Tensor) -> Tensor:
        """Return what D sees, h(x): [N, feature_dim], before it looks at the class."""
        patches = pixel_unshuffle(leaky_relu(self.look(pixels), SLOPE), PATCH_PX)
        features = self.stages(self.read(patches))
        return leaky_relu(self.feature(leaky_relu(features, SLOPE).flatten(1)), SLOPE)

    def forward(self, pixels: Tensor, class_weights: Tensor) -> Verdict:
        """Judge pixels [N, C, H, W] in [-1, 1] given class weights [N, K]."""
        features = self.features(pixels)
        projection = (features * self.embed(class_weights)).sum(dim=1)
        return Verdict(self.judge(features).squeeze(1) + projection)
