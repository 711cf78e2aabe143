"""`mezzotint vary`: new pictures near another one, wherever that comes from."""

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
    "vary",
    N_(
        "Make variations of a picture: subtle, strong, or by any strength. With --prompt the same "
        "picture in other words (remix). A picture that Mezzotint made is followed by its recipe, "
        "any other one by its pixels."
    ),
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--subtle", "strength", flag_value=0.2, type=float, help=N_("Near it (0.2)."))
@click.option("--strong", "strength", flag_value=0.6, type=float, help=N_("Farther away (0.6)."))
@click.option(
    "--strength",
    "strength",
    type=click.FloatRange(0, 1),
    default=None,
    help=N_("0: the picture itself; 1: another picture of the prompt."),
)
@click.option("-n", "--num-images", type=click.IntRange(min=1), default=None, help=N_("How many."))
@seed_option
@click.option("--prompt", default=None, help=N_("Other words for the same picture."))
@model_option
@format_option
@out_option
@from_option
@private_option
@click.option("--no-sheet", is_flag=True, help=N_("Write no contact sheet."))
@click.pass_obj
def vary(
    face: Face,
    file: Path | None,
    strength: float | None,
    num_images: int | None,
    seed: int | None,
    prompt: str | None,
    model: str | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
    no_sheet: bool,
) -> None:
    """Read the recipe, vary, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    if source is not None:
        parents = [] if file is None else [file]
        make_again(face, studio, source, folder, given=[prompt], parents=parents)
        return
    if file is None:
        raise missing(
            Message("The picture is missing."), Message("Name one: mezzotint vary boot.png")
        )
    made = studio.vary(
        file,
        strength="subtle" if strength is None else strength,
        num_images=num_images,
        seed=seed,
        prompt=prompt,
        model=model,
        format=picture_format,
        private=private,
    )
    save_all(face, made, folder, with_sheet=not no_sheet)


COMMAND = vary
