"""`mezzotint upscale`: pictures by a model's upscaler, sprites by whole numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.counting import counting
from mezzotint.cli.face import Face
from mezzotint.cli.made import format_option, model_option, out_option, private_option, save_all
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat

    Method = Literal["squares", "pixel-art", "subtle", "creative", "lanczos"]


@command(
    "upscale",
    N_(
        "Enlarge pictures. Sprites by a whole number: each pixel a sharp square, or with rounded "
        "diagonals (pixel-art); no new colour appears. Other pictures 2 or 4 times by a model: "
        "subtle stays with what the model is sure of, creative exaggerates it; or by plain "
        "interpolation (lanczos)."
    ),
)
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", "factor", type=click.IntRange(1, 256), default=2, help=N_("How many times."))
@click.option(
    "--method",
    type=click.Choice(["squares", "pixel-art", "subtle", "creative", "lanczos"]),
    default=None,
    help=N_(
        "pixel-art takes 2, 3, 4, 6, 8 or 9 times, subtle and creative 2 or 4. If not given: "
        "subtle with --model, else squares."
    ),
)
@model_option
@format_option
@out_option
@private_option
@click.pass_obj
def upscale(
    face: Face,
    pictures: tuple[Path, ...],
    factor: int,
    method: Method | None,
    model: str | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    private: bool,
) -> None:
    """Enlarge, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    chosen = method or ("squares" if model is None else "subtle")
    if chosen in ("squares", "pixel-art"):
        made = studio.upscale_sprites(pictures, factor=factor, method=chosen, format=picture_format)
    else:
        with counting(face, Message("Enlarging")) as progress:
            made = studio.upscale(
                pictures,
                factor=factor,
                method=chosen,
                model=model,
                format=picture_format,
                private=private,
                progress=progress,
            )
    save_all(face, made, out or studio.settings.output_folder)


COMMAND = upscale
