"""The captions of the training pictures of a model, found by what the pictures look like."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from mezzotint.verbs.class_words import CHINESE_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

DescribeLanguage = Literal["en", "zh"]


@dataclass(frozen=True, kw_only=True, eq=False)
class CaptionIndex:
    """Hold what a model was trained on, as its image encoder sees it and as people called it.

    Attributes:
        embeddings: [N, D], of every training picture, unit length.
        captions: Of each picture, in any language; () where none are kept.
    """

    embeddings: NDArray[np.floating]
    captions: Sequence[tuple[str, ...]]

    def nearest(
        self, picture: NDArray[np.float32], language: DescribeLanguage, num_captions: int
    ) -> tuple[str, ...]:
        """Return captions of the pictures most like one, each once, the nearest first.

        Args:
            picture: float32 [D], the embedding of the picture.
            language: Of the captions.
            num_captions: At most so many.

        Example:
            >>> import numpy as np
            >>> index = CaptionIndex(embeddings=np.eye(3), captions=[("fox", "狐狸"), (), ("hen",)])
            >>> index.nearest(np.array([0.2, 0.9, 0.5], np.float32), "en", 2)
            ('hen', 'fox')
        """
        order: list[int] = (-(self.embeddings @ picture)).argsort(kind="stable").tolist()
        found = (
            caption
            for place in order
            for caption in self.captions[place]
            if language_of(caption) == language
        )
        return tuple(islice(_each_once(found), num_captions))


def language_of(text: str) -> DescribeLanguage:
    """Return the language of a caption: Chinese as soon as there is any in it."""
    return "zh" if CHINESE_RUN.search(text) else "en"


def read_captions(content: bytes) -> tuple[tuple[str, ...], ...]:
    r"""Read the captions of each picture: lines of UTF-8, those of a picture with tabs between.

    Example:
        >>> read_captions("red fox\t红狐狸\n\n".encode())
        (('red fox', '红狐狸'), ())
    """
    lines = content.decode(errors="replace").split("\n")[:-1]
    return tuple(tuple(filter(None, line.split("\t"))) for line in lines)


def _each_once(texts: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        folded = text.casefold()
        if folded not in seen:
            seen.add(folded)
            yield text
