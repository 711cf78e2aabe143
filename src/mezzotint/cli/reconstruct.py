"""`mezzotint reconstruct`: what a model's codec keeps of a picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, texts
from mezzotint.cli.made import (
    describe,
    format_option,
    from_option,
    make_again,
    missing,
    model_option,
    out_option,
    private_option,
    save,
)
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat


@command(
    "reconstruct",
    N_("Take a picture apart and put it together again; print how near it comes (PSNR, SSIM)."),
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@model_option
@format_option
@out_option
@from_option
@private_option
@click.pass_obj
def reconstruct(
    face: Face,
    file: Path | None,
    model: str | None,
    picture_format: OutputFormat | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Encode, decode, measure, write; print the path and the figures."""
    from mezzotint.studio.studio import Studio

    studio = Studio()
    folder = out or studio.settings.output_folder
    if source is not None:
        make_again(face, studio, source, folder, parents=[] if file is None else [file])
        return
    if file is None:
        example = Message("Name one: mezzotint reconstruct boat.png")
        raise missing(Message("The picture is missing."), example)
    done = studio.reconstruct(file, model=model, format=picture_format, private=private)
    face.warn(done.warnings)
    path = save(face, done.image, folder)
    face.line(f"PSNR {done.psnr_db:.2f} dB")
    if done.ssim is not None:
        face.line(f"SSIM {done.ssim:.4f}")
    face.emit(
        {
            "pictures": [describe(done.image, path)],
            "psnr_db": done.psnr_db if math.isfinite(done.psnr_db) else None,
            "ssim": done.ssim,
            "warnings": texts(done.warnings, face.translate),
        }
    )


COMMAND = reconstruct
