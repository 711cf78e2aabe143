"""New captions out of two: a piece of one takes the place of a piece of the other.

Only where the words before and behind the piece are the same in both, so that what comes out reads
like the captions it is made of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.verbs.class_words import CHINESE_RUN, ENGLISH_FILLERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EDGE = ""  # stands before the first and behind the last token
_MAX_PIECE = 5  # tokens
_MAX_TOKENS = 26  # a model reads 32 pieces of words
_ENGLISH = re.compile(r"[\w'-]+|[^\w\s]")
_CHINESE = re.compile(r"[，、,；;。.]|的|(?:(?![，、,；;。.的]).)+")
_NO_BLANK = re.compile(r"\s+(?=[^\w\s(\[#&])|(?<=[(\[#])\s+")


def tokens_of(text: str) -> tuple[str, ...]:
    """Cut a caption where it can be put together anew: at words, or between Chinese phrases.

    Example:
        >>> tokens_of("a fox, asleep"), tokens_of("穿红袍、带剑的狐狸")
        (('a', 'fox', ',', 'asleep'), ('穿红袍', '、', '带剑', '的', '狐狸'))
    """
    cut = _CHINESE if CHINESE_RUN.search(text) else _ENGLISH
    return tuple(token.strip() for token in cut.findall(text) if token.strip())


def content_of(tokens: Sequence[str]) -> frozenset[str]:
    """Return the tokens that say something."""
    return frozenset(token.casefold() for token in tokens if _says_something(token))


def splices(text: Sequence[str], donor: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield every caption that comes of putting a piece of a donor into another caption.

    Pieces may be empty on one side: then something is added, or left out. What would say a word
    twice, or is too long, is left out.

    Args:
        text: Tokens of the caption.
        donor: Tokens of the other one.

    Example:
        >>> made = splices(tokens_of("a red fox at night"), tokens_of("a grey fox"))
        >>> [" ".join(tokens) for tokens in made]
        ['a grey fox at night', 'a grey fox', 'a red fox']
    """
    framed, other = (_EDGE, *text, _EDGE), (_EDGE, *donor, _EDGE)
    seen: set[tuple[str, ...]] = {framed}
    for before, behind in _pieces(framed):
        for start, end in _pieces(other):
            if other[start] != framed[before] or other[end] != framed[behind]:
                continue
            made = (*framed[: before + 1], *other[start + 1 : end], *framed[behind:])
            if made not in seen and _is_sound(made[1:-1]):
                seen.add(made)
                yield made[1:-1]


def join_tokens(tokens: Sequence[str]) -> str:
    """Write tokens as a caption again.

    Example:
        >>> join_tokens(("a", "fox", ",", "asleep")), join_tokens(("带剑", "的", "狐狸"))
        ('a fox, asleep', '带剑的狐狸')
    """
    if any(CHINESE_RUN.search(token) for token in tokens):
        return "".join(tokens)
    return _NO_BLANK.sub("", " ".join(tokens))


def _pieces(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where a piece may lie: the place before it and the place behind it."""
    for before in range(len(tokens) - 1):
        for behind in range(before + 1, min(before + _MAX_PIECE + 2, len(tokens))):
            yield before, behind


def _is_sound(tokens: Sequence[str]) -> bool:
    said = [token.casefold() for token in tokens if _says_something(token)]
    return 0 < len(said) == len(set(said)) and len(tokens) <= _MAX_TOKENS


def _says_something(token: str) -> bool:
    return (
        token.casefold() not in ENGLISH_FILLERS and token != "的" and any(map(str.isalnum, token))
    )
