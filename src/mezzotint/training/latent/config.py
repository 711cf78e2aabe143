"""Settings of the `latent` family: one flat table for all its stages."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from mezzotint.domain.card import Family
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.config import GanConfig

CodecName = Literal["identity", "vaegan"]
StageName = Literal["codec", "words", "gan", "upscaler", "knowledge"]
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
    on_device: bool = True  # keep the whole set where the nets are
    compile: bool = False  # torch.compile; CUDA alone

    # What the networks look like
    codec: CodecName = "identity"
    latent_factor: int = 2  # f, px of a side that become one position of the latents
    latent_channels: int = 4  # c of vaegan; identity has C f^2
    style_dim: int = 128  # W
    embedding_dim: int = 128  # D
    field_channels: int = 4  # F
    generator_widths: str = "128-96-48"  # coarse to fine
    discriminator_widths: str = "128-96-48"
    num_blocks: int = 1  # a stage
    group_width: int = 0  # channels a group of the 3x3 convolutions; 0 = one group (faster on CPUs)
    pixel_width: int = 12  # channels at full resolution, where latents are pixels
    feature_dim: int = 128  # of D, what the embedding is compared with

    # The game
    mismatch: float = 0.5  # weight of D's loss on real pictures under another's caption
    consistency: float = 0.2  # weight of G's InfoNCE between its picture and the prompt
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

    # Codec and upscaler
    codec_share: float = 0.25
    upscaler_share: float = 0.0  # 0 = no upscaler


def config_of_stage(config: LatentConfig, stage: StageName) -> LatentConfig:
    """Return the configuration with the stage's own batch, rates and average in place.

    Example:
        >>> config = LatentConfig(recipe="latent-cpu", words_batch_size=64)
        >>> config_of_stage(config, "words").batch_size
        64
    """
    if stage == "words":
        return dataclasses.replace(
            config,
            stage=stage,
            batch_size=config.words_batch_size,
            lr=config.words_lr,
            lr_final=config.words_lr_final,
            beta1=0.9,
            beta2=0.98,
            beta2_final=0.98,
            ema_half_life_images=2_000.0,
            ema_half_life_images_final=20_000.0,
            augment_target=None,
        )
    return dataclasses.replace(config, stage=stage)


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
        precision="bfloat16",
        compile=True,
        latent_channels=16,
        style_dim=256,
        generator_widths="384-384-384",
        discriminator_widths="384-384-384",
        num_blocks=2,
        group_width=32,
        pixel_width=32,
        feature_dim=384,
        words_batch_size=1024,
        text_width=256,
        text_layers=4,
        image_widths="192-192-256",
    )
