"""Grid: one picture for every pair of values of two parameters, in rows and columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.prompt.suggestions import nearest_name
from mezzotint.prompt.table import BY_NAME
from mezzotint.verbs.many import imagine_many

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.imagine import ImagineRequest

MAX_CELLS = 400
WORDS, INDEX = "words", "index"  # besides the parameters of a prompt
_RANGE = re.compile(r"(\d+)\.\.(\d+)(?::(\d+))?")


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Hold what changes along one side of a grid.

    Attributes:
        name: A parameter of the prompt language, "words" (text put before the prompt) or "index"
            (which picture of the seed).
        values: What it takes, in order, as written in a prompt.
    """

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}={'|'.join(self.values)}"

    def label(self, value: str) -> str:
        """Return what stands beside the pictures with this value."""
        return value if self.name == WORDS else f"{self.name} {value}"


@dataclass(frozen=True, kw_only=True)
class GridRequest:
    """Ask for the pictures of a grid.

    Attributes:
        cells: One request of one picture each, row by row.
    """

    cells: Sequence[ImagineRequest]


@dataclass(frozen=True, kw_only=True, eq=False)
class GridResult:
    """Hold one picture a cell, uint8 [H, W, C], and what was not understood or not possible."""

    pictures: tuple[NDArray[np.uint8], ...]
    warnings: tuple[Message, ...]


def grid(
    engine: Engine,
    request: GridRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> GridResult:
    """Paint the cells of a grid, each as imagine would paint it alone.

    Raises:
        UnsupportedError: The bundle has no generator.
    """
    results = imagine_many(engine, request.cells, progress=progress)
    warnings = dict.fromkeys(warning for result in results for warning in result.warnings)
    pictures = tuple(picture for result in results for picture in result.pictures)
    return GridResult(pictures=pictures, warnings=tuple(warnings))


def parse_axis(text: str) -> Axis:
    """Read "stylize=0,500,1000", "seed=1..4", "chaos=0..100:25" or "words=bag|ankle boot".

    Values are separated by "|" if there is one, else by commas.

    Raises:
        InputError: "grid.axis" or "grid.parameter".

    Example:
        >>> parse_axis("--s=0..1000:500")
        Axis(name='stylize', values=('0', '500', '1000'))
    """
    name, equals, listed = text.partition("=")
    name = name.strip().lstrip("-").lower()
    separator = "|" if "|" in listed else ","
    parts = [part.strip() for part in listed.split(separator)]
    values = tuple(value for part in parts for value in _spread(part))
    if not equals or not name or not all(values) or not values:
        raise InputError(
            "grid.axis",
            Message("'{text}' names no values for a side of the grid.", text=text),
            Message("Write stylize=0,500,1000 or seed=1..4 or words=bag|ankle boot"),
        )
    return Axis(name=_canonical(name), values=values)


def cell_text(text: str, choices: Sequence[tuple[Axis, str]]) -> str:
    """Return the prompt of one cell.

    Example:
        >>> cell_text("on snow --s 5", [(parse_axis("words=fox"), "fox"),
        ...                             (parse_axis("ar=1:1"), "3:2")])
        'fox on snow --s 5 --aspect 3:2'
    """
    for axis, value in choices:
        if axis.name == WORDS:
            text = f"{value} {text}".strip()
        elif axis.name != INDEX:
            text = f"{text} --{axis.name} {value}".strip()
    return text


def _spread(part: str) -> Sequence[str]:
    found = _RANGE.fullmatch(part)
    if found is None:
        return (part,)
    first, last, step = int(found[1]), int(found[2]), int(found[3] or 1)
    if step == 0 or first > last or (last - first) // step >= MAX_CELLS:
        return ("",)  # refused like an empty value
    return [str(value) for value in range(first, last + 1, step)]


def _canonical(name: str) -> str:
    if name in (WORDS, INDEX):
        return name
    spec = BY_NAME.get(name)
    if spec is None or not spec.field or spec.field == "repeat":
        near = nearest_name(name, (WORDS, INDEX))
        raise InputError(
            "grid.parameter",
            Message("'{name}' is no parameter that a grid can change.", name=name),
            Message("Did you mean {near}?", near=near)
            if near
            else Message("Use one such as stylize, chaos, weird, seed, ar, words or index."),
        )
    return spec.name
