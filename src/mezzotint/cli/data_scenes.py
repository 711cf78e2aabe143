"""`mezzotint data scenes`: captioned landscapes that nobody else owns."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.size import parse_size
from mezzotint.domain.message import Message


@command(
    "scenes",
    N_(
        "Paint captioned landscapes into a folder: pictures, captions in English and Chinese, and "
        "every attribute. The same seed gives the same pictures; run again, it goes on."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-n", "--num", type=click.IntRange(min=1), default=40, help=N_("How many pictures."))
@click.option("--size", default="256", help=N_("WIDTHxHEIGHT in pixels, or one side."))
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, help=N_("Which scenes."))
@click.option(
    "--split",
    type=click.Choice(["train", "held_out"]),
    default="train",
    help=N_("held_out: combinations that training never shows."),
)
@click.option("--panorama", is_flag=True, help=N_("Pictures that wrap around left to right."))
@click.option(
    "--format",
    "picture_format",
    type=click.Choice(["png", "webp", "jpeg"]),
    default="png",
    help=N_("File format."),
)
@click.option("--device", default="cpu", help=N_("cpu or cuda."))
@click.pass_obj
def scenes(
    face: Face,
    folder: Path,
    num: int,
    size: str,
    seed: int,
    split: Literal["train", "held_out"],
    panorama: bool,
    picture_format: Literal["png", "webp", "jpeg"],
    device: str,
) -> None:
    """Paint, or paint what is missing."""
    from mezzotint.studio.studio import require_torch

    require_torch("mezzotint data scenes")
    from mezzotint.data.scenes.supply import SceneOptions
    from mezzotint.data.scenes.writing import write_scenes
    from mezzotint.training.device import choose_device

    chosen = choose_device(device)
    height_px, width_px = parse_size(size)
    options = SceneOptions(
        height_px=height_px, width_px=width_px, seed=seed, split=split, panorama=panorama
    )
    written = write_scenes(folder, num, options, picture_format=picture_format, device=chosen)
    face.say(
        Message(
            "{folder} holds {num} scenes; {painted} were painted now.",
            folder=str(written.folder),
            num=written.num_painted + written.num_kept,
            painted=written.num_painted,
        )
    )
    face.emit(
        {
            "folder": str(written.folder),
            "num_painted": written.num_painted,
            "num_kept": written.num_kept,
        }
    )
