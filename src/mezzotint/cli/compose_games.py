"""`mezzotint compose spritesheet | skybox | texture`: what games and 3D scenes need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.counting import counting
from mezzotint.cli.face import Face, texts
from mezzotint.cli.made import describe, format_option, out_option, save_all
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.imaging.surface import NormalConvention


@command(
    "spritesheet",
    N_(
        "Pack pictures, or all pictures of a folder, into one PNG with a JSON that game engines "
        "read (TexturePacker's JSON hash: Phaser, PixiJS, Godot, Unity importers)."
    ),
)
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", default="sprites", help=N_("Name of the atlas."))
@click.option(
    "--padding",
    "padding_px",
    type=click.IntRange(0, 64),
    default=2,
    help=N_("Empty pixels between sprites."),
)
@click.option("--no-trim", is_flag=True, help=N_("Keep transparent borders."))
@click.option("--power-of-two", is_flag=True, help=N_("Make the sides powers of two."))
@click.option(
    "--max-size",
    "max_side_px",
    type=click.IntRange(16, 16384),
    default=4096,
    help=N_("No side of the atlas is longer, in pixels."),
)
@out_option
@click.pass_obj
def spritesheet(
    face: Face,
    pictures: tuple[Path, ...],
    name: str,
    padding_px: int,
    no_trim: bool,
    power_of_two: bool,
    max_side_px: int,
    out: Path | None,
) -> None:
    """Pack, write both files; print their paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    atlas = studio.spritesheet(
        pictures,
        name=name,
        padding_px=padding_px,
        trim=not no_trim,
        power_of_two=power_of_two,
        max_side_px=max_side_px,
    )
    face.warn(atlas.warnings)
    image_path, json_path = atlas.save(out or studio.settings.output_folder)
    face.line(str(image_path))
    face.line(str(json_path))
    face.emit(
        {
            "pictures": [describe(atlas.image, image_path)],
            "atlas": str(json_path),
            "num_sprites": len(atlas.sheet.frames),
            "warnings": texts(atlas.warnings, face.translate),
        }
    )


@command(
    "skybox",
    N_(
        "Cut a panorama (equirectangular, twice as wide as high) into the six faces of a cube, "
        "with the unfolded cube as a sheet."
    ),
)
@click.argument("panorama", type=click.Path(path_type=Path))
@click.option(
    "--face-size",
    "face_px",
    type=click.IntRange(1, 8192),
    default=None,
    help=N_("Side of a face in pixels; a quarter of the width if not given."),
)
@format_option
@out_option
@click.pass_obj
def skybox(
    face: Face,
    panorama: Path,
    face_px: int | None,
    picture_format: OutputFormat | None,
    out: Path | None,
) -> None:
    """Look out of the panorama six times; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    with counting(face, Message("Looking around")) as progress:
        made = studio.skybox(panorama, face_px=face_px, format=picture_format, progress=progress)
    save_all(face, made, out or studio.settings.output_folder)


@command(
    "texture",
    N_(
        "Make a tile that repeats without a seam, with its height map and its normal map, from "
        "any picture of a surface."
    ),
)
@click.argument("picture", type=click.Path(path_type=Path))
@click.option(
    "--overlap",
    type=click.FloatRange(0, 0.5),
    default=None,
    help=N_("Share of each side used up for the joint; 0 cuts nothing."),
)
@click.option(
    "--strength",
    type=click.FloatRange(0, 100),
    default=1.0,
    help=N_("Of the slopes: 0 flat, 1 usual."),
)
@click.option(
    "--convention",
    type=click.Choice(["opengl", "directx"]),
    default="opengl",
    help=N_("Green points up (opengl) or down (directx) in the normal map."),
)
@format_option
@out_option
@click.pass_obj
def texture(
    face: Face,
    picture: Path,
    overlap: float | None,
    strength: float,
    convention: NormalConvention,
    picture_format: OutputFormat | None,
    out: Path | None,
) -> None:
    """Join, measure slopes, write; print the paths."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    made = studio.texture(
        picture,
        overlap=overlap,
        strength=strength,
        convention=convention,
        format=picture_format,
    )
    save_all(face, made, out or studio.settings.output_folder)
