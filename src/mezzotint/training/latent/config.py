"""Settings of the `latent` family: one flat table for all its stages."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Literal

from mezzotint.domain.card import Family
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.models.latent.spec import COARSE_STRIDE
from mezzotint.training.batches import PictureShape
from mezzotint.training.config import GanConfig

CodecName = Literal["auto", "identity", "vaegan"]
StageName = Literal["codec", "words", "gan", "upscaler", "knowledge"]
MAX_IDENTITY_PX = 64
NATURAL_SIDE = 16  # latent positions a side that the nets are made for
PATCH_PX = 4  # of the codec's finest map
STAGES: tuple[StageName, ...] = ("codec", "words", "gan", "upscaler", "knowledge")


@dataclass(frozen=True, kw_only=True)
class LatentConfig(GanConfig):
    """Configure the text-conditioned masked GAN; what has no prefix is the GAN stage's own.

    The learner of another stage gets a copy in which batch, rates and average are that stage's
    (see `config_of_stage`), so that loop, log and checkpoints need to know of no stages.
    """

    family: Family = "latent"
    stage: StageName = "gan"
    batch_size: int = 32
    lr: float = 5e-4
    lr_final: float = 1e-4
    beta2_final: float = 0.95
    ema_half_life_images: float = 500.0
    ema_half_life_images_final: float = 20_000.0
    gamma: float = 0.5
    gamma_final: float = 0.05
    augment_p_final: float = 0.2
    on_device: bool = True  # keep the whole set where the nets are
    compile: bool = False  # torch.compile; CUDA alone

    # What it begins from; see parent.py
    start_from: str | None = None  # name of a model; None = weights are drawn
    start_from_sha256: str | None = None  # of its card
    frozen_share: float = 0.0  # of the schedule, in which D's first layers stay as they came

    # What the networks look like
    codec: CodecName = "auto"  # identity up to 64 px, vaegan above
    latent_factor: int | None = None  # f, px of a side to one latent position; None = what fits
    latent_channels: int = 4  # c of vaegan; identity has C f^2
    style_dim: int = 128  # W
    embedding_dim: int = 128  # D
    field_channels: int = 4  # F
    generator_widths: str = "128-96-48"  # coarse to fine
    discriminator_widths: str = "128-96-48"
    num_blocks: int = 1  # a stage
    expansion: int = 1  # hidden channels of a block, in widths
    group_width: int = 0  # channels a group of the 3x3 convolutions; 0 = one group, faster on CPUs
    pixel_width: int = 12  # channels at full resolution, where latents are pixels
    feature_dim: int = 128  # of D, what the embedding is compared with

    # The game
    mismatch: float = 0.5  # weight of D's loss on real pictures under another's caption
    consistency: float = 0.2  # weight of G's InfoNCE between its picture and the prompt
    variety: float = 0.0  # weight of the mode-seeking term; 0.05 nearly doubles it on sprites
    image_condition_p: float = 0.2  # share of the batch conditioned on its own image embedding
    image_condition_noise: float = 0.3  # length of what is added to it, before normalising
    dropped_p: float = 0.1  # share of the batch without condition
    known_p: float = 0.5  # share of the batch of which something is known
    wrap_p: float = 0.5  # of the pictures that wrap round, those that must

    # Words
    words_share: float = 0.15  # of the budget
    words_batch_size: int = 128
    words_lr: float = 1e-3
    words_lr_final: float = 1e-5
    vocabulary_size: int = 4096
    text_width: int = 128
    text_layers: int = 2
    image_widths: str = "32-64-128"  # fine to coarse
    words_augment_p: float = 0.5

    # Codec, of vaegan
    codec_share: float = 0.25
    codec_batch_size: int = 16
    codec_lr: float = 1e-3
    codec_lr_final: float = 1e-4
    encoder_widths: str = "32-64"  # fine to coarse
    decoder_widths: str = "96-48"  # coarse to fine
    codec_blocks: int = 1  # a map
    codec_pixel_width: int = 8  # channels at full resolution
    kl_weight: float = 1e-4
    structure_weight: float = 0.2  # 1 - MS-SSIM
    edge_weight: float = 0.5  # Haar
    adversarial_start: float = 0.5  # share of the codec's schedule
    adversarial_weight: float = 0.05
    feature_weight: float = 0.5  # of what the judge's layers see
    equivariance_p: float = 0.5  # share of the steps in which latents are turned or shrunk

    # Upscaler; not for identity, whose pictures are shown enlarged pixel by pixel
    upscaler_share: float = 0.08  # 0 = none
    upscaler_batch_size: int = 16
    upscaler_lr: float = 1e-3
    upscaler_lr_final: float = 1e-5
    upscaler_width: int = 48
    upscaler_blocks: int = 2


def config_of_stage(config: LatentConfig, stage: StageName) -> LatentConfig:
    """Return the configuration with the stage's own batch, rates and average in place.

    Example:
        >>> config = LatentConfig(recipe="latent-cpu", words_batch_size=64)
        >>> config_of_stage(config, "words").batch_size
        64
    """
    config = dataclasses.replace(config, stage=stage)
    sizes = {
        "codec": config.codec_batch_size,
        "words": config.words_batch_size,
        "upscaler": config.upscaler_batch_size,
    }
    rates = {
        "codec": (config.codec_lr, config.codec_lr_final),
        "words": (config.words_lr, config.words_lr_final),
        "upscaler": (config.upscaler_lr, config.upscaler_lr_final),
    }
    if stage not in sizes:
        return config
    return dataclasses.replace(
        config,
        batch_size=sizes[stage],
        lr=rates[stage][0],
        lr_final=rates[stage][1],
        beta1=0.5 if stage == "codec" else 0.9,
        beta2=0.98,
        beta2_final=0.98,
        ema_half_life_images=2_000.0,
        ema_half_life_images_final=20_000.0,
        augment_target=None,
    )


# --- What depends on the pictures --------------------------------------------------------------


def resolve_codec(config: LatentConfig, shape: PictureShape) -> LatentConfig:
    """Return the configuration with codec and factor fixed for pictures of this size.

    Raises:
        InputError: No factor fits the sides.

    Example:
        >>> shape = PictureShape(height_px=32, width_px=32, channels=4, num_classes=0)
        >>> resolved = resolve_codec(LatentConfig(recipe="latent-cpu"), shape)
        >>> resolved.codec, resolved.latent_factor
        ('identity', 2)
    """
    sides = (shape.height_px, shape.width_px)
    codec = config.codec
    if codec == "auto":
        codec = "identity" if max(sides) <= MAX_IDENTITY_PX else "vaegan"
    if codec == "vaegan":
        factor = PATCH_PX << (len(widths(config.decoder_widths)) - 1)
        factors = [factor]
    elif config.latent_factor is not None:
        factors = [config.latent_factor]
    else:
        factors = [1, 2, 4]
    fitting = [f for f in factors if not any(side % (COARSE_STRIDE * f) for side in sides)]
    if not fitting:
        multiple = COARSE_STRIDE * factors[0]
        raise InputError(
            "training.latent_size",
            Message("Sides of {width} x {height} px do not fit.", width=sides[1], height=sides[0]),
            Message("Choose a --size whose sides are multiples of {multiple}.", multiple=multiple),
        )
    factor = min(fitting, key=lambda f: abs(math.log2(max(sides) / f / NATURAL_SIDE)))
    return dataclasses.replace(
        config,
        codec=codec,
        latent_factor=factor,
        upscaler_share=config.upscaler_share if codec == "vaegan" else 0.0,
    )


def stage_named(name: str | None) -> StageName | None:
    """Return the stage of this name; None stays None.

    Raises:
        InputError: There is none.
    """
    if name is None or name in STAGES:
        return name  # type: ignore[return-value]
    raise InputError(
        "training.stage",
        Message("There is no stage '{stage}'.", stage=name),
        Message("Stages: {stages}.", stages=", ".join(STAGES)),
    )


def widths(text: str) -> tuple[int, ...]:
    """Read the widths of a net's stages.

    Example:
        >>> widths("128-96-48")
        (128, 96, 48)
    """
    return tuple(int(part) for part in text.split("-"))


# --- Presets -----------------------------------------------------------------------------------


def latent_cpu() -> LatentConfig:
    """Return the preset for two CPU cores: small nets, small batches, many steps."""
    return LatentConfig(recipe="latent-cpu")


def latent_gpu() -> LatentConfig:
    """Return the preset for one large GPU: bfloat16, compiled, everything on the device."""
    return LatentConfig(
        recipe="latent-gpu",
        batch_size=256,
        lr=2e-4,
        lr_final=5e-5,
        beta2=0.9,
        beta2_final=0.99,
        ema_half_life_images=5_000.0,
        ema_half_life_images_final=500_000.0,
        gamma=1.0,
        gamma_final=0.1,
        augment_p_final=0.0,
        precision="bfloat16",
        compile=True,
        latent_channels=16,
        style_dim=256,
        generator_widths="384-384-256",
        discriminator_widths="384-384-256",
        num_blocks=2,
        expansion=2,
        group_width=0,
        pixel_width=32,
        feature_dim=384,
        words_batch_size=1024,
        text_width=256,
        text_layers=4,
        image_widths="192-192-256",
        codec_batch_size=64,
        codec_lr=4e-4,
        encoder_widths="64-128-256",
        decoder_widths="256-128-64",
        codec_blocks=2,
        codec_pixel_width=16,
        upscaler_batch_size=64,
        upscaler_width=64,
        upscaler_blocks=4,
    )
