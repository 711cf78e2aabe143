"""Beginning from another model: its words, its codec, its generator and discriminator.

What a model has learnt of one kind of pictures helps with another kind where those are few
(Wang et al. 2018, "Transferring GANs"). Every tensor whose shape fits is taken over, the others are
drawn as usual. D's first layers, which see edges and colours, then stay as they are for a while
(Mo et al. 2020, "Freeze the discriminator"), rates are lower, and augmentation adapts to how much
D overfits (Karras et al. 2020).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mezzotint.domain.card import DataSpec
from mezzotint.training.batches import PictureShape
from mezzotint.training.latent.config import LatentConfig, StageName, resolve_codec
from mezzotint.training.learner import Learner

# What the nets look like: a child has its parent's.
ARCHITECTURE = (
    "noise_dim latent_channels style_dim embedding_dim field_channels generator_widths"
    " discriminator_widths num_blocks expansion group_width pixel_width feature_dim"
    " vocabulary_size text_width text_layers image_widths"
    " encoder_widths decoder_widths codec_blocks codec_pixel_width"
).split()
RATE_FACTOR = 0.5  # of the rates that a run from nothing begins with
FROZEN_SHARE = 0.25  # of the schedule
HELD_SHARE = 0.8  # of the pairs that D orders right, above which augmentation grows
MIN_PSNR_DB = 28.0  # of the parent's codec on the child's pictures, to use it as it is


@dataclass(frozen=True, kw_only=True, eq=False)
class Parent:
    """Hold a model that another one begins from.

    Attributes:
        name: Of the model.
        sha256: Of its card.
        config: It was trained with.
        shape: Of its pictures.
        weights: Tensors of its nets, "painter/...", "discriminator/...", "words/..." and others.
        tokenizer: The file; None for a model without words.
        data: What it was trained on.
    """

    name: str
    sha256: str
    config: LatentConfig
    shape: PictureShape
    weights: Mapping[str, Tensor]
    tokenizer: bytes | None
    data: tuple[DataSpec, ...]

    def under(self, prefix: str) -> dict[str, Tensor]:
        """Return the tensors of one net, without its name.

        Args:
            prefix: Name of the net, such as "painter".
        """
        start = f"{prefix}/"
        return {k.removeprefix(start): t for k, t in self.weights.items() if k.startswith(start)}


def config_from(
    parent: Parent, config: LatentConfig, shape: PictureShape, *, is_small_set: bool
) -> LatentConfig:
    """Return the configuration of a child.

    Args:
        parent: What it begins from.
        config: Of a run from nothing.
        shape: Of the child's pictures.
        is_small_set: Whether there are so few pictures that D learns them by heart.

    Raises:
        InputError: No codec fits the size.
    """
    own = dataclasses.asdict(parent.config)
    config = dataclasses.replace(
        config,
        **{name: own[name] for name in ARCHITECTURE},
        start_from=parent.name,
        start_from_sha256=parent.sha256,
        lr=config.lr * RATE_FACTOR,
        words_lr=config.words_lr * RATE_FACTOR,
        frozen_share=FROZEN_SHARE if shares_latents(parent, config, shape) else 0.0,
    )
    return for_few_pictures(config) if is_small_set else config


def for_few_pictures(config: LatentConfig) -> LatentConfig:
    """Return the configuration with augmentation that adapts to how much D overfits."""
    return dataclasses.replace(config, augment_target=HELD_SHARE)


def shares_latents(parent: Parent, config: LatentConfig, shape: PictureShape) -> bool:
    """Return whether pictures become latents of the same meaning, so that nets fit wholly."""
    theirs = resolve_codec(parent.config, parent.shape)
    own = resolve_codec(config, shape)
    same = (theirs.codec, theirs.latent_factor) == (own.codec, own.latent_factor)
    return same and parent.shape.channels == shape.channels


# --- Weights -----------------------------------------------------------------------------------


def begin_from(parent: Parent, stage: StageName, learner: Learner) -> float:
    """Put what the parent has learnt into the nets of a stage, their averages included.

    Args:
        parent: Whose weights.
        stage: What the learner is of.
        learner: As it was made; changed in place.

    Returns:
        The share of the weights that were taken over, 0 to 1.
    """
    whole: dict[str, dict[str, Tensor]] = {
        name: parent.under(name) for name in ("painter", "discriminator", "words", "upscaler")
    }
    whole["codec"] = {
        f"{half}.{key}": tensor
        for half in ("encoder", "decoder")
        for key, tensor in parent.under(half).items()
    }
    main = {"codec": "codec", "words": "words", "gan": "painter", "upscaler": "upscaler"}[stage]
    shares = [
        take_over([net], whole["discriminator" if name == "discriminator" else main])
        for name, net in learner.modules.items()
        if name != "judge"  # of the codec; no bundle holds it
    ]
    return sum(shares) / len(shares)


@torch.no_grad()
def take_over(nets: Iterable[nn.Module], tensors: Mapping[str, Tensor]) -> float:
    """Copy every tensor that a net has under the same name and in the same shape.

    Args:
        nets: Of one architecture, such as a net and its average; changed in place.
        tensors: Of the parent.

    Returns:
        The share of the weights that were taken over, 0 to 1.

    Example:
        >>> net = nn.Linear(2, 3)
        >>> round(take_over([net], {"weight": torch.ones(3, 2), "bias": torch.ones(4)}), 2)
        0.67
    """
    num_taken = num_weights = 0
    for net in nets:
        for name, tensor in net.state_dict().items():
            given = tensors.get(name)
            num_weights += tensor.numel()
            if given is not None and given.shape == tensor.shape:
                tensor.copy_(given)
                num_taken += tensor.numel()
    return num_taken / max(num_weights, 1)
