"""Vary, from a file to files: read its recipe, turn its noise, stamp what comes out."""

from __future__ import annotations

import secrets
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.imaging.contact_sheet import contact_sheet
from mezzotint.prompt.parameters import Parameters
from mezzotint.prompt.render import render
from mezzotint.studio.output import Made, Output, finish, model_record, one_prompt
from mezzotint.studio.parents import engine_of, incomplete_recipe, origin_of, read_parent
from mezzotint.verbs.vary import Variation, VaryRequest, variation_parameters, vary

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.structure import Prompt
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.parents import Origin
    from mezzotint.verbs.imagine import ImagineResult


def vary_picture(
    workshop: Workshop,
    source: Path | bytes,
    output: Output,
    *,
    strength: float,
    num_images: int,
    seed: int | None,
    new_prompt: str | None,
) -> Made:
    """Make variations of a picture of ours, and a sheet of them."""
    if not 0 <= strength <= 1:
        raise InputError(
            "vary.strength",
            Message("The strength {strength} is not between 0 and 1.", strength=strength),
            Message("0 gives the picture itself; subtle is 0.2, strong 0.6."),
        )
    parent = read_parent(workshop, source)
    origin = parent.origin
    if new_prompt is not None:
        remixed = _remixed(origin.prompt, one_prompt(workshop, new_prompt))
        origin = replace(origin, prompt=remixed)
    engine = engine_of(workshop, parent.record)
    seed = secrets.randbelow(MAX_SEED + 1) if seed is None else seed
    request = VaryRequest(
        prompt=origin.prompt,
        seed=origin.seed,
        picture_index=origin.picture_index,
        earlier=origin.variations,
        strength=strength,
        variation_seed=seed,
        picture_indices=range(num_images),
    )
    result = vary(engine, request)
    common = replace(
        _record(engine, origin, result),
        parent_pixel_sha256=(parent.pixel_sha256,),
        parent_labels=parent.labels,
    )
    images: list[StudioImage] = []
    warnings = dict.fromkeys((*parent.warnings, *result.warnings))
    for index, pixels in enumerate(result.pictures):
        variation = Variation(strength=strength, seed=seed, picture_index=index)
        image, said = finish(pixels, _with_variation(common, origin, variation), output, last=index)
        images.append(image)
        warnings.update(dict.fromkeys(said))
    sheet = _sheet(images, output) if len(images) > 1 else None
    return Made(images=tuple(images), sheet=sheet, warnings=tuple(warnings))


def vary_again(workshop: Workshop, record: PictureRecord) -> ImagineResult:
    """Make one variation again from its own recipe."""
    origin = origin_of(workshop, record)
    if not origin.variations:
        raise incomplete_recipe()
    last = origin.variations[-1]
    request = VaryRequest(
        prompt=origin.prompt,
        seed=origin.seed,
        picture_index=origin.picture_index,
        earlier=origin.variations[:-1],
        strength=last.strength,
        variation_seed=last.seed,
        picture_indices=(last.picture_index,),
    )
    return vary(engine_of(workshop, record), request)


def _remixed(old: Prompt, new: Prompt) -> Prompt:
    """Take the new words; parameters that they do not set stay as they were."""
    merged = {
        each.name: value
        for parameters in (old.parameters, new.parameters)
        for each in fields(Parameters)
        if (value := getattr(parameters, each.name)) is not None
    }
    return replace(new, parameters=Parameters(**merged))


def _record(engine: Engine, origin: Origin, result: ImagineResult) -> PictureRecord:
    seeded = replace(origin.prompt, parameters=replace(origin.prompt.parameters, seed=origin.seed))
    return replace(
        model_record(engine, "vary", prompt=origin.prompt),
        prompt=render(seeded),
        parameters={
            **result.resolved,
            "origin.seed": origin.seed,
            "origin.index": origin.picture_index,
        },
        warnings=tuple(str(warning) for warning in result.warnings),
    )


def _with_variation(common: PictureRecord, origin: Origin, variation: Variation) -> PictureRecord:
    chain = variation_parameters((*origin.variations, variation))
    return replace(
        common,
        parameters={**common.parameters, **chain},
        seed=variation.seed,
        picture_index=variation.picture_index,
    )


def _sheet(images: list[StudioImage], output: Output) -> StudioImage:
    hashes = [image.record.file.pixel_sha256 for image in images if image.record.file]
    record = replace(
        images[0].record,
        verb="sheet",
        parent_pixel_sha256=tuple(hashes),
        num_pictures=len(images),
        file=None,
    )
    pixels = contact_sheet([image.pixels for image in images]).pixels
    image, _ = finish(pixels, record, output, last="vary")
    return image
