"""Words of a prompt that ask for a canvas, where the canvas is that of a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.prompt.table import BY_FIELD

if TYPE_CHECKING:
    from mezzotint.prompt.structure import Prompt

# They ask for another canvas, or judge whole pictures; here the canvas is given.
_WITHOUT_EFFECT = ("aspect", "draft", "tile", "quality")


def without_canvas_words(prompt: Prompt) -> tuple[Prompt, tuple[Message, ...]]:
    """Return the prompt without the words that have no effect on a given picture, and warnings."""
    given = [name for name in _WITHOUT_EFFECT if getattr(prompt.parameters, name) is not None]
    parameters = replace(prompt.parameters, aspect=None, draft=None, tile=None, quality=None)
    warnings = tuple(
        Message(
            "--{name} has no effect here: the size is that of the picture.",
            name=BY_FIELD[name].name,
        )
        for name in given
    )
    return replace(prompt, parameters=parameters), warnings
