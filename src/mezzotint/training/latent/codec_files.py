"""The set as the codec encodes it, kept in pieces beside the codec."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mezzotint.training.latent.auto_encoder import AutoEncoder
from mezzotint.training.learner import Learner
from mezzotint.training.shards import MAX_SHARD_BYTES, read_shards, write_shards

if TYPE_CHECKING:
    from pathlib import Path

LATENTS = "latents"


def averaged_codec(learner: Learner) -> AutoEncoder:
    """Return the averaged encoder and decoder of a codec stage."""
    codec = learner.averages["codec"]
    assert isinstance(codec, AutoEncoder)
    return codec


def write_latents(folder: Path, latents: Tensor) -> None:
    """Write latents [N, c, h, w] in pieces of whole pictures.

    Raises:
        FailedError: The disk is full or does not allow it.
    """
    bytes_each = latents[0].numel() * latents.element_size()
    rows = max((MAX_SHARD_BYTES - 4096) // bytes_each, 1)
    pieces = latents.split(rows)
    write_shards(
        folder, LATENTS, {f"{i:06d}": piece.contiguous().clone() for i, piece in enumerate(pieces)}
    )


def read_latents(folder: Path, num_images: int) -> Tensor | None:
    """Read what `write_latents` wrote; None if it is not there, damaged or of another set."""
    try:
        pieces = read_shards(folder, LATENTS)
    except (OSError, ValueError):
        return None
    latents = torch.cat([pieces[name] for name in sorted(pieces)])
    return latents if len(latents) == num_images else None
