"""Blend: a picture that has something of several others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.embeddings import mix, write_embedding
from mezzotint.verbs.imagine import paint
from mezzotint.verbs.latent_plan import plan_latent_pictures
from mezzotint.verbs.latent_styles import layers_of
from mezzotint.verbs.picture_plan import ImagineRequest, ImagineResult, PicturePlan
from mezzotint.verbs.reference_pictures import ReferencePicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import Engine, GeneratorInput

MIN_PICTURES, MAX_PICTURES = 2, 5
_BLENDED = "blend.png"  # stands for the pictures in the prompt


@dataclass(frozen=True, kw_only=True, eq=False)
class BlendRequest:
    """Ask for pictures between others.

    Attributes:
        coarse: float32 [D], whose shapes they have; see `mix_pictures`.
        fine: float32 [D], whose manner they have; None = the same.
        prompt: Words and parameters besides; it refers to no pictures.
        seed: 0 to 4294967295.
        picture_indices: Which pictures of the seed; each comes out the same in any batch.
    """

    coarse: NDArray[np.float32]
    fine: NDArray[np.float32] | None = None
    prompt: Prompt
    seed: int
    picture_indices: Sequence[int]


def mix_pictures(embeddings: NDArray[np.float32], weights: Sequence[float]) -> NDArray[np.float32]:
    """Return what pictures are together.

    Args:
        embeddings: float32 [N, D].
        weights: One a picture, not all 0.

    Returns:
        float32 [D], unit length.
    """
    return mix(zip(embeddings, weights, strict=True), embeddings.shape[1])


def blend(engine: Engine, request: BlendRequest) -> ImagineResult:
    """Paint pictures that have something of several others.

    Raises:
        UnsupportedError: `engine.no_latents` or `engine.no_image`.
    """
    layout = engine.layout()  # refuses a model without styles
    plan = _plan(engine, request, request.coarse)
    resolved = {**plan.resolved, "embedding.0": write_embedding(request.coarse)}
    if request.fine is not None:
        manner = _plan(engine, request, request.fine)
        inputs = [
            _mixed(layout, shapes, fine)
            for shapes, fine in zip(plan.inputs, manner.inputs, strict=True)
        ]
        plan = replace(plan, inputs=tuple(inputs))
        resolved["embedding.1"] = write_embedding(request.fine)
    return paint(engine, replace(plan, resolved=resolved))


def _plan(engine: Engine, request: BlendRequest, embedding: NDArray[np.float32]) -> PicturePlan:
    return plan_latent_pictures(
        engine,
        ImagineRequest(
            prompt=replace(request.prompt, images=(_BLENDED,)),
            seed=request.seed,
            picture_indices=request.picture_indices,
            references=(ReferencePicture(embedding=embedding),),
        ),
    )


def _mixed(layout: LatentLayout, shapes: GeneratorInput, fine: GeneratorInput) -> GeneratorInput:
    assert shapes.styles is not None, "a latent model has styles"
    assert fine.styles is not None, "a latent model has styles"
    styles = shapes.styles.copy()
    layers = layers_of(layout, is_fine=True)
    styles[layers] = fine.styles[layers]
    return replace(shapes, styles=styles)
