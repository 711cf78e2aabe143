"""Prompts put together from the words of a model, those that come nearest to a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mezzotint.verbs.candidates import Candidate, rank, scored
from mezzotint.verbs.class_words import CHINESE_FILLERS, CHINESE_RUN, ENGLISH_FILLERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.caption_index import DescribeLanguage

_MAX_WORDS = 400  # of the vocabulary, the most frequent ones
_NUM_FITTING = 24  # words that go on into longer prompts
_NUM_BEAMS = 6
_MAX_PROMPT_WORDS = 5


def search_words(
    engine: Engine, picture: NDArray[np.float32], language: DescribeLanguage
) -> Iterator[Candidate]:
    """Yield prompts for a picture, word joined to word (beam search); none without words.

    Args:
        engine: Of a model with words.
        picture: float32 [D], the embedding of the picture.
        language: Of the words.
    """
    joint = "，" if language == "zh" else " "
    words = _vocabulary(engine.card, language)
    singles = _scored(engine, picture, [(word,) for word in words], joint)
    yield from singles[:_NUM_FITTING]
    fitting = [one.tokens[0] for one in singles[:_NUM_FITTING]]
    beams = singles[:_NUM_BEAMS]
    for _ in range(_MAX_PROMPT_WORDS - 1):
        longer = [
            (*beam.tokens, word) for beam in beams for word in fitting if word not in beam.tokens
        ]
        if not longer:
            return
        beams = _scored(engine, picture, longer, joint)[:_NUM_BEAMS]
        yield from beams


def _vocabulary(card: Card, language: DescribeLanguage) -> list[str]:
    """Return the content words of a language, the most frequent first."""
    frequent = sorted(card.words, key=lambda word: (-word.count, word.text))
    texts = [word.text for word in frequent if _is_content(word.text, language)]
    return texts[:_MAX_WORDS]


def _is_content(text: str, language: DescribeLanguage) -> bool:
    if bool(CHINESE_RUN.search(text)) != (language == "zh"):
        return False
    if language == "zh":
        return bool(CHINESE_FILLERS.sub("", text))
    return text.casefold() not in ENGLISH_FILLERS and any(map(str.isalpha, text))


def _scored(
    engine: Engine, picture: NDArray[np.float32], prompts: Sequence[tuple[str, ...]], joint: str
) -> list[Candidate]:
    texts = [joint.join(words) for words in prompts]
    return sorted(scored(engine, picture, texts, prompts), key=rank)
