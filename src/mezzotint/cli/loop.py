"""`mezzotint loop`: a film that runs for ever."""

from __future__ import annotations

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.film import film_options, make_film


@command(
    "loop",
    N_(
        "Make a film that ends exactly where it began and can run for ever, through prompts or "
        'pictures from anywhere: mezzotint loop "sneaker" --keys 5'
    ),
)
@film_options
@click.pass_obj
def loop(face: Face, **given: object) -> None:
    """Make a film that closes."""
    make_film(face, is_closed=True, **given)  # pyright: ignore[reportArgumentType]


COMMAND = loop
