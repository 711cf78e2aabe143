"""Pictures that something is made from: our own with their recipe, and those from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.pixel_hash import pixel_hash
from mezzotint.imaging.read import Picture, read_picture
from mezzotint.provenance.record import DigitalSourceType, PictureRecord
from mezzotint.provenance.verify import verify
from mezzotint.studio.reference_files import references_of_record
from mezzotint.verbs.changes import Origin, read_changes

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine
    from mezzotint.studio.output import Workshop

# Verbs whose pictures are an imagined picture and a chain of changes, all in the recipe.
RECIPE_VERBS = ("imagine", "vary", "restyle", "sliders")
_ALL_AI = "trainedAlgorithmicMedia"


@dataclass(frozen=True, kw_only=True)
class Parent:
    """Hold what a picture of ours says about itself.

    Attributes:
        record: Its recipe.
        origin: The same, read.
        pixel_sha256: Of the pixels that the recipe makes.
        labels: Its AI labels as they stand, those of its own parents first.
        warnings: Its pixels were changed since.
    """

    record: PictureRecord
    origin: Origin
    pixel_sha256: str
    labels: tuple[str, ...]
    warnings: tuple[Message, ...]


def read_parent(workshop: Workshop, source: Path | bytes) -> Parent:
    """Read the recipe of a picture that is an imagined one and a chain of changes.

    Raises:
        InputError: The file is no picture, "record.missing" or "record.incomplete".
    """
    checked = verify(source)
    record = checked.record
    if record is None or record.file is None:
        raise missing_recipe()
    warnings: tuple[Message, ...] = ()
    if checked.pixels == "broken":
        warnings = (
            Message(
                "The pixels of {name} were changed after it was made; its recipe is followed, "
                "not the changes.",
                name=source.name if isinstance(source, Path) else "the picture",
            ),
        )
    return Parent(
        record=record,
        origin=origin_of(workshop, record),
        pixel_sha256=record.file.pixel_sha256,
        labels=checked.labels.ai_texts,
        warnings=warnings,
    )


def missing_recipe() -> InputError:
    """Make the error for a file that does not say how it was made."""
    return InputError(
        "record.missing",
        Message("This file carries no recipe of Mezzotint."),
        Message("Use the original file: other programs drop the recipe when they save."),
    )


def origin_of(workshop: Workshop, record: PictureRecord) -> Origin:
    """Read how a picture was made that a prompt and a chain of changes stand for.

    Raises:
        InputError: "record.incomplete": it was not made so, or not all is in the recipe.
    """
    seed, index = record.seed, record.picture_index
    if record.verb != "imagine":
        seed, index = _whole(record, "origin.seed"), _whole(record, "origin.index") or 0
    if record.verb not in RECIPE_VERBS or record.prompt is None or seed is None:
        raise incomplete_recipe()
    submission = workshop.read_prompt(record.prompt)
    if len(submission.prompts) != 1:
        raise incomplete_recipe()
    return Origin(
        prompt=submission.prompts[0],
        seed=seed,
        picture_index=index,
        references=references_of_record(record).pictures,
        changes=read_changes(record.parameters),
    )


def incomplete_recipe() -> InputError:
    """Make the error for a recipe that is not enough to go on with."""
    return InputError(
        "record.incomplete",
        Message("This file does not hold the whole recipe of a single picture."),
        Message("Use a picture made by imagine or vary, written without --private."),
    )


def engine_of(workshop: Workshop, record: PictureRecord) -> Engine:
    """Open the very model that a picture was made with.

    Raises:
        InputError: "record.model".
    """
    bundle = workshop.models.find_hash(record.bundle_sha256)
    if bundle is None:
        raise InputError(
            "record.model",
            Message(
                "The picture was made with the model {model} (card hash {sha256}), "
                "which is not here.",
                model=record.model,
                sha256=record.bundle_sha256[:12],
            ),
            Message("Import that model: mezzotint models import FILE.zip"),
        )
    return workshop.open_engine(bundle.path.name)


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Hold a picture of any origin that a model-free verb works on.

    Attributes:
        name: What messages and atlases call it.
        picture: Its pixels, labels and warnings.
        sha256: Hash of its pixels.
        record: Our recipe in it; None if it is not ours.
    """

    name: str
    picture: Picture
    sha256: str
    record: PictureRecord | None


def read_material(source: Path | bytes) -> Material:
    """Read a picture of any usual format: upright, in sRGB, with its labels.

    Raises:
        InputError: As `read_picture`.
    """
    picture = read_picture(source)
    name = source.name if isinstance(source, Path) else "data"
    return Material(
        name=name,
        picture=picture,
        sha256=pixel_hash(picture.pixels),
        record=_own_record(picture),
    )


def source_type_of(materials: Sequence[Material], *, adds_own: bool) -> DigitalSourceType | None:
    """Say what may be said of a picture made from others.

    None of them says that AI made it: nothing is claimed. All do, and nothing was added: it is as
    they are. Otherwise it is a composite with a part that AI made.

    Args:
        materials: What it was made from.
        adds_own: Whether something was added, such as text.
    """
    kinds = [
        material.picture.labels.digital_source_type if material.picture.labels.says_ai else None
        for material in materials
        if material.picture.labels.says_ai
    ]
    if not kinds:
        return None
    if not adds_own and len(kinds) == len(materials) and set(kinds) == {_ALL_AI}:
        return "trainedAlgorithmicMedia"
    return "compositeWithTrainedAlgorithmicMedia"


def _own_record(picture: Picture) -> PictureRecord | None:
    from mezzotint.provenance.record import read_record
    from mezzotint.provenance.stamp import RECORD_KEY
    from mezzotint.provenance.xmp import record_json_in

    text = picture.metadata.text(RECORD_KEY)
    if text is None and picture.metadata.xmp is not None:
        text = record_json_in(picture.metadata.xmp)
    if text is None:
        return None
    try:
        return read_record(text)
    except InputError:
        return None


def _whole(record: PictureRecord, name: str) -> int | None:
    value = record.parameters.get(name)
    return value if isinstance(value, int) else None
