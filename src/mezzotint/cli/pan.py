"""`mezzotint pan`: continue a picture on one side."""

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
    from mezzotint.verbs.ground import Direction


@command("pan", N_("Continue a picture on one side by any length; pan on and on for a scroll."))
@click.option(
    "--to",
    "direction",
    type=click.Choice(["left", "right", "up", "down"]),
    default="right",
    help=N_("Which side."),
)
@click.option("--by", "length", default="50%", help=N_("Pixels, or percent of the picture."))
@click.option(
    "--panorama",
    is_flag=True,
    help=N_("Close the ring: the new end goes on at the other side of the picture."),
)
@edit_options
@click.pass_obj
def pan(
    face: Face,
    file: Path | None,
    direction: Direction,
    length: str,
    panorama: bool,
    **given: object,
) -> None:
    """Paint on, write; print the paths."""
    options = EditOptions(**given)  # pyright: ignore[reportArgumentType]  # click checked them

    def edit(studio: Studio, path: Path, progress: Progress) -> Made:
        return studio.pan(
            path,
            direction,
            length,
            panorama=panorama,
            prompt=options.prompt,
            model=options.model,
            num_images=options.num_images,
            seed=options.seed,
            format=options.picture_format,
            private=options.private,
            progress=progress,
        )

    run_edit(
        face,
        file,
        options,
        edit,
        example=Message("Name one: mezzotint pan boat.png --to right --by 50%"),
    )


COMMAND = pan
