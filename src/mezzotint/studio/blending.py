"""Blend, from files to files: read pictures, mix what they are, stamp."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.engines.lacking import lacking_graph
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt
from mezzotint.studio.editing import finish_all
from mezzotint.studio.output import Made, Output, model_record, one_prompt
from mezzotint.studio.parents import engine_of, incomplete_recipe, read_material
from mezzotint.studio.reference_files import references_of_record
from mezzotint.verbs.blend import MAX_PICTURES, MIN_PICTURES, BlendRequest, blend, mix_pictures
from mezzotint.verbs.embeddings import embed_pictures
from mezzotint.verbs.reference_pictures import reference_addresses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.output import Workshop


@dataclass(frozen=True, kw_only=True)
class Blending:
    """Say how pictures are blended.

    Attributes:
        weights: One a picture; () = all the same.
        coarse: Number of the picture, from 1, that gives the shapes; None = all of them.
        fine: Number of the picture that gives the manner; None = all of them.
        prompt: Words and parameters besides; "" = none.
        model: Name of the model.
        seed: None draws one.
        num_images: How many.
    """

    weights: Sequence[float] = ()
    coarse: int | None = None
    fine: int | None = None
    prompt: str = ""
    model: str
    seed: int | None = None
    num_images: int = 1


def blend_pictures(
    workshop: Workshop, sources: Sequence[Path | bytes], output: Output, asked: Blending
) -> Made:
    """Blend pictures of any origin.

    Raises:
        InputError: "blend.count", "blend.weights", "blend.layer", "blend.references", or a file
            is no picture.
        UnsupportedError: The model cannot read pictures.
    """
    weights = _check(asked, len(sources))
    engine = workshop.open_engine(asked.model)
    engine.layout()  # refuses a model without styles
    if engine.card.graph("image") is None:
        raise lacking_graph(engine.card, "image")
    prompt = _read_prompt(workshop, asked.prompt)
    materials = [read_material(source) for source in sources]
    embeddings = embed_pictures(engine, [material.picture.pixels for material in materials])
    together = mix_pictures(embeddings, weights)
    is_split = asked.coarse is not None or asked.fine is not None
    coarse = together if asked.coarse is None else embeddings[asked.coarse - 1]
    fine = together if asked.fine is None else embeddings[asked.fine - 1]
    request = BlendRequest(
        coarse=coarse,
        fine=fine if is_split else None,
        prompt=prompt,
        seed=secrets.randbelow(MAX_SEED + 1) if asked.seed is None else asked.seed,
        picture_indices=range(asked.num_images),
    )
    result = blend(engine, request)
    labels = (label for each in materials for label in each.picture.labels.ai_texts)
    seeded = replace(prompt, parameters=replace(prompt.parameters, seed=request.seed))
    record = replace(
        model_record(engine, "blend", prompt=prompt),
        prompt=render(seeded),
        parameters={**result.resolved, **_written(asked, weights)},
        seed=request.seed,
        parent_pixel_sha256=tuple(material.sha256 for material in materials),
        parent_labels=tuple(dict.fromkeys(labels)),
        warnings=tuple(str(warning) for warning in result.warnings),
    )
    said = [warning for material in materials for warning in material.picture.warnings]
    return finish_all(result.pictures, record, output, [*said, *result.warnings])


def blend_again(workshop: Workshop, record: PictureRecord) -> NDArray[np.uint8]:
    """Make a blended picture again from its recipe, which holds what the others were."""
    prompts = workshop.read_prompt(record.prompt or "").prompts
    kept = [one.embedding for one in references_of_record(record).pictures]
    if record.seed is None or len(prompts) != 1 or not kept or kept[0] is None:
        raise incomplete_recipe()
    request = BlendRequest(
        coarse=kept[0],
        fine=kept[1] if len(kept) > 1 else None,
        prompt=prompts[0],
        seed=record.seed,
        picture_indices=(record.picture_index,),
    )
    return blend(engine_of(workshop, record), request).pictures[0]


def _check(asked: Blending, num_pictures: int) -> list[float]:
    """Return the weights, one a picture."""
    if not MIN_PICTURES <= num_pictures <= MAX_PICTURES:
        raise InputError(
            "blend.count",
            Message("{num} pictures cannot be blended.", num=num_pictures),
            Message("Give {fewest} to {most} pictures.", fewest=MIN_PICTURES, most=MAX_PICTURES),
        )
    weights = list(asked.weights) or [1.0] * num_pictures
    if len(weights) != num_pictures or min(weights) < 0 or not 0 < sum(weights) < float("inf"):
        raise InputError(
            "blend.weights",
            Message("The weights do not fit {num} pictures.", num=num_pictures),
            Message("Give one weight a picture, none below 0 and not all 0: --weights 2,1"),
        )
    for number in (asked.coarse, asked.fine):
        if number is not None and not 1 <= number <= num_pictures:
            raise InputError(
                "blend.layer",
                Message("There is no picture number {number}.", number=number),
                Message("Pictures are numbered from 1 in the order given."),
            )
    return weights


def _read_prompt(workshop: Workshop, text: str) -> Prompt:
    if not text.strip():
        return Prompt()
    prompt = one_prompt(workshop, text)
    if reference_addresses(prompt):
        raise InputError(
            "blend.references",
            Message("The words of a blend cannot refer to pictures."),
            Message("Give the picture as one of those that are blended."),
        )
    return prompt


def _written(asked: Blending, weights: Sequence[float]) -> dict[str, float | int]:
    written: dict[str, float | int] = {
        f"weight.{number}": weight for number, weight in enumerate(weights, start=1)
    }
    layers = {"coarse": asked.coarse, "fine": asked.fine}
    return {**written, **{name: one for name, one in layers.items() if one is not None}}
