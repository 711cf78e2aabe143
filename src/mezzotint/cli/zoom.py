"""`mezzotint zoom`: show what lies around a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.edit import EditOptions, edit_options, run_edit
from mezzotint.cli.face import Face
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.studio.output import Made, Progress
    from mezzotint.studio.studio import Studio


@command(
    "zoom", N_("Zoom out: paint what lies around a picture, which stays in the middle as it is.")
)
@click.option("--by", "factor", type=float, default=2.0, help=N_("How many times as wide: 1.5, 2."))
@edit_options
@click.pass_obj
def zoom(face: Face, file: Path | None, factor: float, **given: object) -> None:
    """Paint on, write; print the paths."""
    options = EditOptions(**given)  # pyright: ignore[reportArgumentType]  # click checked them

    def edit(studio: Studio, path: Path, progress: Progress) -> Made:
        return studio.zoom(
            path,
            factor,
            prompt=options.prompt,
            model=options.model,
            num_images=options.num_images,
            seed=options.seed,
            format=options.picture_format,
            private=options.private,
            progress=progress,
        )

    run_edit(
        face, file, options, edit, example=Message("Name one: mezzotint zoom boat.png --by 1.5")
    )


COMMAND = zoom
