"""`mezzotint batch`: a table of prompts becomes a folder of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.counting import counting
from mezzotint.cli.face import Face, texts
from mezzotint.cli.made import format_option, model_option, out_option, private_option, seed_option
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat


@command(
    "batch",
    N_(
        "Make the pictures of a table of prompts (CSV or JSONL). Columns: prompt, num_images, "
        "name, model, and parameters such as seed or ar. Run it again to go on where it stopped."
    ),
)
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "-n",
    "--num-images",
    type=click.IntRange(min=1),
    default=1,
    help=N_("Pictures of a row that does not say."),
)
@seed_option
@model_option
@format_option
@out_option
@private_option
@click.pass_obj
def batch(
    face: Face,
    table: Path,
    num_images: int,
    seed: int | None,
    model: str | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    private: bool,
) -> None:
    """Paint what is missing; print how many and how fast."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder / table.stem
    with counting(face, Message("Painting")) as progress:
        done = studio.batch(
            table,
            folder,
            model=model,
            num_images=num_images,
            seed=seed,
            format=picture_format,
            private=private,
            progress=progress,
        )
    face.warn(done.warnings)
    face.say(
        Message(
            "{folder}: {num} pictures in {seconds} s ({speed} a second); "
            "{kept} rows were done before.",
            folder=str(folder),
            num=done.num_images,
            seconds=f"{done.seconds:.1f}",
            speed=f"{done.images_per_s:.0f}",
            kept=done.num_kept,
        )
    )
    face.emit(
        {
            "folder": str(folder),
            "num_images": done.num_images,
            "num_rows_kept": done.num_kept,
            "seconds": round(done.seconds, 3),
            "images_per_s": round(done.images_per_s, 1),
            "warnings": texts(done.warnings, face.translate),
        }
    )


COMMAND = batch
