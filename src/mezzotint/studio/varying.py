"""Vary, from a file to files: by its recipe where there is one, else by its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.contact_sheet import contact_sheet
from mezzotint.prompt.parameters import Parameters
from mezzotint.studio.editing import find_parents, finish_all
from mezzotint.studio.output import Made, Output, finish
from mezzotint.studio.parents import engine_of, incomplete_recipe, origin_of, source_type_of
from mezzotint.studio.reference_files import with_file_names
from mezzotint.studio.starts import (
    FileStart,
    RecipeStart,
    drawn_seed,
    is_by_recipe,
    pixel_record,
    read_start,
    read_words_if_any,
    recipe_record,
    recorded_wish,
    with_change,
)
from mezzotint.verbs.changes import Origin, Variation
from mezzotint.verbs.reference_pictures import (
    ReferencePicture,
    reference_addresses,
    with_addresses,
)
from mezzotint.verbs.repaint import PixelRequest
from mezzotint.verbs.vary import VaryRequest, vary
from mezzotint.verbs.vary_pixels import vary_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.prompt.structure import Prompt
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.reference_files import References

_STRENGTH = "strength"  # in the recipe of a picture that was varied by its pixels


@dataclass(frozen=True, kw_only=True)
class Varying:
    """Say how a picture is varied.

    Attributes:
        strength: 0 (the picture itself) to 1.
        num_images: How many.
        seed: None draws one.
        prompt: Other words for the same picture (remix); None = those of the picture.
        model: Name; None = the one that made the picture, or the default one.
    """

    strength: float
    num_images: int
    seed: int | None = None
    prompt: str | None = None
    model: str | None = None


def vary_picture(workshop: Workshop, source: Path | bytes, output: Output, asked: Varying) -> Made:
    """Make variations of a picture of any origin, and a sheet of them."""
    if not 0 <= asked.strength <= 1:
        raise InputError(
            "vary.strength",
            Message("The strength {strength} is not between 0 and 1.", strength=asked.strength),
            Message("0 gives the picture itself; subtle is 0.2, strong 0.6."),
        )
    start = read_start(workshop, source, model=asked.model)
    if isinstance(start, FileStart):
        made = _vary_file(workshop, start, output, asked)
    else:
        made = _vary_recipe(workshop, start, output, asked)
    return with_sheet(made, output)


def vary_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    """Make one variation again from its own recipe, and its parent if it needs that."""
    if not is_by_recipe(record):
        return _vary_file_again(workshop, record, parents)
    origin = origin_of(workshop, record)
    last = origin.changes[-1] if origin.changes else None
    if not isinstance(last, Variation):
        raise incomplete_recipe()
    request = VaryRequest(
        origin=replace(origin, changes=origin.changes[:-1]),
        strength=last.strength,
        seed=last.seed,
        picture_indices=(last.picture_index,),
    )
    return vary(engine_of(workshop, record), request).pictures[0]


def with_sheet(made: Made, output: Output) -> Made:
    """Lay several pictures of one verb on a contact sheet as well."""
    images = made.images
    if len(images) < 2:
        return made
    hashes = [image.record.file.pixel_sha256 for image in images if image.record.file]
    record = replace(
        images[0].record,
        verb="sheet",
        parent_pixel_sha256=tuple(hashes),
        num_pictures=len(images),
        file=None,
    )
    pixels = contact_sheet([image.pixels for image in images]).pixels
    sheet, _ = finish(pixels, record, output, last=images[0].record.verb)
    return replace(made, sheet=sheet)


def _vary_recipe(workshop: Workshop, start: RecipeStart, output: Output, asked: Varying) -> Made:
    engine = start.engine
    if asked.prompt is not None:
        new, references = read_words_if_any(workshop, engine, asked.prompt)
        start = replace(
            start,
            origin=_remixed(start.origin, new, references),
            pixel_sha256=(*start.pixel_sha256, *references.pixel_sha256),
            labels=tuple(dict.fromkeys((*start.labels, *references.labels))),
            warnings=(*start.warnings, *references.warnings),
        )
    seed = drawn_seed(asked.seed)
    request = VaryRequest(
        origin=start.origin,
        strength=asked.strength,
        seed=seed,
        picture_indices=range(asked.num_images),
    )
    result = vary(engine, request)
    common = replace(recipe_record(start, "vary", result), seed=seed)
    images: list[StudioImage] = []
    warnings = dict.fromkeys((*start.warnings, *result.warnings))
    for index, pixels in enumerate(result.pictures):
        change = Variation(strength=asked.strength, seed=seed, picture_index=index)
        record = replace(with_change(common, start.origin, change), picture_index=index)
        image, said = finish(pixels, record, output, last=index)
        images.append(image)
        warnings.update(dict.fromkeys(said))
    return Made(images=tuple(images), warnings=tuple(warnings))


def _vary_file(workshop: Workshop, start: FileStart, output: Output, asked: Varying) -> Made:
    prompt, references = read_words_if_any(workshop, start.engine, asked.prompt)
    request = PixelRequest(
        pixels=start.material.picture.pixels,
        prompt=prompt,
        seed=drawn_seed(asked.seed),
        picture_indices=range(asked.num_images),
        references=references.pictures,
    )
    result = vary_pixels(start.engine, request, strength=asked.strength)
    record = pixel_record(
        start,
        "vary",
        result,
        prompt=prompt,
        references=references,
        seed=request.seed,
        parameters={_STRENGTH: asked.strength},
    )
    if asked.strength == 0:  # no model painted anything
        kind = source_type_of([start.material], adds_own=False)
        record = replace(record, digital_source_type=kind)
    warnings = (*start.warnings, *references.warnings, *result.warnings)
    return finish_all(result.pictures, record, output, warnings)


def _vary_file_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    strength = record.parameters.get(_STRENGTH)
    prompt, seed, references = recorded_wish(workshop, record)
    if not isinstance(strength, int | float):
        raise incomplete_recipe()
    (material,) = find_parents(record, parents, num_parents=1)
    request = PixelRequest(
        pixels=material.picture.pixels,
        prompt=prompt,
        seed=seed,
        picture_indices=(record.picture_index,),
        references=references,
    )
    return vary_pixels(engine_of(workshop, record), request, strength=strength).pictures[0]


def _remixed(old: Origin, new: Prompt, given: References) -> Origin:
    """Take the new words; pictures and parameters that they do not set stay as they were."""
    earlier = _apart(old.prompt, new)
    known = dict(zip(reference_addresses(earlier), old.references, strict=False))
    known |= dict(zip(reference_addresses(new), given.pictures, strict=False))
    merged = {
        each.name: value
        for parameters in (earlier.parameters, new.parameters)
        for each in fields(Parameters)
        if (value := getattr(parameters, each.name)) is not None
    }
    images = new.images or earlier.images
    prompt = replace(new, images=images, parameters=Parameters(**merged))
    addresses = reference_addresses(prompt)
    references: list[ReferencePicture] = [known[one] for one in addresses if one in known]
    return replace(old, prompt=with_file_names(prompt), references=references)


def _apart(old: Prompt, new: Prompt) -> Prompt:
    """Rename what the old prompt calls like a picture of the new one."""
    taken = set(reference_addresses(new))
    return with_addresses(old, lambda name: f"earlier/{name}" if name in taken else name)
