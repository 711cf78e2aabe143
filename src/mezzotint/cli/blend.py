"""`mezzotint blend`: a picture that has something of several others."""

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
    model_option,
    out_option,
    private_option,
    save_all,
    seed_option,
)
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat


@command(
    "blend",
    N_(
        "Make pictures that have something of two to five others; or the shapes of one (--coarse) "
        "in the manner of another (--fine)."
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--weights", default="", help=N_("One a picture: 2,1"))
@click.option("--coarse", type=int, default=None, help=N_("Number of the picture with the shapes."))
@click.option("--fine", type=int, default=None, help=N_("Number of the picture with the manner."))
@click.option("--prompt", default="", help=N_("Words and parameters besides."))
@model_option
@click.option("-n", "--num-images", type=click.IntRange(1, 64), default=None, help=N_("How many."))
@seed_option
@format_option
@out_option
@from_option
@private_option
@click.pass_obj
def blend(
    face: Face,
    files: tuple[Path, ...],
    weights: str,
    coarse: int | None,
    fine: int | None,
    prompt: str,
    model: str | None,
    num_images: int | None,
    seed: int | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Read the pictures, mix, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    if source is not None:
        make_again(face, studio, source, folder, given=[*files, prompt])
        return
    made = studio.blend(
        files,
        weights=_read_weights(weights),
        coarse=coarse,
        fine=fine,
        prompt=prompt,
        model=model,
        num_images=num_images,
        seed=seed,
        format=picture_format,
        private=private,
    )
    save_all(face, made, folder)


def _read_weights(text: str) -> list[float]:
    try:
        return [float(part) for part in text.replace("，", ",").split(",")] if text else []
    except ValueError as error:
        raise InputError(
            "blend.weights",
            Message("'{text}' are no weights.", text=text),
            Message("Give one weight a picture, none below 0 and not all 0: --weights 2,1"),
        ) from error


COMMAND = blend
