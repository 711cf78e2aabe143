"""What a verb starts from: a picture by its recipe, a picture by its pixels, or a prompt."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt
from mezzotint.provenance.record import PictureRecord
from mezzotint.studio.editing import engine_for_edits, read_words, source_type_with_model
from mezzotint.studio.output import model_record
from mezzotint.studio.parents import (
    engine_of,
    incomplete_recipe,
    missing_recipe,
    origin_of,
    read_material,
    read_parent,
)
from mezzotint.studio.reference_files import (
    NO_REFERENCES,
    References,
    references_of_record,
    with_file_names,
)
from mezzotint.verbs.changes import Change, Origin, change_parameters
from mezzotint.verbs.embeddings import embed_pictures
from mezzotint.verbs.reference_pictures import ReferencePicture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezzotint.engines.protocol import Engine
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.parents import Material
    from mezzotint.verbs.imagine import ImagineResult

ORIGIN_SEED, ORIGIN_INDEX = "origin.seed", "origin.index"  # of a recipe that is a chain of changes


@dataclass(frozen=True, kw_only=True, eq=False)
class RecipeStart:
    """Hold a picture that is followed by its recipe, or a prompt that stands for one.

    Attributes:
        engine: Of the model that made it.
        origin: How it was made.
        pixel_sha256: Of its pixels; () for a prompt.
        labels: Its AI labels as they stand.
        warnings: Its pixels were changed since.
    """

    engine: Engine
    origin: Origin
    pixel_sha256: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class FileStart:
    """Hold a picture that is followed by its pixels alone.

    Attributes:
        engine: Of the model that works on it.
        material: The picture.
    """

    engine: Engine
    material: Material

    @property
    def pixel_sha256(self) -> tuple[str, ...]:
        """Return the hash of its pixels."""
        return (self.material.sha256,)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return its AI labels as they stand."""
        return self.material.picture.labels.ai_texts

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Return what was guessed in reading it."""
        return self.material.picture.warnings


Start = RecipeStart | FileStart


def read_start(workshop: Workshop, source: Path | bytes, *, model: str | None = None) -> Start:
    """Read a picture: by its recipe where that is whole and its model is here, else by its pixels.

    Args:
        workshop: The studio.
        source: The file.
        model: Name of the model to work with; None = the one that made the picture, or the
            default one.

    Raises:
        InputError: The file is no picture; or it has no recipe that can be followed and the model
            cannot work on pixels: "record.missing", "record.incomplete" or "record.model".
    """
    material = read_material(source)
    maker = maker_of(workshop, material)
    if maker is not None and model in (None, maker):
        parent = read_parent(workshop, source)
        return RecipeStart(
            engine=workshop.open_engine(maker),
            origin=parent.origin,
            pixel_sha256=(parent.pixel_sha256,),
            labels=parent.labels,
            warnings=parent.warnings,
        )
    engine = engine_for_edits(workshop, material, model)
    if model is None and not works_on_pixels(engine):
        raise _cannot_follow(workshop, material.record)
    return FileStart(engine=engine, material=material)


def maker_of(workshop: Workshop, material: Material) -> str | None:
    """Return the name of the model that made a picture, if its recipe can be followed here."""
    record = material.record
    if record is None or not _is_whole(workshop, record):
        return None
    bundle = workshop.models.find_hash(record.bundle_sha256)
    return None if bundle is None else bundle.path.name


def prompt_start(workshop: Workshop, engine: Engine, text: str, seed: int | None) -> RecipeStart:
    """Let a prompt stand for its first picture; a seed is drawn if it has none."""
    prompt, references = read_words(workshop, engine, text)
    own = prompt.parameters.seed if seed is None else seed
    pixels = [one.pixels for one in references.pictures if one.pixels is not None]
    embeddings = embed_pictures(engine, pixels) if pixels else ()
    origin = Origin(
        prompt=with_file_names(prompt),
        seed=drawn_seed(own),
        references=tuple(ReferencePicture(embedding=one) for one in embeddings),
    )
    return RecipeStart(
        engine=engine,
        origin=origin,
        pixel_sha256=references.pixel_sha256,
        labels=references.labels,
        warnings=references.warnings,
    )


def works_on_pixels(engine: Engine) -> bool:
    """Tell whether a model can take up a picture that it did not make."""
    return all(engine.card.graph(name) is not None for name in ("mapping", "image", "encoder"))


def drawn_seed(seed: int | None) -> int:
    """Return the seed that was given, or draw one."""
    return secrets.randbelow(MAX_SEED + 1) if seed is None else seed


def recipe_record(start: RecipeStart, verb: str, result: ImagineResult) -> PictureRecord:
    """Return the record of a picture that is a chain of changes, without the last one."""
    origin = start.origin
    parameters = replace(origin.prompt.parameters, seed=origin.seed)
    return replace(
        model_record(start.engine, verb, prompt=origin.prompt),
        prompt=render(replace(origin.prompt, parameters=parameters)),
        parameters={
            **result.resolved,
            ORIGIN_SEED: origin.seed,
            ORIGIN_INDEX: origin.picture_index,
            **change_parameters(origin.changes),
        },
        parent_pixel_sha256=start.pixel_sha256,
        parent_labels=start.labels,
        warnings=tuple(str(warning) for warning in result.warnings),
    )


def with_change(record: PictureRecord, origin: Origin, change: Change) -> PictureRecord:
    """Return the record of a picture with one more change."""
    chain = change_parameters((*origin.changes, change))
    return replace(record, parameters={**record.parameters, **chain})


def pixel_record(
    start: FileStart,
    verb: str,
    result: ImagineResult,
    *,
    prompt: Prompt,
    references: References,
    seed: int,
    parameters: Mapping[str, Scalar],
) -> PictureRecord:
    """Return the record of a picture that was made from the pixels of another one."""
    named = with_file_names(prompt)
    seeded = replace(named, parameters=replace(named.parameters, seed=seed))
    return replace(
        model_record(start.engine, verb, prompt=prompt),
        prompt=render(seeded),
        parameters={**result.resolved, **parameters},
        seed=seed,
        digital_source_type=source_type_with_model([start.material]),
        parent_pixel_sha256=(*start.pixel_sha256, *references.pixel_sha256),
        parent_labels=tuple(dict.fromkeys((*start.labels, *references.labels))),
        warnings=tuple(str(warning) for warning in result.warnings),
    )


def recorded_wish(
    workshop: Workshop, record: PictureRecord
) -> tuple[Prompt, int, Sequence[ReferencePicture]]:
    """Read prompt, seed and references of a picture that was made from pixels.

    Raises:
        InputError: "record.incomplete".
    """
    prompts = workshop.read_prompt(record.prompt or "").prompts
    kept = references_of_record(record).pictures
    if record.seed is None or len(prompts) != 1 or not kept:
        raise incomplete_recipe()
    return prompts[0], record.seed, kept[1:]  # the first is the picture itself


def is_by_recipe(record: PictureRecord) -> bool:
    """Tell whether the recipe of a picture is a chain of changes; else it needs its parent."""
    return ORIGIN_SEED in record.parameters


def read_words_if_any(
    workshop: Workshop, engine: Engine, text: str | None
) -> tuple[Prompt, References]:
    """Read a prompt beside a picture; None = no words."""
    if text is None:
        return Prompt(), NO_REFERENCES
    return read_words(workshop, engine, text)


def _is_whole(workshop: Workshop, record: PictureRecord) -> bool:
    if record.file is None or record.is_private:
        return False
    try:
        origin_of(workshop, record)
    except InputError:
        return False
    return True


def _cannot_follow(workshop: Workshop, record: PictureRecord | None) -> InputError:
    if record is not None and _is_whole(workshop, record):
        engine_of(workshop, record)  # raises: the model is not here
    error = missing_recipe() if record is None else incomplete_recipe()
    hint = Message("Choose a model that works on any picture: --model sprites")
    return InputError(error.code, error.message, hint)
