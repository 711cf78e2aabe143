"""`mezzotint shorten`: which words of a prompt matter."""

from __future__ import annotations

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, texts
from mezzotint.cli.made import model_option
from mezzotint.domain.message import Message


@command(
    "shorten",
    N_(
        "Say how much each word of a prompt matters to a model (0: not at all), and write shorter "
        "prompts with their likeness to the whole one."
    ),
)
@click.argument("prompt", nargs=-1, required=True)
@model_option
@click.pass_obj
def shorten(face: Face, prompt: tuple[str, ...], model: str | None) -> None:
    """Leave out one word after the other; print weights and shorter prompts."""
    from mezzotint.studio.studio import Studio

    shortened = Studio().shorten(" ".join(prompt), model=model)
    face.warn(shortened.warnings)
    for word in sorted(shortened.words, key=lambda one: -one.importance):
        face.line(f"{word.importance:6.3f}  {word.text}")
    if shortened.prompts:
        face.say(Message("Shorter prompts:"))
    for one in shortened.prompts:
        face.line(f"{one.likeness:6.3f}  {one.prompt}")
    face.emit(
        {
            "words": [
                {"text": word.text, "importance": word.importance} for word in shortened.words
            ],
            "prompts": [
                {"prompt": one.prompt, "likeness": one.likeness} for one in shortened.prompts
            ],
            "warnings": texts(shortened.warnings, face.translate),
        }
    )


COMMAND = shorten
