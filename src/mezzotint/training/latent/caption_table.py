"""The captions of a set: each distinct one once, and which pictures each describes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mezzotint.data.training_pictures import TrainingPictures

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NO_CAPTION = -1
_WORDS = re.compile(r"[^\W\d_](?:[\w'-]*\w)?")


@dataclass(frozen=True, kw_only=True)
class CaptionTable:
    """Hold distinct captions and the captions of each picture.

    Attributes:
        texts: Every caption once, in order of first appearance.
        sets: int64 [N, K], positions in `texts` of each picture's captions, padded with -1.
        counts: int64 [N], how many captions each picture has; 0 = none.
    """

    texts: tuple[str, ...]
    sets: Tensor
    counts: Tensor

    def draw(self, pictures: Tensor, random: torch.Generator) -> Tensor:
        """Choose one caption for each picture, int64 [n]; -1 for pictures without one.

        Args:
            pictures: int64 [n], which pictures.
            random: On the CPU.
        """
        counts = self.counts[pictures]
        chosen = (torch.rand(len(pictures), generator=random) * counts).long()
        return self.sets[pictures].gather(1, chosen[:, None])[:, 0]


def caption_table(pictures: TrainingPictures) -> CaptionTable:
    """Number the captions of a set; a picture without one goes by the words of its class.

    Example:
        >>> table = table_of([("a cat", "猫"), (), ("a cat",)])
        >>> table.texts, table.sets.tolist()
        (('a cat', '猫'), [[0, 1], [-1, -1], [0, -1]])
    """
    return table_of(captions_of(pictures))


def captions_of(pictures: TrainingPictures) -> list[tuple[str, ...]]:
    """Return every caption of each picture: its own, else the words of its class, else none."""
    if pictures.texts is not None:
        return [tuple(text for text in texts if text) for texts in pictures.texts]
    if pictures.captions is not None:
        return [(caption,) if caption else () for caption in pictures.captions]
    if pictures.labels is not None:
        words = [tuple(spec.words) for spec in pictures.classes]
        return [words[label] for label in pictures.labels.tolist()]
    return [()] * len(pictures.pixels)


def table_of(captions: Sequence[Sequence[str]]) -> CaptionTable:
    """Number the captions of each picture."""
    number: dict[str, int] = {}
    rows = [[number.setdefault(text, len(number)) for text in texts] for texts in captions]
    widest = max([1, *(len(row) for row in rows)])
    padded = [row + [NO_CAPTION] * (widest - len(row)) for row in rows]
    return CaptionTable(
        texts=tuple(number),
        sets=torch.tensor(padded, dtype=torch.int64),
        counts=torch.tensor([len(row) for row in rows], dtype=torch.int64),
    )


def words_of(text: str) -> list[str]:
    """Return the words of a caption in lower case; a run without spaces (Chinese) is one word.

    Example:
        >>> words_of("Deep-elf mage, level 3")
        ['deep-elf', 'mage', 'level']
    """
    return _WORDS.findall(text.lower())


def words_and_pieces(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the words of a caption, runs without spaces cut where the tokenizer cuts them.

    A Chinese caption is one run; its tokens are what often stands together, which is mostly words.

    Args:
        text: The caption.
        tokenizer: Learnt from such captions.
    """
    found: list[str] = []
    for word in words_of(text):
        if word.isascii():
            found.append(word)
            continue
        # Tokens are of bytes: those of one character lie over each other in the text.
        end = 0
        for start, stop in tokenizer.encode(word, add_special_tokens=False).offsets:
            if stop > max(end, start):
                found.append(word[max(start, end) : stop])
                end = stop
    return found


def count_words(
    captions: Iterable[Sequence[str]], split: Callable[[str], list[str]] = words_of
) -> Counter[str]:
    """Count in how many pictures each word is said.

    Args:
        captions: Of each picture.
        split: Cuts a caption into words.
    """
    counts: Counter[str] = Counter()
    words: dict[str, list[str]] = {}  # many pictures share a caption
    for texts in captions:
        for text in texts:
            if text not in words:
                words[text] = split(text)
        counts.update({word for text in texts for word in words[text]})
    return counts
