"""`mezzotint describe`: prompts for a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezzotint.cli.command import N_, command
from mezzotint.cli.face import Face, texts
from mezzotint.cli.made import model_option

if TYPE_CHECKING:
    from mezzotint.verbs.describe import DescribeLanguage


@command(
    "describe",
    N_("Find four prompts for a picture, each with its score (at most 1), in the model's words."),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--words",
    "language",
    type=click.Choice(["en", "zh"]),
    default=None,
    help=N_("English or Chinese words; the language of the messages if not given."),
)
@model_option
@click.pass_obj
def describe(face: Face, file: Path, language: DescribeLanguage | None, model: str | None) -> None:
    """Read the picture; print score and prompt, line by line."""
    from mezzotint.studio.studio import Studio

    described = Studio().describe(file, language=language or face.language, model=model)
    face.warn(described.warnings)
    for one in described.prompts:
        face.line(f"{one.score:6.3f}  {one.prompt}")
    face.emit(
        {
            "model": described.model,
            "prompts": [{"prompt": one.prompt, "score": one.score} for one in described.prompts],
            "warnings": texts(described.warnings, face.translate),
        }
    )


COMMAND = describe
