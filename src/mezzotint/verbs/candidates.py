"""Texts that may say what a picture shows, and how near each comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine

_SCORE_DIGITS = 4  # that count


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Hold one text.

    Attributes:
        text: As it is written.
        tokens: What it is put together from.
        score: -1 to 1: how near it is to the picture.
    """

    text: str
    tokens: tuple[str, ...]
    score: float


def scored(
    engine: Engine,
    picture: NDArray[np.float32],
    texts: Sequence[str],
    tokens: Sequence[tuple[str, ...]],
) -> list[Candidate]:
    """Return texts with their scores, in their order.

    Args:
        engine: Of a model with words.
        picture: float32 [D], the embedding of the picture.
        texts: What may be said.
        tokens: Of each text.
    """
    scores = engine.embed_text(texts) @ picture
    return [
        Candidate(text=text, tokens=parts, score=float(score))
        for text, parts, score in zip(texts, tokens, scores, strict=True)
    ]


def rank(candidate: Candidate) -> tuple[float, int, str]:
    """Return what candidates are sorted by: the nearest first, of equals the shorter one."""
    return -round(candidate.score, _SCORE_DIGITS), len(candidate.tokens), candidate.text
