"""Shorten: which words of a prompt matter to a model, and prompts without those that do not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.prompt.render import render
from mezzotint.verbs.class_words import CHINESE_RUN
from mezzotint.verbs.text_condition import read_text_condition

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.message import Message
    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.structure import Prompt

MAX_WORDS = 64  # of a prompt that are weighed; what follows is kept
_LIKENESSES = (0.98, 0.95, 0.9, 0.8, 0.65)  # a shorter prompt for each, if there is one
_WORD = re.compile(r"[^\s,;.!?，；。！？、]+")
_MAX_CHINESE_WORD = 6


@dataclass(frozen=True, kw_only=True)
class WeighedWord:
    """Hold one word of a prompt.

    Attributes:
        text: As it was written.
        segment: In which segment of the prompt.
        start: Where in the segment's text.
        importance: 0 and up; how far the meaning moves without it (1 - cosine).
    """

    text: str
    segment: int
    start: int
    importance: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ShorterPrompt:
    """Hold a prompt with fewer words.

    Attributes:
        prompt: As text, with its parameters.
        likeness: Cosine to the whole prompt, at most 1.
    """

    prompt: str
    likeness: float


@dataclass(frozen=True, kw_only=True)
class Shortened:
    """Hold what came out: the words in order, shorter prompts, and what was not understood."""

    words: tuple[WeighedWord, ...]
    prompts: tuple[ShorterPrompt, ...]
    warnings: tuple[Message, ...]


def shorten(engine: Engine, prompt: Prompt) -> Shortened:
    """Weigh every word of a prompt by leaving it out.

    Shorter prompts lose one word after the other, each time the one that is missed least.

    Args:
        engine: Of a model with words.
        prompt: One prompt; its weights, `--no` and parameters stay.

    Raises:
        UnsupportedError: `engine.no_text`.
    """
    engine.embed_text([])  # refuses a model without words
    words = _words_of(prompt, {word.text for word in engine.card.words})[:MAX_WORDS]
    whole = read_text_condition(engine, prompt)
    likenesses = [
        _likeness(engine, without_words(prompt, [word]), whole.embedding) for word in words
    ]
    weighed = tuple(
        replace(word, importance=max(0.0, 1 - likeness))
        for word, likeness in zip(words, likenesses, strict=True)
    )
    return Shortened(
        words=weighed,
        prompts=tuple(_shorter(engine, prompt, weighed, whole.embedding)),
        warnings=whole.warnings,
    )


def without_words(prompt: Prompt, words: Collection[WeighedWord]) -> Prompt:
    """Return the prompt without some of its words; a segment of which nothing is left goes, too.

    Example:
        >>> from mezzotint.prompt import parse
        >>> prompt = parse("a red fox, snow").prompts[0]
        >>> without_words(prompt, [WeighedWord(text="fox", segment=0, start=6)]).text
        'a red, snow'
    """
    segments = list(prompt.segments)
    for word in sorted(words, key=lambda one: -one.start):
        old = segments[word.segment]
        text = old.text[: word.start] + old.text[word.start + len(word.text) :]
        segments[word.segment] = replace(old, text=text)
    tidied = (replace(segment, text=_tidy(segment.text)) for segment in segments)
    return replace(prompt, segments=tuple(segment for segment in tidied if segment.text))


def _shorter(
    engine: Engine, prompt: Prompt, words: Sequence[WeighedWord], whole: NDArray[np.float32]
) -> Iterator[ShorterPrompt]:
    """Yield the shortest prompt of each likeness, the longest of them first."""
    path = list(_leave_out(engine, prompt, words, whole))
    last = ""
    for limit in _LIKENESSES:
        near = [one for one in path if one.likeness >= limit]
        if near and near[-1].prompt != last:
            last = near[-1].prompt
            yield near[-1]


def _leave_out(
    engine: Engine, prompt: Prompt, words: Sequence[WeighedWord], whole: NDArray[np.float32]
) -> Iterator[ShorterPrompt]:
    left: list[WeighedWord] = []
    rest = list(words)
    while len(rest) > 1:
        tries = [without_words(prompt, [*left, word]) for word in rest]
        likenesses = [_likeness(engine, one, whole) for one in tries]
        best = max(range(len(rest)), key=likenesses.__getitem__)
        left.append(rest.pop(best))
        yield ShorterPrompt(prompt=render(tries[best]), likeness=likenesses[best])


def _likeness(engine: Engine, prompt: Prompt, whole: NDArray[np.float32]) -> float:
    if not prompt.segments:
        return 0.0
    return min(1.0, float(read_text_condition(engine, prompt).embedding @ whole))


def _words_of(prompt: Prompt, known: Collection[str]) -> list[WeighedWord]:
    return [
        WeighedWord(text=text, segment=number, start=start)
        for number, segment in enumerate(prompt.segments)
        for start, text in _split(segment.text, known)
    ]


def _split(text: str, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield each word with its place; Chinese has no blanks and is cut into known words."""
    for match in _WORD.finditer(text):
        place = match.start()
        while place < match.end():
            run = CHINESE_RUN.match(text, place, match.end())
            if run is None:
                following = CHINESE_RUN.search(text, place, match.end())
                end = match.end() if following is None else following.start()
            else:
                end = place + _chinese_length(run.group(), known)
            yield place, text[place:end]
            place = end


def _chinese_length(run: str, known: Collection[str]) -> int:
    lengths = range(min(len(run), _MAX_CHINESE_WORD), 1, -1)
    return next((length for length in lengths if run[:length] in known), 1)


def _tidy(text: str) -> str:
    # Blanks and commas that stood around a word.
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,;.!?，；。！？、])", r"\1", text)
    text = re.sub(r"([,;，；、])(?:\s*[,;，；、])+", r"\1", text)
    return text.strip(" ,;.，；。、")
