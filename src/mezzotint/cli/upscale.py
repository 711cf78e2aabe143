"""`mezzotint upscale`: sprites by whole numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.made import format_option, out_option, save_all

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.verbs.upscale_sprite import SpriteMethod


@command(
    "upscale",
    N_(
        "Enlarge sprites and other small pictures by a whole number: each pixel a sharp square, or "
        "with rounded diagonals (pixel-art). No new colour appears."
    ),
)
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", "factor", type=click.IntRange(1, 256), default=2, help=N_("How many times."))
@click.option(
    "--method",
    type=click.Choice(["squares", "pixel-art"]),
    default="squares",
    help=N_("pixel-art takes 2, 3, 4, 6, 8 or 9 times."),
)
@format_option
@out_option
@click.pass_obj
def upscale(
    face: Face,
    pictures: tuple[Path, ...],
    factor: int,
    method: SpriteMethod,
    picture_format: OutputFormat | None,
    out: Path | None,
) -> None:
    """Enlarge, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    made = studio.upscale_sprites(pictures, factor=factor, method=method, format=picture_format)
    save_all(face, made, out or studio.settings.output_folder)


COMMAND = upscale
