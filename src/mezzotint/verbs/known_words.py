"""The words of a prompt that a model has never read, with the nearest it has."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.verbs.class_words import CHINESE_FILLERS, CHINESE_RUN, ENGLISH_FILLERS, singular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezzotint.domain.card import WordSpec

MAX_WARNINGS = 5
_ENGLISH_WORD = re.compile(r"[^\W\d_]+")
_CHINESE_PLACES = re.compile("[上下里中内外旁边前后之]")  # they join words like "on" and "in"
_LIKENESS = 0.65  # of spelling, below which a word is not offered
_MAX_OFFERED_CHINESE = 6  # captions count whole phrases as words; only short ones are offered


class KnownWords:
    """Look up words in the caption vocabulary of a card.

    A Chinese caption has no blanks, so the vocabulary holds whole phrases of it: part of a phrase
    is known, too.

    Args:
        words: The card's `words`.
    """

    def __init__(self, words: Sequence[WordSpec]) -> None:
        self._words = words

    @cached_property
    def _english(self) -> frozenset[str]:
        texts = (_fold(word.text) for word in self._words)
        return frozenset(singular(part) for text in texts for part in _ENGLISH_WORD.findall(text))

    @cached_property
    def _chinese(self) -> str:
        return "\n".join(_fold(word.text) for word in self._words if CHINESE_RUN.search(word.text))

    def unknown_in(self, text: str) -> tuple[str, ...]:
        """Return the content words of a text that no caption has, in order, each once.

        Example:
            >>> from mezzotint.domain.card import WordSpec
            >>> words = [WordSpec(text=text, count=3) for text in ("lakes", "above", "雪山")]
            >>> KnownWords(words).unknown_in("a lake above an alp, 雪山上的龙")
            ('alp', '龙')
        """
        if not self._words:
            return ()
        return tuple(dict.fromkeys(word for _, word in sorted(self._find(_fold(text)))))

    def nearest(self, word: str) -> str | None:
        """Return the known word most like `word`, or None if nothing comes near.

        Example:
            >>> from mezzotint.domain.card import WordSpec
            >>> KnownWords([WordSpec(text="castle", count=3)]).nearest("castel")
            'castle'
        """
        if CHINESE_RUN.search(word):
            offered = [one for one in self._chinese.split("\n") if len(one) <= _MAX_OFFERED_CHINESE]
            matches = get_close_matches(word, offered, n=1, cutoff=0.5)
        else:
            offered = [one.text for one in self._words if not CHINESE_RUN.search(one.text)]
            matches = get_close_matches(word, offered, n=1, cutoff=_LIKENESS)
        return matches[0] if matches else None

    def _find(self, text: str) -> Iterator[tuple[int, str]]:
        # (position, word) of what is unknown.
        for run in CHINESE_RUN.finditer(text):
            yield from self._find_chinese(run.group(), run.start())
        for match in _ENGLISH_WORD.finditer(CHINESE_RUN.sub(lambda run: " " * len(run[0]), text)):
            word = match.group()
            if word not in ENGLISH_FILLERS and singular(word) not in self._english:
                yield match.start(), word

    def _find_chinese(self, run: str, start: int) -> Iterator[tuple[int, str]]:
        for fillers in (CHINESE_FILLERS, _CHINESE_PLACES):
            run = fillers.sub(lambda filler: " " * len(filler[0]), run)
        at = 0
        unknown = ""
        while at < len(run):
            length = self._known_length(run, at)
            if length or run[at] == " ":
                if unknown:
                    yield start + at - len(unknown), unknown
                unknown = ""
                at += max(length, 1)
            else:
                unknown += run[at]
                at += 1
        if unknown:
            yield start + at - len(unknown), unknown

    def _known_length(self, run: str, at: int) -> int:
        """Return how many characters from `at` stand together in a known phrase, 0 for none."""
        length = 0
        while at + length < len(run) and run[at : at + length + 1] in self._chinese:
            length += 1
        return length


def word_warnings(texts: Sequence[str], known: KnownWords) -> tuple[Message, ...]:
    """Return one warning for each unknown word, the first few, with the nearest known one."""
    unknown = list(dict.fromkeys(word for text in texts for word in known.unknown_in(text)))
    warnings: list[Message] = []
    for word in unknown[:MAX_WARNINGS]:
        nearest = known.nearest(word)
        if nearest is None:
            warnings.append(Message("This model does not know '{word}'.", word=word))
        else:
            warnings.append(
                Message(
                    "This model does not know '{word}'. Did you mean '{nearest}'?",
                    word=word,
                    nearest=nearest,
                )
            )
    if len(unknown) > MAX_WARNINGS:
        warnings.append(
            Message("It does not know {num} further words.", num=len(unknown) - MAX_WARNINGS)
        )
    return tuple(warnings)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
