"""Vary a picture by its pixels: some patches stay, the others are painted to go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.verbs.picture_plan import ImagineResult
from mezzotint.verbs.repaint import PixelRequest, repaint, start_from_pixels

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine


def vary_pixels(engine: Engine, request: PixelRequest, *, strength: float) -> ImagineResult:
    """Make variations of a picture of any origin, at the model's own scale.

    Args:
        engine: Of a latent model that reads pictures and takes them apart.
        request: The picture and what is asked for besides.
        strength: Share of the picture that is painted anew: 0 gives the picture itself, byte for
            byte and at its own size; 1 keeps nothing but what the model reads in it.

    Raises:
        UnsupportedError: `engine.no_latents`, `engine.no_image` or `engine.no_encoder`.
        InputError: `imagine.references`.
    """
    start = start_from_pixels(engine, request)
    if strength == 0:
        pictures = tuple(request.pixels for _ in request.picture_indices)
        return ImagineResult(pictures=pictures, resolved=start.plan.resolved, warnings=())
    pictures = tuple(
        repaint(engine, start.pixels, one, strength=strength, seed=request.seed, index=index)
        for index, one in zip(request.picture_indices, start.plan.inputs, strict=True)
    )
    return ImagineResult(pictures=pictures, resolved=start.plan.resolved, warnings=start.warnings)
