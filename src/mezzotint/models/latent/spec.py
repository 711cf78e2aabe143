"""How large the networks of the `latent` family are: frozen specs and the two presets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

COARSE_STRIDE = 4  # latent positions a side of one position of G's and D's coarsest map
NUM_STAGES = 3  # maps of h/4, h/2 and h


@dataclass(frozen=True, kw_only=True)
class LatentSpace:
    """Describe what a codec makes of pictures.

    Attributes:
        channels: c.
        mask_channels: m; channel i of the latents is known where channel i mod m of the mask is 1.
        pixel_factor: Where latents are pixels laid aside, pixels of a side to a position; else 1.
        is_pixels: Whether latents are pixels in [-1, 1], so that G squashes.
    """

    channels: int
    mask_channels: int = 1
    pixel_factor: int = 1
    is_pixels: bool = False


def pixel_space(picture_channels: int, factor: int = 2) -> LatentSpace:
    """Return the space of the identity codec.

    Example:
        >>> space = pixel_space(4, 2)
        >>> space.channels, space.mask_channels
        (16, 4)
    """
    area = factor * factor
    return LatentSpace(
        channels=picture_channels * area, mask_channels=area, pixel_factor=factor, is_pixels=True
    )


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """Fix the residual stages that G has and D mirrors."""

    widths: tuple[int, int, int] = (128, 96, 48)  # channels at h/4, h/2 and h
    num_blocks: int = 1  # a stage
    expansion: int = 2  # hidden channels of a block, in widths
    group_width: int = 16  # hidden channels a group of the 3x3 convolution
    pixel_width: int = 12  # channels at full resolution, where latents are pixels

    @property
    def total_blocks(self) -> int:
        """Return how many blocks there are."""
        return len(self.widths) * self.num_blocks


@dataclass(frozen=True, kw_only=True)
class MappingSpec:
    """Fix the network from noise and embedding to a style."""

    noise_dim: int = 64  # Z
    embedding_dim: int = 128  # D
    style_dim: int = 128  # W


@dataclass(frozen=True, kw_only=True)
class GeneratorSpec:
    """Fix a generator."""

    space: LatentSpace
    trunk: Trunk = Trunk()
    style_dim: int = 128  # W
    field_channels: int = 4  # F

    @property
    def num_styles(self) -> int:
        """Return L: the stem has a style, and so has every block, coarse to fine."""
        return 1 + self.trunk.total_blocks


@dataclass(frozen=True, kw_only=True)
class DiscriminatorSpec:
    """Fix a discriminator."""

    space: LatentSpace
    trunk: Trunk = Trunk()
    embedding_dim: int = 128  # D
    feature_dim: int = 128  # d, what the embedding is compared with


@dataclass(frozen=True, kw_only=True)
class TextSpec:
    """Fix a text encoder."""

    vocabulary_size: int
    num_tokens: int = 32  # T, the end included
    width: int = 128
    num_layers: int = 2
    num_heads: int = 4
    embedding_dim: int = 128  # D


@dataclass(frozen=True, kw_only=True)
class ImageSpec:
    """Fix an image encoder."""

    channels: int  # C
    patch_px: int = 2  # side of the patches that the first layer reads
    widths: tuple[int, ...] = (96, 96, 128)  # channels of each map, fine to coarse, each half
    num_blocks: int = 1  # a map
    embedding_dim: int = 128  # D

    @property
    def stride_px(self) -> int:
        """Return what both sides of a picture must be multiples of."""
        return self.patch_px << (len(self.widths) - 1)


@dataclass(frozen=True, kw_only=True)
class GanSpec:
    """Join what the GAN stage trains."""

    mapping: MappingSpec
    generator: GeneratorSpec
    discriminator: DiscriminatorSpec


def cpu_gan(space: LatentSpace) -> GanSpec:
    """Return nets for two CPU cores: about 0.5 M parameters and 23 MFLOP each at 16x16."""
    return _gan(space, Trunk(), style_dim=128, feature_dim=128)


def gpu_gan(space: LatentSpace) -> GanSpec:
    """Return nets for one large GPU: width 384, two blocks a stage."""
    trunk = Trunk(widths=(384, 384, 384), num_blocks=2, group_width=32, pixel_width=32)
    return _gan(space, trunk, style_dim=256, feature_dim=384)


GAN_PRESETS: Mapping[str, Callable[[LatentSpace], GanSpec]] = MappingProxyType(
    {"cpu": cpu_gan, "gpu": gpu_gan}
)


def _gan(space: LatentSpace, trunk: Trunk, *, style_dim: int, feature_dim: int) -> GanSpec:
    return GanSpec(
        mapping=MappingSpec(style_dim=style_dim),
        generator=GeneratorSpec(space=space, trunk=trunk, style_dim=style_dim),
        discriminator=DiscriminatorSpec(space=space, trunk=trunk, feature_dim=feature_dim),
    )
