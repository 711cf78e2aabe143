"""`mezzotint verify`: where a picture comes from, and whether labels and pixels still hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, texts
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.provenance.verify import Verification


@command(
    "verify",
    N_(
        "Say where a picture comes from: model, prompt, seed, and whether the labels and the "
        "pixels are those that were written."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def verify(face: Face, file: Path) -> int:
    """Exit with 0 if nothing is broken, 1 if pixels or recipe were changed."""
    from mezzotint.provenance.verify import verify as verify_picture

    checked = verify_picture(file)
    for sentence in (*_recipe(checked), *checked.verdict):
        face.say(sentence)
    face.emit(
        {
            "file": str(file),
            "format": checked.format,
            "model": checked.model,
            "prompt": checked.prompt,
            "seed": checked.seed,
            "pixels": checked.pixels,
            "recipe": checked.recipe,
            "digital_source_type": checked.labels.digital_source_type,
            "has_all_labels": checked.has_all_labels,
            "is_intact": checked.is_intact,
            "foreign_labels": list(checked.foreign_labels),
            "verdict": texts(checked.verdict, face.translate),
        }
    )
    return 1 if "broken" in (checked.pixels, checked.recipe) else 0


def _recipe(checked: Verification) -> Iterator[Message]:
    if checked.model is not None:
        yield Message("Model: {model}", model=checked.model)
    if checked.prompt is not None:
        yield Message("Prompt: {prompt}", prompt=checked.prompt)
    if checked.seed is not None and checked.record is not None:
        index = checked.record.picture_index
        yield Message("Seed: {seed}, picture {index}", seed=checked.seed, index=index)
    elif checked.seed is not None:
        yield Message("Seed: {seed}", seed=checked.seed)


COMMAND = verify
