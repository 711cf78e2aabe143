"""From prompt to embedding: what a model with a text encoder is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.verbs.embeddings import mix
from mezzotint.verbs.known_words import KnownWords, word_warnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.structure import Prompt

DEFAULT_IMAGE_WEIGHT = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Condition:
    """Hold what a prompt asks for.

    Attributes:
        embedding: float32 [D], unit length; all zeros = anything.
        warnings: Words that were not understood.
    """

    embedding: NDArray[np.float32]
    warnings: tuple[Message, ...]

    @property
    def is_anything(self) -> bool:
        """Tell whether nothing was asked for."""
        return not self.embedding.any()


def read_text_condition(
    engine: Engine, prompt: Prompt, images: Sequence[NDArray[np.float32]] = ()
) -> Condition:
    """Mix the embeddings of a prompt's segments, its `--no` list and its image prompts.

    The texts together weigh 1 by the ratios of their weights, the `--no` list -0.5 beside one text
    of weight 1; the image prompts together weigh `--iw`.

    Args:
        engine: Of a latent model, with or without words.
        prompt: What was asked.
        images: Embeddings float32 [D] of the image prompts, in order.
    """
    dim = engine.layout().embedding_dim
    parts: list[tuple[NDArray[np.float32], float]] = []
    warnings: tuple[Message, ...] = ()
    segments = prompt.weighted_segments
    if segments and engine.card.graph("text") is not None:
        texts = [segment.text for segment in segments]
        weights = [segment.weight for segment in segments]
        parts.append((mix(zip(engine.embed_text(texts), weights, strict=True), dim), 1.0))
        warnings = word_warnings(texts, KnownWords(engine.card.words))
    elif segments:
        warnings = (Message("This model takes no words: the text of the prompt is ignored."),)
    given = prompt.parameters.image_weight
    image_weight = DEFAULT_IMAGE_WEIGHT if given is None else given
    if images:
        parts.append((mix(((image, 1.0) for image in images), dim), image_weight))
    embedding = mix(parts, dim)
    if prompt.segments and warnings and not embedding.any():
        warnings = (*warnings, Message("Nothing is left to ask for: the pictures show anything."))
    return Condition(embedding=embedding, warnings=warnings)
