"""Replay how a picture was made, from its prompt through every change, to what its model is fed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream
from mezzotint.engines.protocol import StyleInput
from mezzotint.verbs.canvas import Canvas
from mezzotint.verbs.changes import Change, Origin, Restyling, Sliding, Variation
from mezzotint.verbs.embeddings import mix
from mezzotint.verbs.imagine import paint, plan_pictures
from mezzotint.verbs.interpolation import turned
from mezzotint.verbs.latent_mask import encode_known
from mezzotint.verbs.latent_plan import asked_embedding
from mezzotint.verbs.latent_styles import layers_of, mean_style
from mezzotint.verbs.noise import NoiseSpec, draw_noise
from mezzotint.verbs.picture_plan import ImagineRequest, ImagineResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine, GeneratorInput
    from mezzotint.verbs.picture_plan import PicturePlan

# How far the shapes of a restyled picture follow the words of its new manner, of the way that they
# would go if these stood in its prompt: colours sit in the coarse styles, too.
_COARSE_SHARE = 0.5


def plan_origin(engine: Engine, origin: Origin) -> PicturePlan:
    """Return the plan of one picture, with all that was done to it.

    Raises:
        UnsupportedError: The bundle lacks a graph that is needed.
        InputError: `imagine.references`.
    """
    plan = plan_pictures(engine, _request(origin))
    (one,) = plan.inputs
    for number, change in enumerate(origin.changes):
        before = replace(origin, changes=origin.changes[:number])
        one = changed_input(engine, before, one, change)
    return replace(plan, inputs=(one,))


def paint_changed(engine: Engine, origin: Origin, changes: Sequence[Change]) -> ImagineResult:
    """Paint a picture once for each of some changes.

    Raises:
        UnsupportedError: The bundle lacks a graph that is needed.
        InputError: `imagine.references`.
    """
    plan = plan_origin(engine, origin)
    (parent,) = plan.inputs
    inputs = [changed_input(engine, origin, parent, change) for change in changes]
    return paint(engine, replace(plan, inputs=tuple(inputs)))


def changed_input(
    engine: Engine, origin: Origin, one: GeneratorInput, change: Change
) -> GeneratorInput:
    """Do one more thing to a picture.

    Args:
        engine: Of its model.
        origin: Of the picture as it is.
        one: Of the picture as it is.
        change: What is done. A variation or a manner of strength 0 changes nothing.
    """
    if isinstance(change, Variation):
        if change.strength == 0:
            return one
        return turned(one, _fresh_input(engine, origin, change), change.strength)
    if isinstance(change, Restyling):
        return one if change.strength == 0 else _restyled(engine, origin, one, change)
    if not change.offset.any():
        return one
    engine.layout()  # refuses a model without styles
    return slid_input(one, change)


def slid_input(one: GeneratorInput, sliding: Sliding) -> GeneratorInput:
    """Move a picture of a latent model along the directions of its styles."""
    assert one.styles is not None, "a latent model has styles"
    return replace(one, styles=one.styles + sliding.offset)


def restyled_styles(
    engine: Engine,
    styles: NDArray[np.float32],
    change: Restyling,
    *,
    own: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the styles of a picture in another manner.

    The fine layers go to the manner. The coarse ones, which hold shapes and colours, go some of
    the way that they would go if the manner were asked for beside the picture's own words.

    Args:
        engine: Of a latent model.
        styles: float32 [L, W].
        change: The manner and how much of it.
        own: float32 [D], what the picture itself was asked for; zeros = anything.
    """
    layout = engine.layout()
    both = mix([(own, 1.0), (change.embedding, 1.0)], layout.embedding_dim)
    step = mean_style(engine, both) - mean_style(engine, own)
    spec = NoiseSpec(seed=change.seed, noise_dim=layout.noise_dim, stylize=0)
    noise = draw_noise(spec, change.picture_index)
    (manner,) = engine.style([StyleInput(noise=noise, embedding=change.embedding)])
    coarse, fine = layers_of(layout, is_fine=False), layers_of(layout, is_fine=True)
    moved = styles.copy()
    moved[coarse] += (change.strength * _COARSE_SHARE * step).astype("float32")
    moved[fine] += (change.strength * (manner - moved[fine])).astype("float32")
    return moved


def _restyled(
    engine: Engine, origin: Origin, one: GeneratorInput, change: Restyling
) -> GeneratorInput:
    engine.layout()  # refuses a model without styles
    assert one.styles is not None, "a latent model has styles"
    own = asked_embedding(engine, _request(origin))
    styles = restyled_styles(engine, one.styles, change, own=own)
    return replace(_with_outline(engine, one), styles=styles)


def _with_outline(engine: Engine, one: GeneratorInput) -> GeneratorInput:
    """Keep what is wholly transparent in a picture, so that its outline stays."""
    if engine.card.channels != 4 or engine.card.graph("encoder") is None:
        return one
    (pixels,) = engine.generate([one])
    known = encode_known(engine, Canvas(pixels=pixels, is_known=pixels[..., 3] == 0))
    return replace(one, known=known.latents, mask=known.mask)


def _fresh_input(engine: Engine, origin: Origin, variation: Variation) -> GeneratorInput:
    # A seed of its own, so that a variation of seed 7 by seed 7 does not meet its parent again.
    stream = picture_stream(variation.seed, 0, Purpose.VARIATION)
    # `--chaos` would draw variations near a common picture instead of around their parent.
    independent = replace(origin.prompt, parameters=replace(origin.prompt.parameters, chaos=None))
    fresh = Origin(
        prompt=independent,
        seed=int(stream.integers(MAX_SEED + 1)),
        picture_index=variation.picture_index,
        references=origin.references,
        # Manner and directions are not chance: they stay.
        changes=tuple(one for one in origin.changes if not isinstance(one, Variation)),
    )
    return plan_origin(engine, fresh).inputs[0]


def _request(origin: Origin) -> ImagineRequest:
    return ImagineRequest(
        prompt=origin.prompt,
        seed=origin.seed,
        picture_indices=(origin.picture_index,),
        references=origin.references,
    )
