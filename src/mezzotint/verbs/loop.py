"""Loop: a morph that ends where it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.verbs.morph import MorphRequest, MorphResult, morph

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine


def loop(
    engine: Engine,
    request: MorphRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> MorphResult:
    """Paint a closed morph: the frame after the last one would be the first, exactly.

    Args:
        engine: Of one model.
        request: What to pass through; closed, whatever it says.
        progress: Told how many frames of how many are painted.

    Raises:
        UnsupportedError: The bundle has no generator.
        InputError: As `morph`.
    """
    return morph(engine, replace(request, is_closed=True), progress=progress)
