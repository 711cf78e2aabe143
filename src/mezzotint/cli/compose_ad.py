"""`mezzotint compose ad`: a picture, a headline and a logo in several shapes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.made import format_option, out_option, private_option, save_all

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.verbs.compose.ad import Layout


@command(
    "ad",
    N_(
        "Set a headline, and a logo, on a picture, in several shapes at once: "
        'mezzotint compose ad boot.png --headline "Walk on" --aspects 1:1,16:9,1200x628'
    ),
)
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--headline", required=True, help=N_("The large text, in any language."))
@click.option("--subline", default="", help=N_("The smaller text."))
@click.option(
    "--logo",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("A picture, transparent as a rule."),
)
@click.option(
    "--aspects",
    default="1:1,4:5,9:16,16:9",
    help=N_("W:H or WIDTHxHEIGHT, separated by commas; one file each."),
)
@click.option(
    "--size",
    "size_px",
    type=click.IntRange(32, 8192),
    default=1080,
    help=N_("Longer side in pixels of those given as W:H."),
)
@click.option(
    "--layout",
    type=click.Choice(["auto", "over", "beside"]),
    default="auto",
    help=N_("Text over the picture, or beside it."),
)
@click.option(
    "--focus",
    type=(click.FloatRange(0, 1), click.FloatRange(0, 1)),
    default=(0.5, 0.5),
    help=N_("What must stay in sight: across and down, 0 to 1."),
)
@click.option(
    "--font",
    type=click.Path(path_type=Path),
    default=None,
    help=N_("A font file; otherwise one of the system."),
)
@format_option
@out_option
@private_option
@click.pass_obj
def ad(
    face: Face,
    picture: Path,
    headline: str,
    subline: str,
    logo: Path | None,
    aspects: str,
    size_px: int,
    layout: Layout,
    focus: tuple[float, float],
    font: Path | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    private: bool,
) -> None:
    """Lay out, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    made = studio.ads(
        picture,
        headline.replace("\\n", "\n"),
        subline=subline.replace("\\n", "\n"),
        logo=logo,
        aspects=[aspect.strip() for aspect in aspects.split(",")],
        size_px=size_px,
        layout=layout,
        focus=focus,
        font=font,
        format=picture_format,
        private=private,
    )
    save_all(face, made, out or studio.settings.output_folder)
