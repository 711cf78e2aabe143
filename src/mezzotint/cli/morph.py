"""`mezzotint morph`: pictures that turn into each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.film import film_options, make_film

if TYPE_CHECKING:
    from mezzotint.imaging.formats import AnimationFormat


@command(
    "morph",
    N_(
        "Make a film in which one picture becomes the next: between prompts, between pictures that "
        'Mezzotint made, or through several pictures of one prompt: mezzotint morph "bag" "coat"'
    ),
)
@film_options
@click.pass_obj
def morph(
    face: Face,
    stations: tuple[str, ...],
    num_keys: int | None,
    num_steps: int,
    frames_per_s: float,
    scale: int | None,
    film_format: AnimationFormat,
    seed: int | None,
    model: str | None,
    out: Path | None,
    source: Path | None,
    private: bool,
) -> None:
    """Make a film."""
    make_film(
        face,
        stations,
        is_closed=False,
        num_keys=num_keys,
        num_steps=num_steps,
        frames_per_s=frames_per_s,
        scale=scale,
        film_format=film_format,
        seed=seed,
        model=model,
        out=out,
        source=source,
        private=private,
    )


COMMAND = morph
