"""`mezzotint loop`: a film that runs for ever."""

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
    "loop",
    N_(
        "Make a film that ends exactly where it began and can run for ever, through prompts or "
        'pictures that Mezzotint made: mezzotint loop "sneaker" --keys 5'
    ),
)
@film_options
@click.pass_obj
def loop(
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
    """Make a film that closes."""
    make_film(
        face,
        stations,
        is_closed=True,
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


COMMAND = loop
