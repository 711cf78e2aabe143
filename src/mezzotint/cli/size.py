"""Sizes on the command line: WIDTHxHEIGHT, or one side for a square."""

from __future__ import annotations

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message


def parse_size(text: str) -> tuple[int, int]:
    """Read "64x48" (width x height) or "64" as (height, width) in pixels.

    Raises:
        InputError: "usage.size".

    Example:
        >>> parse_size("64x48"), parse_size("32")
        ((48, 64), (32, 32))
    """
    sides = [side.strip() for side in text.lower().replace("\u00d7", "x").split("x")]
    if len(sides) > 2 or not all(side.isdecimal() and int(side) > 0 for side in sides):
        raise InputError(
            "usage.size",
            Message("'{text}' is no size.", text=text),
            Message("Write WIDTHxHEIGHT, such as 64x48, or one side, such as 64."),
        )
    return int(sides[-1]), int(sides[0])
