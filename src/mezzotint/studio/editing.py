"""Edit, from a file to files: read any picture, paint a part of it or ground around it, stamp."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.imaging.read import MAX_PIXELS
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt
from mezzotint.provenance.record import DigitalSourceType
from mezzotint.studio.hole_text import hole_of_text, write_hole
from mezzotint.studio.output import Made, Output, finish, model_record, one_prompt
from mezzotint.studio.parents import engine_of, incomplete_recipe, read_material
from mezzotint.studio.reference_files import (
    NO_REFERENCES,
    References,
    read_references,
    references_of_record,
    with_file_names,
)
from mezzotint.verbs.edit import EditRequest, edit, seen_without_hole
from mezzotint.verbs.ground import NO_GROUND, Ground
from mezzotint.verbs.reference_pictures import ReferencePicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Progress, Workshop
    from mezzotint.studio.parents import Material
    from mezzotint.verbs.imagine import ImagineResult

EDIT_VERBS = ("region", "zoom", "pan", "square", "uncrop")

_ALL_AI = "trainedAlgorithmicMedia"
_ITSELF = "picture.png"  # stands for the edited picture in a prompt that has no words
_SIDES = ("top_px", "right_px", "bottom_px", "left_px")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Say what is done to a picture whose size is not known yet.

    Attributes:
        verb: Of the record.
        hole_of: From height and width to bool [H, W]; None = no hole.
        ground_of: From height and width to the ground around it.
        is_ring: Whether the ground closes a ring: its end goes on at the other side of the picture.
        prompt: What the new part shows; None = what goes with the picture.
        feather_px: How deep the border fades into the new part; None = as fits.
        model: Name; None = the one that made the picture, if it is here and can, else the default.
        seed: None draws one.
        num_images: How many.
    """

    verb: str
    hole_of: Callable[[tuple[int, int]], NDArray[np.bool_]] | None = None
    ground_of: Callable[[tuple[int, int]], Ground] = lambda _size_px: NO_GROUND
    is_ring: bool = False
    prompt: str | None = None
    feather_px: int | None = None
    model: str | None = None
    seed: int | None = None
    num_images: int = 1


def edit_picture(
    workshop: Workshop,
    source: Path | bytes,
    output: Output,
    asked: Edit,
    *,
    progress: Progress | None = None,
) -> Made:
    """Edit a picture of any origin.

    Args:
        workshop: The studio.
        source: The file: its path or its bytes.
        output: How pictures are written.
        asked: What is done.
        progress: Told how many parts of how many are painted.

    Raises:
        InputError: The file is no picture, or nothing is to be painted: "edit.nothing".
        UnsupportedError: The model cannot paint parts of pictures.
    """
    material = read_material(source)
    engine = engine_for_edits(workshop, material, asked.model)
    engine.layout()  # refuses a model without latents before anything is read or drawn
    pixels = material.picture.pixels
    size_px = pixels.shape[0], pixels.shape[1]
    hole = None if asked.hole_of is None else asked.hole_of(size_px)
    ground = asked.ground_of(size_px)
    if hole is None and ground.is_nothing:
        raise InputError(
            "edit.nothing",
            Message("Nothing is to be painted: the picture has this size already."),
            Message("Ask for a larger one."),
        )
    _check_size(ground.around(size_px))
    prompt, references = _read_wish(workshop, engine, asked.prompt, pixels, hole)
    request = EditRequest(
        pixels=pixels,
        hole=hole,
        ground=ground,
        is_ring=asked.is_ring,
        prompt=prompt,
        seed=secrets.randbelow(MAX_SEED + 1) if asked.seed is None else asked.seed,
        picture_indices=range(asked.num_images),
        references=references.pictures,
        feather_px=asked.feather_px,
    )
    result = edit(engine, request, progress=progress)
    record = _record(engine, material, asked.verb, request, references, result)
    warnings = (*material.picture.warnings, *references.warnings, *result.warnings)
    return finish_all(result.pictures, record, output, warnings)


def edit_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    """Make an edited picture again from its recipe and the picture it was made from.

    Raises:
        InputError: "record.parent" or "record.incomplete".
    """
    material = find_parents(record, parents, num_parents=1)[0]
    prompt = workshop.read_prompt(record.prompt or "").prompts
    if record.seed is None or len(prompt) != 1:
        raise incomplete_recipe()
    pixels = material.picture.pixels
    hole = record.parameters.get("hole")
    feather = record.parameters.get("feather_px")
    request = EditRequest(
        pixels=pixels,
        hole=hole_of_text(hole, pixels.shape[:2]) if isinstance(hole, str) else None,
        ground=_ground_of(record.parameters),
        is_ring=record.parameters.get("panorama") is True,
        prompt=prompt[0],
        seed=record.seed,
        picture_indices=(record.picture_index,),
        references=references_of_record(record).pictures,
        feather_px=feather if isinstance(feather, int) else None,
    )
    return edit(engine_of(workshop, record), request).pictures[0]


def engine_for_edits(workshop: Workshop, material: Material, model: str | None) -> Engine:
    """Return the engine that is named, or that made the picture and can take one apart, or the
    default one.
    """
    if model is None and material.record is not None:
        bundle = workshop.models.find_hash(material.record.bundle_sha256)
        if bundle is not None:
            engine = workshop.open_engine(bundle.path.name)
            if engine.card.graph("encoder") is not None:
                return engine
    return workshop.open_engine(model or workshop.settings.default_model)


def find_parents(
    record: PictureRecord, parents: Sequence[Path | bytes], *, num_parents: int
) -> list[Material]:
    """Read the pictures that one was made from, in the order of the recipe.

    Raises:
        InputError: "record.parent": one is missing, or is not the one.
    """
    materials = {material.sha256: material for material in map(read_material, parents)}
    wanted = record.parent_pixel_sha256[:num_parents]
    if len(wanted) < num_parents or not all(sha256 in materials for sha256 in wanted):
        raise InputError(
            "record.parent",
            Message(
                "The recipe needs the picture that this one was made from; it is not in the file."
            ),
            Message(
                "Name the very picture beside --from: mezzotint region boot.png --from new.png"
            ),
        )
    return [materials[sha256] for sha256 in wanted]


def source_type_with_model(materials: Sequence[Material]) -> DigitalSourceType:
    """Say what a picture is that a model made from others: all AI only if they all are."""
    kinds = {material.picture.labels.digital_source_type for material in materials}
    if kinds == {_ALL_AI}:
        return "trainedAlgorithmicMedia"
    return "compositeWithTrainedAlgorithmicMedia"


def finish_all(
    pictures: Sequence[NDArray[np.uint8]],
    record: PictureRecord,
    output: Output,
    warnings: Sequence[Message],
) -> Made:
    """Stamp pictures that differ in their index alone."""
    images: list[StudioImage] = []
    said = dict.fromkeys(warnings)
    for index, pixels in enumerate(pictures):
        image, more = finish(pixels, replace(record, picture_index=index), output, last=index)
        images.append(image)
        said.update(dict.fromkeys(more))
    return Made(images=tuple(images), warnings=tuple(said))


def read_words(workshop: Workshop, engine: Engine, text: str) -> tuple[Prompt, References]:
    """Read a prompt and the pictures that it refers to."""
    prompt = one_prompt(workshop, text)
    if engine.card.graph("image") is None:
        return prompt, NO_REFERENCES
    return prompt, read_references(prompt, may_read_files=True)


def _check_size(size_px: tuple[int, int]) -> None:
    if size_px[0] * size_px[1] <= MAX_PIXELS:
        return
    raise InputError(
        "edit.size",
        Message(
            "The picture would become {width} x {height} px: more than {most} megapixels.",
            width=size_px[1],
            height=size_px[0],
            most=MAX_PIXELS // 1_000_000,
        ),
        Message("Ask for less."),
    )


def _read_wish(
    workshop: Workshop,
    engine: Engine,
    text: str | None,
    pixels: NDArray[np.uint8],
    hole: NDArray[np.bool_] | None,
) -> tuple[Prompt, References]:
    """Read what is asked for; without words the rest of the picture asks."""
    if text is not None:
        return read_words(workshop, engine, text)
    if engine.card.graph("image") is None:
        return Prompt(), NO_REFERENCES
    rest = ReferencePicture(pixels=seen_without_hole(engine.card, pixels, hole))
    return Prompt(images=(_ITSELF,)), References(pictures=(rest,))


def _record(
    engine: Engine,
    material: Material,
    verb: str,
    request: EditRequest,
    references: References,
    result: ImagineResult,
) -> PictureRecord:
    named = with_file_names(request.prompt)
    seeded = replace(named, parameters=replace(named.parameters, seed=request.seed))
    labels = (*material.picture.labels.ai_texts, *references.labels)
    return replace(
        model_record(engine, verb, prompt=request.prompt),
        prompt=render(seeded),
        parameters={**result.resolved, **_written(request)},
        seed=request.seed,
        digital_source_type=source_type_with_model([material]),
        parent_pixel_sha256=(material.sha256, *references.pixel_sha256),
        parent_labels=tuple(dict.fromkeys(labels)),
        warnings=tuple(str(warning) for warning in result.warnings),
    )


def _written(request: EditRequest) -> dict[str, Scalar]:
    written: dict[str, Scalar] = {
        f"ground.{side}": length
        for side in _SIDES
        if isinstance(length := getattr(request.ground, side), int) and length
    }
    if request.hole is not None:
        written["hole"] = write_hole(request.hole)
    if request.is_ring:
        written["panorama"] = True
    if request.feather_px is not None:
        written["feather_px"] = request.feather_px
    return written


def _ground_of(parameters: Mapping[str, Scalar]) -> Ground:
    lengths = {
        side: length
        for side in _SIDES
        if isinstance(length := parameters.get(f"ground.{side}"), int)
    }
    return Ground(**lengths)
