"""Restyle: keep the shapes of a picture, take the manner of words or of another picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.changes import Origin, Restyling
from mezzotint.verbs.colour_match import Palette, move_colours, palette_of
from mezzotint.verbs.embeddings import embed_pictures
from mezzotint.verbs.latent_plan import plan_latent_pictures
from mezzotint.verbs.picture_plan import ImagineRequest, ImagineResult
from mezzotint.verbs.reference_pictures import ReferencePicture
from mezzotint.verbs.repaint import ITSELF, PixelRequest, repaint_in_turns, start_from_pixels
from mezzotint.verbs.replay import paint_changed, restyled_styles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine

DEFAULT_STRENGTH = 0.8
_REPAINTED = 0.5  # share of the patches of a foreign picture at full strength: shapes must stay
_NUM_EXAMPLES = 8  # pictures painted to see which colours a manner has
_EXAMPLES_SEED = 0


def restyle(engine: Engine, origin: Origin, changes: Sequence[Restyling]) -> ImagineResult:
    """Paint a picture of this model in another manner, once for each of some.

    Raises:
        UnsupportedError: `engine.no_latents`.
        InputError: `imagine.references`.
    """
    engine.layout()  # refuses a model without styles
    return paint_changed(engine, origin, changes)


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelManner:
    """Say in which manner a picture of any origin is painted.

    Attributes:
        change: The manner; its seed and index are those of the request.
        examples: Pictures of it, uint8 [H, W, C] each, whose colours are taken; () = the model
            paints some.
    """

    change: Restyling
    examples: Sequence[NDArray[np.uint8]] = ()


def restyle_pixels(engine: Engine, request: PixelRequest, manner: PixelManner) -> ImagineResult:
    """Paint a picture of any origin in another manner, at the model's own scale.

    Its colours go to those of the manner; then its patches are painted anew, half after half.

    Raises:
        UnsupportedError: `engine.no_latents`, `engine.no_image` or `engine.no_encoder`.
    """
    start = start_from_pixels(engine, request)
    strength = manner.change.strength
    if strength == 0:
        unchanged = tuple(request.pixels for _ in request.picture_indices)
        return ImagineResult(pictures=unchanged, resolved=start.plan.resolved, warnings=())
    (own,) = embed_pictures(engine, [request.pixels])
    old = palette_of([start.pixels])
    new = _palette(engine, manner)
    moved = start.pixels
    if old is not None and new is not None:
        moved = move_colours(moved, old, new, share=strength)
    pictures: list[NDArray[np.uint8]] = []
    for index, one in zip(request.picture_indices, start.plan.inputs, strict=True):
        assert one.styles is not None, "a latent model has styles"
        change = replace(manner.change, seed=request.seed, picture_index=index)
        styles = restyled_styles(engine, one.styles, change, own=own)
        pictures.append(
            repaint_in_turns(
                engine,
                moved,
                replace(one, styles=styles),
                strength=_REPAINTED * strength,
                seed=request.seed,
                index=index,
            )
        )
    return ImagineResult(
        pictures=tuple(pictures), resolved=start.plan.resolved, warnings=start.warnings
    )


def _palette(engine: Engine, manner: PixelManner) -> Palette | None:
    if manner.examples:
        channels = engine.card.channels
        return palette_of([to_channels(one, channels) for one in manner.examples])
    request = ImagineRequest(
        prompt=Prompt(images=(ITSELF,)),
        seed=_EXAMPLES_SEED,
        picture_indices=range(_NUM_EXAMPLES),
        references=(ReferencePicture(embedding=manner.change.embedding),),
    )
    plan = plan_latent_pictures(engine, request)
    return palette_of(list(engine.generate(plan.inputs)))
