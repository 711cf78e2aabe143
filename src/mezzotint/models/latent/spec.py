"""How large the networks of the `latent` family are: frozen specs and the two presets."""

from __future__ import annotations

import math
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
    """Fix the residual stages that G has and D mirrors.

    On CPUs dense 3x3 convolutions run at 1.5 to 2 times the rate of grouped ones, so that dense
    blocks of expansion 1 learn more pictures a second than R3GAN's grouped ones of expansion 2,
    with more weights.
    """

    widths: tuple[int, int, int] = (128, 96, 48)  # channels at h/4, h/2 and h
    num_blocks: int = 1  # a stage
    expansion: int = 1  # hidden channels of a block, in widths
    group_width: int = 0  # hidden channels a group of the 3x3 convolution; 0 = one group
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
    widths: tuple[int, ...] = (48, 96, 128)  # channels of each map, fine to coarse, each half
    num_blocks: int = 1  # a map
    embedding_dim: int = 128  # D

    @property
    def stride_px(self) -> int:
        """Return what both sides of a picture must be multiples of."""
        return self.patch_px << (len(self.widths) - 1)


@dataclass(frozen=True, kw_only=True)
class CodecSpec:
    """Fix a learnt codec, both ways.

    Attributes:
        channels: C.
        latent_channels: c.
        encoder_widths: Channels of each map, fine to coarse, each half as large.
        decoder_widths: The same of the decoder, coarse to fine: as many.
        encoder_blocks: Residual blocks a map.
        decoder_blocks: The same of the decoder.
        patch_px: Side of the patches that the finest map reads and paints.
        encoder_pixel_width: Channels at full resolution, where only one convolution works.
        decoder_pixel_width: The same of the decoder.
    """

    channels: int
    latent_channels: int = 4
    encoder_widths: tuple[int, ...] = (32, 64)
    decoder_widths: tuple[int, ...] = (96, 48)
    encoder_blocks: int = 1
    decoder_blocks: int = 1
    patch_px: int = 4
    encoder_pixel_width: int = 8
    decoder_pixel_width: int = 8

    @property
    def factor(self) -> int:
        """Return f, pixels of a side to one latent position."""
        return self.patch_px << (len(self.decoder_widths) - 1)

    @property
    def decoder_margin(self) -> int:
        """Return how many latent positions around it a decoded pixel depends on, at most."""
        margin = 2.0  # the first 3x3 convolution, and the rounding of what follows
        for level in range(len(self.decoder_widths)):
            margin += self.decoder_blocks / 2**level
        return math.ceil(margin)

    @property
    def space(self) -> LatentSpace:
        """Return what the codec makes of pictures."""
        return LatentSpace(channels=self.latent_channels)


@dataclass(frozen=True, kw_only=True)
class PatchSpec:
    """Fix the judge of a codec's pictures."""

    channels: int
    widths: tuple[int, ...] = (16, 32, 64)  # fine to coarse, each map half as large


@dataclass(frozen=True, kw_only=True)
class UpscalerSpec:
    """Fix an upscaler."""

    channels: int
    width: int = 48  # channels at half the resolution of the input
    num_blocks: int = 2


@dataclass(frozen=True, kw_only=True)
class GanSpec:
    """Join what the GAN stage trains."""

    mapping: MappingSpec
    generator: GeneratorSpec
    discriminator: DiscriminatorSpec


def cpu_gan(space: LatentSpace) -> GanSpec:
    """Return nets for two CPU cores: 0.5 M and 0.4 M parameters, 20 M products each at 16x16."""
    return _gan(space, Trunk(), style_dim=128, feature_dim=128)


def gpu_gan(space: LatentSpace) -> GanSpec:
    """Return nets for one large GPU: width 384, two blocks a stage, 9 M parameters each."""
    trunk = Trunk(widths=(384, 384, 256), num_blocks=2, pixel_width=32)
    return _gan(space, trunk, style_dim=256, feature_dim=384)


def cpu_codec(channels: int) -> CodecSpec:
    """Return a codec for two CPU cores: f8, c4, 0.2 GFLOP both ways at 128 px."""
    return CodecSpec(channels=channels)


def gpu_codec(channels: int) -> CodecSpec:
    """Return a codec for one large GPU: f16, c16, meant for 256 px."""
    return CodecSpec(
        channels=channels,
        latent_channels=16,
        encoder_widths=(64, 128, 256),
        decoder_widths=(256, 128, 48),
        encoder_blocks=2,
        decoder_blocks=2,
        encoder_pixel_width=16,
        decoder_pixel_width=16,
    )


def cpu_words_image(channels: int, patch_px: int = 2) -> ImageSpec:
    """Return an image encoder for two CPU cores."""
    return ImageSpec(channels=channels, patch_px=patch_px)


def gpu_words_image(channels: int, patch_px: int = 2) -> ImageSpec:
    """Return an image encoder for one large GPU."""
    return ImageSpec(channels=channels, patch_px=patch_px, widths=(128, 256, 384), num_blocks=2)


GAN_PRESETS: Mapping[str, Callable[[LatentSpace], GanSpec]] = MappingProxyType(
    {"cpu": cpu_gan, "gpu": gpu_gan}
)
CODEC_PRESETS: Mapping[str, Callable[[int], CodecSpec]] = MappingProxyType(
    {"cpu": cpu_codec, "gpu": gpu_codec}
)


def _gan(space: LatentSpace, trunk: Trunk, *, style_dim: int, feature_dim: int) -> GanSpec:
    return GanSpec(
        mapping=MappingSpec(style_dim=style_dim),
        generator=GeneratorSpec(space=space, trunk=trunk, style_dim=style_dim),
        discriminator=DiscriminatorSpec(space=space, trunk=trunk, feature_dim=feature_dim),
    )
