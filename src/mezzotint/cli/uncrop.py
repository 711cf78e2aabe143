"""`mezzotint uncrop`: give a picture another aspect by painting on."""

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


@command("uncrop", N_("Give a picture another aspect by painting on; nothing is cut off."))
@click.option("--ar", "aspect", default="16:9", help=N_("Width to height."))
@edit_options
@click.pass_obj
def uncrop(face: Face, file: Path | None, aspect: str, **given: object) -> None:
    """Paint on, write; print the paths."""
    options = EditOptions(**given)  # pyright: ignore[reportArgumentType]  # click checked them

    def edit(studio: Studio, path: Path, progress: Progress) -> Made:
        return studio.uncrop(
            path,
            aspect,
            prompt=options.prompt,
            model=options.model,
            num_images=options.num_images,
            seed=options.seed,
            format=options.picture_format,
            private=options.private,
            progress=progress,
        )

    run_edit(
        face, file, options, edit, example=Message("Name one: mezzotint uncrop boat.png --ar 16:9")
    )


COMMAND = uncrop
