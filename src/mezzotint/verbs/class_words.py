"""Find the classes that a text names, and the words in it that the model does not know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from mezzotint.domain.card import ClassSpec

# Words that carry no picture content: leaving them out of "unknown" keeps the warning short.
ENGLISH_FILLERS = frozenset(
    "a an the of in on at and or with to for from by some one two three pair picture photo image "
    "my your his her its their this that these those is are".split()
)
CHINESE_FILLERS = re.compile(
    "[一二两三四几这那][只双件条个张款顶种枚些]|照片|图片|一|的|和|与|在|有|是|张|幅|只|双|件|条|个"
)
_ENGLISH_WORD = re.compile(r"[a-z0-9]+")
CHINESE_RUN = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True, kw_only=True)
class NamedClasses:
    """Hold what a text says to a class-conditional model.

    Attributes:
        indices: Classes named, in order of appearance, each once.
        unknown: Content words that name no class, in order, each once.
    """

    indices: tuple[int, ...]
    unknown: tuple[str, ...]


def find_classes(text: str, classes: Sequence[ClassSpec]) -> NamedClasses:
    """Find the classes that `text` names; the longest known phrase wins.

    English phrases match whole words, singular or plural, whatever the hyphens; Chinese phrases
    match anywhere, since Chinese has no blanks.

    Example:
        >>> boot = ClassSpec(index=0, name="ankle boot", words=("boot", "短靴"), num_images=1)
        >>> find_classes("two red Ankle-Boots", [boot])
        NamedClasses(indices=(0,), unknown=('red',))
        >>> find_classes("一双短靴", [boot])
        NamedClasses(indices=(0,), unknown=())
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: dict[int, int] = {}  # class index -> position of its first mention
    unknown: dict[str, int] = {}
    rest = _take_chinese(folded, _chinese_phrases(classes), found)
    for position, index, word in _scan_english(rest, _english_phrases(classes)):
        _note(found, unknown, position, index, word)
    for run in CHINESE_RUN.finditer(rest):
        for word in CHINESE_FILLERS.sub(" ", run.group()).split():
            _note(found, unknown, run.start() + run.group().find(word), None, word)
    return NamedClasses(
        indices=tuple(sorted(found, key=found.__getitem__)),
        unknown=tuple(sorted(unknown, key=unknown.__getitem__)),
    )


def nearest_word(word: str, classes: Sequence[ClassSpec]) -> str | None:
    """Return the known word most like `word`, or None if nothing comes near.

    Example:
        >>> boot = ClassSpec(index=0, name="ankle boot", words=("boot",), num_images=1)
        >>> nearest_word("boots", [boot])
        'boot'
    """
    known = [phrase for spec in classes for phrase in (spec.name, *spec.words)]
    matches = get_close_matches(word, known, n=1, cutoff=0.75)
    return matches[0] if matches else None


def _note(
    found: dict[int, int], unknown: dict[str, int], position: int, index: int | None, word: str
) -> None:
    if index is None:
        unknown.setdefault(word, position)
    else:
        found[index] = min(position, found.get(index, position))


def _english_phrases(classes: Sequence[ClassSpec]) -> dict[tuple[str, ...], int]:
    phrases: dict[tuple[str, ...], int] = {}
    for spec in classes:
        for phrase in (spec.name, *spec.words):
            if CHINESE_RUN.search(phrase):
                continue
            words = tuple(singular(word) for word in _ENGLISH_WORD.findall(phrase.casefold()))
            if words:
                phrases.setdefault(words, spec.index)
    return phrases


def _chinese_phrases(classes: Sequence[ClassSpec]) -> dict[str, int]:
    return {
        unicodedata.normalize("NFKC", phrase).casefold(): spec.index
        for spec in classes
        for phrase in (spec.name, *spec.words)
        if CHINESE_RUN.search(phrase)
    }


def _scan_english(
    text: str, phrases: dict[tuple[str, ...], int]
) -> Iterator[tuple[int, int | None, str]]:
    """Yield (position, class index or None, word), longest phrase first at each place."""
    tokens = [(match.start(), match.group()) for match in _ENGLISH_WORD.finditer(text)]
    keys = [singular(word) for _, word in tokens]
    longest = max((len(phrase) for phrase in phrases), default=0)
    at = 0
    while at < len(tokens):
        position, word = tokens[at]
        for length in range(min(longest, len(tokens) - at), 0, -1):
            index = phrases.get(tuple(keys[at : at + length]))
            if index is not None:
                yield position, index, word
                at += length
                break
        else:
            if word not in ENGLISH_FILLERS:
                yield position, None, word
            at += 1


def _take_chinese(text: str, phrases: dict[str, int], found: dict[int, int]) -> str:
    """Note every Chinese (or mixed: T-shirt in Chinese) phrase, longest first, and blank it out."""
    for phrase in sorted(phrases, key=len, reverse=True):
        at = text.find(phrase)
        while at >= 0:
            _note(found, {}, at, phrases[phrase], phrase)
            text = text[:at] + " " * len(phrase) + text[at + len(phrase) :]
            at = text.find(phrase, at + len(phrase))
    return text


def singular(word: str) -> str:
    """Return a key that singular and plural share; only for matching both sides alike.

    Example:
        >>> singular("foxes") == singular("fox"), singular("dresses") == singular("dress")
        (True, True)
    """
    if len(word) > 3 and word.endswith("es") and word[-3] in "sxzh":
        return word[:-2]
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word
