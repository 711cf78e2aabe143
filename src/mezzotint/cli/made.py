"""What verbs have in common on the command line: options, saving, and the JSON of what was made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezzotint.cli.command import N_
from mezzotint.cli.face import Face, Json, texts
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Made, StudioAnimation
    from mezzotint.studio.studio import Studio

MAX_SEED_OPTION = 4_294_967_295


def out_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --out."""
    return click.option(
        "-o", "--out", type=click.Path(path_type=Path), default=None, help=N_("Folder to write to.")
    )(function)


def model_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --model."""
    return click.option(
        "-m", "--model", default=None, help=N_("Model to use; see: mezzotint models list")
    )(function)


def format_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --format for pictures."""
    return click.option(
        "--format",
        "picture_format",
        type=click.Choice(["png", "webp", "jpeg"]),
        default=None,
        help=N_("File format."),
    )(function)


def private_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --private."""
    return click.option("--private", is_flag=True, help=N_("Leave the prompt out of the files."))(
        function
    )


def from_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --from."""
    return click.option(
        "--from",
        "source",
        type=click.Path(path_type=Path),
        default=None,
        help=N_("Make what is in this file again, from its recipe."),
    )(function)


def seed_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --seed."""
    return click.option(
        "--seed",
        type=click.IntRange(0, MAX_SEED_OPTION),
        default=None,
        help=N_("Makes the result repeatable; drawn if not given."),
    )(function)


def save(face: Face, made: StudioImage | StudioAnimation, folder: Path) -> Path:
    """Write a file and print its path."""
    path = made.save(folder / made.name)
    face.line(str(path))
    return path


def save_all(face: Face, made: Made, folder: Path, *, with_sheet: bool = True) -> None:
    """Warn, write the pictures and the sheet, print their paths or the JSON document."""
    face.warn(made.warnings)
    paths = [save(face, image, folder) for image in made.images]
    sheet = save(face, made.sheet, folder) if with_sheet and made.sheet else None
    face.emit(
        {
            "pictures": [
                describe(image, path) for image, path in zip(made.images, paths, strict=True)
            ],
            "sheet": str(sheet) if sheet else None,
            "warnings": texts(made.warnings, face.translate),
        }
    )


def describe(made: StudioImage | StudioAnimation, path: Path) -> Json:
    """Say what a file is, for machines."""
    record = made.record
    file = record.file
    return {
        "path": str(path),
        "verb": record.verb,
        "prompt": record.prompt,
        "seed": record.seed,
        "index": record.picture_index,
        "width_px": file.width_px if file else None,
        "height_px": file.height_px if file else None,
        "pixel_sha256": file.pixel_sha256 if file else None,
        "parents": list(record.parent_pixel_sha256),
    }


def make_again(
    face: Face,
    studio: Studio,
    source: Path,
    folder: Path,
    *,
    given: Sequence[object] = (),
    parents: Sequence[Path] = (),
) -> None:
    """Make what is in a file again and say whether every byte is the same."""
    from mezzotint.cli.counting import counting

    if any(given):
        raise InputError(
            "usage.both",
            Message("--from makes what is recorded in the file; it takes no other input."),
            Message("Leave the other input out, or leave --from out."),
        )
    if not source.is_file():
        raise InputError(
            "picture.missing",
            Message("There is no file {name}.", name=str(source)),
            Message("Check the spelling and the folder."),
        )
    with counting(face, Message("Painting")) as progress:
        made = studio.make_again(source, parents=parents, progress=progress)
    path = save(face, made, folder)
    is_same = made.data == source.read_bytes()
    if is_same:
        face.say(Message("Every byte is the same as in {path}.", path=str(source)))
    else:
        face.warn([Message("The file differs from {path}.", path=str(source))])
    face.emit({"pictures": [describe(made, path)], "is_same": is_same})


def missing(message: Message, example: Message) -> InputError:
    """Make the error for a missing argument."""
    return InputError("usage.missing", message, example)
