"""What the commands that paint on a picture have in common: options, and making one again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezzotint.cli.command import N_
from mezzotint.cli.counting import counting
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
    from collections.abc import Callable

    from mezzotint.cli.face import Face
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.studio.output import Made, Progress
    from mezzotint.studio.studio import Studio


@dataclass(frozen=True, kw_only=True)
class EditOptions:
    """Hold what every one of these commands was given."""

    prompt: str | None
    model: str | None
    num_images: int
    seed: int | None
    picture_format: OutputFormat | None
    out: Path | None
    source: Path | None
    private: bool


def edit_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add FILE, --prompt and the options of every verb; the function gets them by name."""
    options = (
        click.argument("file", type=click.Path(path_type=Path), required=False),
        click.option("--prompt", default=None, help=N_("What the new part shows.")),
        model_option,
        click.option(
            "-n", "--num-images", type=click.IntRange(1, 64), default=1, help=N_("How many.")
        ),
        seed_option,
        format_option,
        out_option,
        from_option,
        private_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


def run_edit(
    face: Face,
    file: Path | None,
    options: EditOptions,
    edit: Callable[[Studio, Path, Progress], Made],
    *,
    example: Message,
) -> None:
    """Edit a picture, or make an edited one again; print the paths.

    Args:
        face: Of the command.
        file: The picture to edit; with --from the one that was edited.
        options: What the command was given.
        edit: Does it, telling how many parts of how many are painted.
        example: What to write if the picture is missing.
    """
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = options.out or studio.settings.output_folder
    if options.source is not None:
        parents = [] if file is None else [file]
        make_again(face, studio, options.source, folder, given=[options.prompt], parents=parents)
        return
    if file is None:
        raise missing(Message("The picture is missing."), example)
    with counting(face, Message("Painting")) as progress:
        made = edit(studio, file, progress)
    save_all(face, made, folder)
