"""`mezzotint square`: make a picture square by painting on."""

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
    "square", N_("Make a picture square by painting on at its long sides; nothing is cut off.")
)
@edit_options
@click.pass_obj
def square(face: Face, file: Path | None, **given: object) -> None:
    """Paint on, write; print the paths."""
    options = EditOptions(**given)  # pyright: ignore[reportArgumentType]  # click checked them

    def edit(studio: Studio, path: Path, progress: Progress) -> Made:
        return studio.square(
            path,
            prompt=options.prompt,
            model=options.model,
            num_images=options.num_images,
            seed=options.seed,
            format=options.picture_format,
            private=options.private,
            progress=progress,
        )

    run_edit(face, file, options, edit, example=Message("Name one: mezzotint square boat.png"))


COMMAND = square
