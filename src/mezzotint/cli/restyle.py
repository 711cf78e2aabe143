"""`mezzotint restyle`: the shapes of a picture in another manner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
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
    "restyle",
    N_(
        "Keep the shapes of a picture and take the manner of words or of another picture: "
        'mezzotint restyle boat.png "stormy night"'
    ),
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.argument("manner", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--like",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("A picture of the manner; with words both count."),
)
@click.option(
    "--strength",
    type=click.FloatRange(0, 1),
    default=0.8,
    help=N_("0: the picture itself; 1: the whole manner."),
)
@model_option
@click.option("-n", "--num-images", type=click.IntRange(1, 64), default=1, help=N_("How many."))
@seed_option
@format_option
@out_option
@from_option
@private_option
@click.pass_obj
def restyle(
    face: Face,
    file: Path | None,
    manner: tuple[str, ...],
    like: Path | None,
    strength: float,
    model: str | None,
    num_images: int,
    seed: int | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Read the picture and the manner, paint, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    if source is not None:
        parents = [path for path in (file, like) if path is not None]
        make_again(face, studio, source, folder, given=manner, parents=parents)
        return
    if file is None:
        raise missing(
            Message("The picture is missing."),
            Message('Name one: mezzotint restyle boat.png "stormy night"'),
        )
    made = studio.restyle(
        file,
        " ".join(manner),
        like=like,
        strength=strength,
        model=model,
        num_images=num_images,
        seed=seed,
        format=picture_format,
        private=private,
    )
    save_all(face, made, folder)


COMMAND = restyle
