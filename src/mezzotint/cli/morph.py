"""`mezzotint morph`: pictures that turn into each other."""

from __future__ import annotations

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face
from mezzotint.cli.film import film_options, make_film


@command(
    "morph",
    N_(
        "Make a film in which one picture becomes the next: between prompts, between pictures "
        'from anywhere, or through several pictures of one prompt: mezzotint morph "bag" "coat"'
    ),
)
@film_options
@click.pass_obj
def morph(face: Face, **given: object) -> None:
    """Make a film."""
    make_film(face, is_closed=False, **given)  # pyright: ignore[reportArgumentType]


COMMAND = morph
