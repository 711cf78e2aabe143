"""Describe a picture file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.imaging.read import read_picture
from mezzotint.verbs.describe import describe

if TYPE_CHECKING:
    from mezzotint.domain.message import Message
    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.describe import DescribeLanguage, Description


@dataclass(frozen=True, kw_only=True)
class Described:
    """Hold the prompts for a picture, the best first.

    Attributes:
        model: Name of the model that read it.
        prompts: With their scores.
        warnings: What was guessed or ignored in reading the picture.
    """

    model: str
    prompts: tuple[Description, ...]
    warnings: tuple[Message, ...]


def describe_picture(engine: Engine, source: Path | bytes, language: DescribeLanguage) -> Described:
    """Read a picture of any origin and find prompts for it."""
    picture = read_picture(source)
    prompts = describe(engine, picture.pixels, language=language)
    return Described(model=engine.card.name, prompts=prompts, warnings=picture.warnings)
