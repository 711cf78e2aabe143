"""Describe: prompts for a picture, out of the words that a model was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mezzotint.domain.errors import UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.verbs.class_words import CHINESE_FILLERS, CHINESE_RUN, ENGLISH_FILLERS
from mezzotint.verbs.embeddings import embed_pictures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.protocol import Engine

DescribeLanguage = Literal["en", "zh"]

NUM_PROMPTS = 4
_MAX_WORDS = 400  # of the vocabulary, the most frequent ones
_NUM_FITTING = 24  # words that go on into longer prompts
_NUM_BEAMS = 6
_SCORE_DIGITS = 4  # that count
_MAX_PROMPT_WORDS = 5
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


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    words: tuple[str, ...]
    score: float


def describe(
    engine: Engine,
    pixels: NDArray[np.uint8],
    *,
    language: DescribeLanguage = "en",
    num_prompts: int = NUM_PROMPTS,
) -> tuple[Description, ...]:
    """Return prompts for a picture, the best first; none says the same words as another.

    Words are put together one by one, those that come nearest to the picture (beam search).

    Args:
        engine: Of a model with words that reads pictures.
        pixels: uint8 [H, W, C], any size.
        language: Of the words.
        num_prompts: How many; fewer come back if the model has too few words.

    Raises:
        UnsupportedError: `engine.no_image`, `engine.no_text`, or `describe.no_words`: the model
            was not trained on captions of this language.
    """
    (picture,) = embed_pictures(engine, [pixels])
    words = _vocabulary(engine.card, language)
    if not words:
        raise _no_words(engine.card)
    joint = "，" if language == "zh" else " "
    found = list(_search(engine, picture, words, joint))
    return tuple(
        Description(prompt=joint.join(one.words), score=one.score)
        for one in _different(found, num_prompts)
    )


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


def _search(
    engine: Engine, picture: NDArray[np.float32], words: Sequence[str], joint: str
) -> Iterator[_Candidate]:
    """Yield every prompt that was looked at and kept."""
    singles = _scored(engine, picture, [(word,) for word in words], joint)
    yield from singles[:_NUM_FITTING]
    fitting = [one.words[0] for one in singles[:_NUM_FITTING]]
    beams = singles[:_NUM_BEAMS]
    for _ in range(_MAX_PROMPT_WORDS - 1):
        longer = [
            (*beam.words, word) for beam in beams for word in fitting if word not in beam.words
        ]
        if not longer:
            return
        beams = _scored(engine, picture, longer, joint)[:_NUM_BEAMS]
        yield from beams


def _scored(
    engine: Engine, picture: NDArray[np.float32], prompts: Sequence[tuple[str, ...]], joint: str
) -> list[_Candidate]:
    scores = engine.embed_text([joint.join(words) for words in prompts]) @ picture
    candidates = [
        _Candidate(words=words, score=float(score))
        for words, score in zip(prompts, scores, strict=True)
    ]
    return sorted(candidates, key=_rank)


def _rank(candidate: _Candidate) -> tuple[float, int, tuple[str, ...]]:
    # A word that says nothing of the picture is not added.
    return -round(candidate.score, _SCORE_DIGITS), len(candidate.words), candidate.words


def _different(found: Sequence[_Candidate], num_prompts: int) -> list[_Candidate]:
    """Choose the best that differ; where there are too few, the best of the others."""
    ranked = sorted(found, key=_rank)
    chosen: list[_Candidate] = []
    for limit in (_MAX_SHARED, 0.99):
        for one in ranked:
            if len(chosen) == num_prompts:
                break
            if all(_shared(one, other) <= limit for other in chosen):
                chosen.append(one)
    return sorted(chosen, key=_rank)


def _shared(first: _Candidate, second: _Candidate) -> float:
    one, other = set(first.words), set(second.words)
    return len(one & other) / len(one | other)


def _no_words(card: Card) -> UnsupportedError:
    return UnsupportedError(
        "describe.no_words",
        Message("The model {name} knows no words of this language.", name=card.name),
        Message("Ask in the other language, or choose a model that was trained on captions."),
    )
