"""Describe: prompts for a picture, in the words that a model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.verbs.candidates import rank
from mezzotint.verbs.caption_index import DescribeLanguage as DescribeLanguage
from mezzotint.verbs.caption_search import search_captions
from mezzotint.verbs.caption_splices import content_of
from mezzotint.verbs.embeddings import embed_pictures
from mezzotint.verbs.word_search import search_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.candidates import Candidate
    from mezzotint.verbs.caption_index import CaptionIndex

NUM_PROMPTS = 4
_MAX_SHARED = 0.6  # of the words of two prompts, as long as there are others


@dataclass(frozen=True, kw_only=True)
class Description:
    """Hold one prompt for a picture.

    Attributes:
        prompt: Words of the model.
        score: -1 to 1: how near the prompt is to the picture in the model's own space.
    """

    prompt: str
    score: float


def describe(
    engine: Engine,
    pixels: NDArray[np.uint8],
    *,
    language: DescribeLanguage = "en",
    num_prompts: int = NUM_PROMPTS,
    index: CaptionIndex | None = None,
) -> tuple[Description, ...]:
    """Return prompts for a picture, the best first; none says the same words as another.

    Prompts are captions of training pictures that look like it, and what comes nearest of pieces
    of those put together. Where a model keeps no captions of the language they are words, joined
    one by one.

    Args:
        engine: Of a model with words that reads pictures.
        pixels: uint8 [H, W, C], any size.
        language: Of the words.
        num_prompts: How many; fewer come back if the model has too few words.
        index: The captions that the model was trained on; None = they are not kept.

    Raises:
        UnsupportedError: `engine.no_image`, `engine.no_text`, or `describe.no_words`: the model
            was not trained on captions of this language.
    """
    (picture,) = embed_pictures(engine, [pixels])
    found = [] if index is None else list(search_captions(engine, picture, language, index))
    if not found:
        found = list(search_words(engine, picture, language))
    if not found:
        raise _no_words(engine.card)
    return tuple(
        Description(prompt=one.text, score=one.score) for one in _different(found, num_prompts)
    )


def _different(found: Sequence[Candidate], num_prompts: int) -> list[Candidate]:
    """Choose the best that differ; where there are too few, the best of the others."""
    ranked = sorted(found, key=rank)
    chosen: list[Candidate] = []
    for limit in (_MAX_SHARED, 0.99):
        for one in ranked:
            if len(chosen) == num_prompts:
                break
            if all(_shared(one, other) <= limit for other in chosen):
                chosen.append(one)
    return sorted(chosen, key=rank)


def _shared(first: Candidate, second: Candidate) -> float:
    one, other = content_of(first.tokens), content_of(second.tokens)
    return len(one & other) / max(1, len(one | other))


def _no_words(card: Card) -> UnsupportedError:
    return UnsupportedError(
        "describe.no_words",
        Message("The model {name} knows no words of this language.", name=card.name),
        Message("Ask in the other language, or choose a model that was trained on captions."),
    )
