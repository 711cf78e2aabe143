"""What a step's pictures are asked for by: their caption, their own embedding, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

from mezzotint.losses.contrastive import caption_matches
from mezzotint.training.latent.caption_table import NO_CAPTION
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.material import Material
from mezzotint.training.learner import Moment
from mezzotint.training.randomness import Draw, stream


@dataclass(frozen=True, kw_only=True, eq=False)
class Embeddings:
    """Hold the set as the frozen encoders see it, computed once.

    Attributes:
        texts: [U, D], of every distinct caption.
        images: [N, D], of every picture.
        scale: Inverse temperature of the space.
    """

    texts: Tensor
    images: Tensor
    scale: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Conditions:
    """Hold what each picture of a step is asked for by.

    Attributes:
        embedding: [n, D]; zeros = nothing.
        wrong_embedding: [n, D], of the next picture in the batch.
        is_wrong: bool [n], whether that does not describe this picture.
        captions: int64 [n], the drawn captions; -1 = none.
        by_text: bool [n], whether the caption is what it was asked for by.
        matches: bool [n, n], which drawn captions describe which picture.
    """

    embedding: Tensor
    wrong_embedding: Tensor
    is_wrong: Tensor
    captions: Tensor
    by_text: Tensor
    matches: Tensor


def draw_conditions(
    config: LatentConfig,
    material: Material,
    embeddings: Embeddings,
    indices: Tensor,
    moment: Moment,
) -> Conditions:
    """Draw a caption for each picture and decide what it is asked for by.

    Args:
        config: Shares of the batch.
        material: The set.
        embeddings: The same in the space of words.
        indices: int64 [n], which pictures.
        moment: Seed and step.
    """
    device = material.device
    drawn = material.captions.draw(indices, stream(moment.seed, moment.step, Draw.CAPTIONS))
    matches = caption_matches(material.captions.sets[indices], drawn)
    random = stream(moment.seed, moment.step, Draw.CONDITION)
    kind = torch.rand(len(indices), generator=random)
    nudge = torch.randn(len(indices), config.embedding_dim, generator=random).to(device)
    is_dropped = kind < config.dropped_p
    by_image = ~is_dropped & (kind < config.dropped_p + config.image_condition_p)
    by_text = ~is_dropped & ~by_image & (drawn != NO_CAPTION)
    # A vector of n normals is about sqrt(n) long.
    nudge = nudge * (config.image_condition_noise / config.embedding_dim**0.5)
    images = normalize(embeddings.images[indices.to(device)] + nudge, dim=1)
    texts = embeddings.texts[drawn.clamp(min=0).to(device)]
    embedding = images * by_image[:, None].to(device) + texts * by_text[:, None].to(device)
    has_any = by_image | by_text
    # Row i takes what row i + 1 was asked for by, unless its caption would be right here, too.
    fits_next = matches.diagonal(1).new_zeros(len(indices))
    fits_next[:-1], fits_next[-1] = matches.diagonal(1), matches[-1, 0]
    return Conditions(
        embedding=embedding,
        wrong_embedding=embedding.roll(-1, 0),
        is_wrong=(has_any & has_any.roll(-1, 0) & ~fits_next).to(device),
        captions=drawn,
        by_text=by_text.to(device),
        matches=matches.to(device),
    )


def no_conditions(config: LatentConfig, count: int, device: torch.device) -> Conditions:
    """Return the conditions of pictures that nobody described: none."""
    nothing = torch.zeros(count, config.embedding_dim, device=device)
    never = torch.zeros(count, dtype=torch.bool, device=device)
    return Conditions(
        embedding=nothing,
        wrong_embedding=nothing,
        is_wrong=never,
        captions=torch.full((count,), NO_CAPTION),
        by_text=never,
        matches=never[:, None].expand(count, count),
    )
