"""`mezzotint imagine`: pictures from a prompt, or again from a picture's recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, Json, texts
from mezzotint.cli.made import make_again
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.prompt.diagnostics import Diagnostic
    from mezzotint.prompt.structure import Submission
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.studio import Studio


@command(
    "imagine",
    N_(
        "Make pictures from a prompt and write them, with a contact sheet. Parameters stand in "
        'the prompt: mezzotint imagine "ankle boot --ar 1:1 --seed 7"'
    ),
)
@click.argument("prompt", nargs=-1, type=click.UNPROCESSED)
@click.option("-m", "--model", default=None, help=N_("Model to use; see: mezzotint models list"))
@click.option(
    "-n",
    "--num-images",
    type=click.IntRange(min=1),
    default=None,
    help=N_("Pictures for each prompt."),
)
@click.option(
    "--format",
    "picture_format",
    type=click.Choice(["png", "webp", "jpeg"]),
    default=None,
    help=N_("File format."),
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default=None, help=N_("Folder to write to.")
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("Make the picture of this file again, bit for bit."),
)
@click.option("--private", is_flag=True, help=N_("Leave the prompt out of the files."))
@click.option("--no-sheet", is_flag=True, help=N_("Write no contact sheet."))
@click.option("--yes", is_flag=True, help=N_("Make all permutations without asking."))
@click.pass_obj
def imagine(
    face: Face,
    prompt: tuple[str, ...],
    model: str | None,
    num_images: int | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
    no_sheet: bool,
    yes: bool,
) -> None:
    """Read, make, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    text = " ".join(prompt)
    if source is not None:
        _imagine_again(face, studio, source, folder, text)
        return
    if not text.strip():
        raise InputError(
            "usage.missing",
            Message("The prompt is missing."),
            Message('Type one: mezzotint imagine "ankle boot"'),
        )
    submission = studio.read_prompt(text)
    _show_diagnostics(face, submission)
    result = studio.imagine(
        text,
        model=model,
        num_images=num_images,
        format=picture_format,
        private=private,
        confirmed=yes or _confirm(face, submission),
    )
    face.warn(result.warnings)
    paths = [_save(face, image, folder) for image in result.images]
    sheet = None if no_sheet or result.sheet is None else _save(face, result.sheet, folder)
    face.emit(
        {
            "model": result.model,
            "pictures": [
                _describe(image, path) for image, path in zip(result.images, paths, strict=True)
            ],
            "sheet": str(sheet) if sheet else None,
            "warnings": [
                *texts([with_hint(each) for each in submission.diagnostics], face.translate),
                *texts(result.warnings, face.translate),
            ],
        }
    )


def _imagine_again(face: Face, studio: Studio, source: Path, folder: Path, text: str) -> None:
    if text.strip():
        raise InputError(
            "usage.both",
            Message("--from makes the recorded picture; it takes no prompt."),
            Message("Leave the prompt out, or leave --from out."),
        )
    if _is_of_another_verb(studio, source):
        make_again(face, studio, source, folder)
        return
    before = studio.verify(source).record
    image = studio.imagine_again(source)
    path = _save(face, image, folder)
    file_before = before.file if before else None
    is_same = (
        file_before is not None
        and image.record.file is not None
        and file_before.pixel_sha256 == image.record.file.pixel_sha256
    )
    if is_same:
        face.say(Message("Every pixel is the same as in {path}.", path=str(source)))
    else:
        face.warn([_differs(before.engine if before else "", image.record.engine)])
    face.emit({"pictures": [_describe(image, path)], "is_same": is_same})


def _is_of_another_verb(studio: Studio, source: Path) -> bool:
    """Tell whether a file was made by another verb, which makes it again as well."""
    if source.suffix.lower() == ".mp4":
        return True
    record = studio.verify(source).record
    return record is not None and record.verb != "imagine"


def _differs(engine_before: str, engine_now: str) -> Message:
    return Message(
        "The pixels differ from the file's: it was made by {before}, this one by {now}.",
        before=engine_before,
        now=engine_now,
    )


def _show_diagnostics(face: Face, submission: Submission) -> None:
    face.warn([with_hint(each) for each in submission.diagnostics if each.severity == "warning"])


def with_hint(diagnostic: Diagnostic) -> Message:
    """Return what is wrong and what to write instead as one sentence."""
    if diagnostic.hint is None:
        return diagnostic.message
    return Message("{message} {hint}", message=diagnostic.message, hint=diagnostic.hint)


def _confirm(face: Face, submission: Submission) -> bool:
    if not submission.needs_confirmation or face.json_output or not face.is_interactive:
        return False
    question = Message("This stands for {num} prompts. Make them all?", num=submission.num_prompts)
    return click.confirm(face.translate(question), err=True)


def _save(face: Face, image: StudioImage, folder: Path) -> Path:
    path = image.save(folder / image.name)
    face.line(str(path))
    return path


def _describe(image: StudioImage, path: Path) -> Json:
    record = image.record
    file = record.file
    return {
        "path": str(path),
        "prompt": record.prompt,
        "seed": record.seed,
        "index": record.picture_index,
        "width_px": file.width_px if file else None,
        "height_px": file.height_px if file else None,
        "pixel_sha256": file.pixel_sha256 if file else None,
    }


imagine.context_settings = {"ignore_unknown_options": True}
COMMAND = imagine
