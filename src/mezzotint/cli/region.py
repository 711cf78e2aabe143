"""`mezzotint region`: paint a part of a picture anew."""

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
    "region",
    N_(
        "Paint a part of a picture anew, from Mezzotint or from elsewhere: a box, a polygon, "
        "strokes of a brush or a mask. Every byte outside it stays as it is."
    ),
)
@click.option("--box", default=None, help=N_("x,y,width,height in pixels or percent."))
@click.option("--polygon", default=None, help=N_("[[x, y], ...], or a JSON file of that."))
@click.option(
    "--strokes",
    default=None,
    help=N_("JSON with radius_px and points of each stroke, or a file of that."),
)
@click.option(
    "--mask",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("A picture: white is painted, or what is transparent in it."),
)
@click.option("--invert", is_flag=True, help=N_("Paint everything but the region."))
@click.option(
    "--feather",
    "feather_px",
    type=click.IntRange(0, 4096),
    default=None,
    help=N_("How many pixels deep the border fades into the region."),
)
@edit_options
@click.pass_obj
def region(
    face: Face,
    file: Path | None,
    box: str | None,
    polygon: str | None,
    strokes: str | None,
    mask: Path | None,
    invert: bool,
    feather_px: int | None,
    **given: object,
) -> None:
    """Read the region, paint, write; print the paths."""
    from mezzotint.studio.hole_text import Region

    options = EditOptions(**given)  # pyright: ignore[reportArgumentType]  # click checked them

    def edit(studio: Studio, path: Path, progress: Progress) -> Made:
        return studio.region(
            path,
            Region(box=box, polygon=polygon, strokes=strokes, mask=mask),
            prompt=options.prompt,
            feather_px=feather_px,
            invert=invert,
            model=options.model,
            num_images=options.num_images,
            seed=options.seed,
            format=options.picture_format,
            private=options.private,
            progress=progress,
        )

    example = Message("Name one: mezzotint region boat.png --box 25%,25%,50%,50%")
    run_edit(face, file, options, edit, example=example)


COMMAND = region
