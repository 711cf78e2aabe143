"""Shorten: which words of a prompt matter to a model, and prompts without those that do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mezzotint.prompt.render import render
from mezzotint.verbs.class_words import CHINESE_RUN, ENGLISH_FILLERS
from mezzotint.verbs.known_words import KnownWords
from mezzotint.verbs.text_condition import read_text_condition

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import WordSpec
    from mezzotint.domain.message import Message
    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.structure import Prompt

MAX_WORDS = 64  # of a prompt that are weighed; what follows is kept
_LIKENESSES = (0.98, 0.95, 0.9, 0.8, 0.65)  # a shorter prompt for each, if there is one
_WORD = re.compile(r"[^\s,;.!?，；。！？、]+")
_MAX_CHINESE_WORD = 6
_MIN_PHRASES = 3  # that have two characters side by side, for those to be a word
_CHINESE_JOINTS = frozenset("的之和与在")


@dataclass(frozen=True, kw_only=True)
class WeighedWord:
    """Hold one word of a prompt.

    Attributes:
        text: As it was written.
        segment: In which segment of the prompt.
        start: Where in the segment's text.
        importance: 0 and up; how far the meaning moves without it (1 - cosine). 0 for a word
            that the model has never read.
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
        likeness: Cosine to all of the prompt that the model understands, at most 1.
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

    Shorter prompts lose the words that the model has never read, then one word after the other,
    each time the one that is missed least.

    Args:
        engine: Of a model with words.
        prompt: One prompt; its weights, `--no` and parameters stay.

    Raises:
        UnsupportedError: `engine.no_text`.
    """
    engine.embed_text([])  # refuses a model without words
    words = _words_of(prompt, engine.card.words)[:MAX_WORDS]
    warnings = read_text_condition(engine, prompt).warnings
    known = KnownWords(engine.card.words)
    strange = [word for word in words if known.unknown_in(word.text)]
    understood = without_words(prompt, strange)
    if not understood.segments:
        return Shortened(words=tuple(words), prompts=(), warnings=warnings)
    whole = read_text_condition(engine, understood).embedding
    likenesses = {
        word: _likeness(engine, without_words(prompt, [*strange, word]), whole)
        for word in words
        if word not in strange
    }
    return Shortened(
        words=tuple(
            replace(word, importance=max(0.0, 1 - likenesses.get(word, 1.0))) for word in words
        ),
        prompts=tuple(_shorter(engine, prompt, strange, list(likenesses), whole)),
        warnings=warnings,
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
    engine: Engine,
    prompt: Prompt,
    strange: Sequence[WeighedWord],
    words: Sequence[WeighedWord],
    whole: NDArray[np.float32],
) -> Iterator[ShorterPrompt]:
    """Yield the shortest prompt of each likeness, the longest of them first."""
    path = list(_leave_out(engine, prompt, strange, words, whole))
    if strange:
        path.insert(0, ShorterPrompt(prompt=render(without_words(prompt, strange)), likeness=1.0))
    last = ""
    for limit in _LIKENESSES:
        near = [one for one in path if one.likeness >= limit]
        if near and near[-1].prompt != last:
            last = near[-1].prompt
            yield near[-1]


def _leave_out(
    engine: Engine,
    prompt: Prompt,
    strange: Sequence[WeighedWord],
    words: Sequence[WeighedWord],
    whole: NDArray[np.float32],
) -> Iterator[ShorterPrompt]:
    left = list(strange)
    rest = list(words)
    while len(rest) > 1:
        tries = [without_words(prompt, _with_stranded(words, [*left, word])) for word in rest]
        likenesses = [_likeness(engine, one, whole) for one in tries]
        best = max(range(len(rest)), key=likenesses.__getitem__)
        left.append(rest.pop(best))
        yield ShorterPrompt(prompt=render(tries[best]), likeness=likenesses[best])


def _with_stranded(words: Sequence[WeighedWord], left: Sequence[WeighedWord]) -> list[WeighedWord]:
    """Return what is left out, with the articles and prepositions that stood before it."""
    gone = list(left)
    behind: WeighedWord | None = None
    for word in reversed(words):
        is_last = behind is None or behind.segment != word.segment
        is_stranded = word.text.casefold() in ENGLISH_FILLERS and (is_last or behind in gone)
        if is_stranded and word not in gone:
            gone.append(word)
        behind = word
    return gone


def _likeness(engine: Engine, prompt: Prompt, whole: NDArray[np.float32]) -> float:
    if not prompt.segments:
        return 0.0
    return min(1.0, float(read_text_condition(engine, prompt).embedding @ whole))


def _words_of(prompt: Prompt, vocabulary: Sequence[WordSpec]) -> list[WeighedWord]:
    chinese = _ChineseWords(vocabulary)
    return [
        WeighedWord(text=text, segment=number, start=start)
        for number, segment in enumerate(prompt.segments)
        for start, text in _split(segment.text, chinese)
    ]


def _split(text: str, chinese: _ChineseWords) -> Iterator[tuple[int, str]]:
    """Yield each word with its place; Chinese has no blanks and is cut into known words."""
    for match in _WORD.finditer(text):
        place = match.start()
        while place < match.end():
            run = CHINESE_RUN.match(text, place, match.end())
            if run is None:
                following = CHINESE_RUN.search(text, place, match.end())
                end = match.end() if following is None else following.start()
            else:
                end = place + chinese.first_length(run.group())
            yield place, text[place:end]
            place = end


class _ChineseWords:
    """Cut Chinese as the captions of a model do: phrases they have, or pairs that they often have.

    Args:
        vocabulary: The card's words.
    """

    def __init__(self, vocabulary: Sequence[WordSpec]) -> None:
        phrases = [word.text for word in vocabulary if CHINESE_RUN.search(word.text)]
        self._phrases = frozenset(phrases)
        pairs = Counter(pair for text in phrases for pair in {*map("".join, pairwise(text))})
        self._pairs = frozenset(pair for pair, count in pairs.items() if count >= _MIN_PHRASES)

    def first_length(self, run: str) -> int:
        """Return how long the first word of Chinese text is."""
        if run[0] in _CHINESE_JOINTS:
            return 1
        lengths = range(min(len(run), _MAX_CHINESE_WORD), 1, -1)
        found = next((length for length in lengths if run[:length] in self._phrases), 1)
        is_pair = run[:2] in self._pairs and run[1:2] not in _CHINESE_JOINTS
        return max(found, 2) if is_pair else found


def _tidy(text: str) -> str:
    # Blanks and commas that stood around a word.
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,;.!?，；。！？、])", r"\1", text)
    text = re.sub(r"([,;，；、])(?:\s*[,;，；、])+", r"\1", text)
    text = re.sub(r"[，；、]+(?=的)", "", text)
    return text.strip(" ,;.，；。、的")
