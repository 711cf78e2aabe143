"""`mezzotint grid`: what two parameters do, on one sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.counting import counting
from mezzotint.cli.face import Face
from mezzotint.cli.made import (
    format_option,
    from_option,
    make_again,
    missing,
    model_option,
    out_option,
    private_option,
    save_all,
    seed_option,
)
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat


@command(
    "grid",
    N_(
        "Make one sheet with a picture for every pair of values of two parameters: "
        'mezzotint grid "bag" --x stylize=0..1000:250 --y seed=1..4'
    ),
)
@click.argument("prompt", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--x", "columns", default=None, help=N_("Left to right: PARAMETER=VALUE,VALUE or FROM..TO:STEP")
)
@click.option("--y", "rows", default=None, help=N_("Top to bottom, such as words=bag|ankle boot"))
@seed_option
@model_option
@format_option
@out_option
@from_option
@private_option
@click.pass_obj
def grid(
    face: Face,
    prompt: tuple[str, ...],
    columns: str | None,
    rows: str | None,
    seed: int | None,
    model: str | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Paint all cells, write the sheet; print its path."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    if source is not None:
        make_again(face, studio, source, folder, given=[*prompt, columns, rows])
        return
    if not columns:
        raise missing(
            Message("--x is missing: what changes from left to right."),
            Message('Name a parameter: mezzotint grid "bag" --x stylize=0,500,1000'),
        )
    with counting(face, Message("Painting")) as progress:
        made = studio.grid(
            " ".join(prompt),
            x=columns,
            y=rows,
            model=model,
            seed=seed,
            format=picture_format,
            private=private,
            progress=progress,
        )
    save_all(face, made, folder)


grid.context_settings = {"ignore_unknown_options": True}
COMMAND = grid
