"""Sliders: move a picture along the directions of its model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.verbs.changes import Origin, Sliding
from mezzotint.verbs.colour_match import move_colours, palette_of
from mezzotint.verbs.noise_field import draw_field
from mezzotint.verbs.picture_plan import ImagineResult
from mezzotint.verbs.repaint import PixelRequest, repaint_in_turns, start_from_pixels
from mezzotint.verbs.replay import paint_changed, slid_input

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine, GeneratorInput

_NUM_EXAMPLES = 8  # pictures painted to see what a slider does to colours
_EXAMPLES_SEED = 0
_WHOLE_AT = 4.0  # the value from which every patch of a picture from elsewhere is painted anew


def slide(engine: Engine, origin: Origin, slidings: Sequence[Sliding]) -> ImagineResult:
    """Paint a picture of this model once for each setting of its sliders.

    Raises:
        UnsupportedError: `engine.no_latents`.
        InputError: `imagine.references`.
    """
    engine.layout()  # refuses a model without styles
    return paint_changed(engine, origin, slidings)


def slide_pixels(
    engine: Engine, request: PixelRequest, slidings: Sequence[Sliding]
) -> ImagineResult:
    """Move a picture of any origin, once for each setting, at the model's own scale.

    Its colours change as those of the model's own pictures do; then patches are painted anew, the
    more the farther the sliders go.

    Args:
        engine: Of a latent model.
        request: The picture; one index.
        slidings: A picture where all values are 0 comes back byte for byte, at its own size.

    Raises:
        UnsupportedError: `engine.no_latents`, `engine.no_image` or `engine.no_encoder`.
    """
    start = start_from_pixels(engine, request)
    (one,) = start.plan.inputs
    (index,) = request.picture_indices
    pictures: list[NDArray[np.uint8]] = []
    for sliding in slidings:
        if not sliding.offset.any():
            pictures.append(request.pixels)
            continue
        pictures.append(
            repaint_in_turns(
                engine,
                _moved(engine, start.pixels, one, sliding),
                slid_input(one, sliding),
                strength=min(1.0, max(abs(value) for _, value in sliding.values) / _WHOLE_AT),
                seed=request.seed,
                index=index,
            )
        )
    return ImagineResult(
        pictures=tuple(pictures), resolved=start.plan.resolved, warnings=start.warnings
    )


def _moved(
    engine: Engine, pixels: NDArray[np.uint8], one: GeneratorInput, sliding: Sliding
) -> NDArray[np.uint8]:
    """Change the colours of a picture as the sliders change the model's own."""
    assert one.field is not None, "a latent model has a noise field"
    fields = [draw_field(_EXAMPLES_SEED, n, one.field.shape) for n in range(_NUM_EXAMPLES)]
    old, new = (
        palette_of(list(engine.generate([replace(base, field=field) for field in fields])))
        for base in (one, slid_input(one, sliding))
    )
    return pixels if old is None or new is None else move_colours(pixels, old, new)
