"""Vary: new pictures near one that this model made, from its recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.verbs.changes import Origin, Variation
from mezzotint.verbs.imagine import ImagineResult
from mezzotint.verbs.replay import paint_changed

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine

# Share of the quarter turn from the parent to an independent picture.
SUBTLE = 0.2
STRONG = 0.6


@dataclass(frozen=True, kw_only=True)
class VaryRequest:
    """Ask for variations of one picture.

    Attributes:
        origin: The parent; with another prompt (remix) what chance made stays.
        strength: 0 gives the parent, 1 another picture of the prompt.
        seed: 0 to 4294967295, of what is new.
        picture_indices: Which variations of that seed; each comes out the same in any batch.
    """

    origin: Origin
    strength: float
    seed: int
    picture_indices: Sequence[int]


def vary(engine: Engine, request: VaryRequest) -> ImagineResult:
    """Make variations of a picture.

    Raises:
        UnsupportedError: The bundle has no generator.
        InputError: `imagine.references`: a picture that the prompt refers to is not given.
    """
    variations = [
        Variation(strength=request.strength, seed=request.seed, picture_index=index)
        for index in request.picture_indices
    ]
    return paint_changed(engine, request.origin, variations)
