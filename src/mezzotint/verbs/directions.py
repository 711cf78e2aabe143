"""The directions of a latent model: how far a style goes for one step of a slider.

`reference.safetensors` of a bundle holds them: the change that a word makes, the main axes of the
styles (GANSpace, Harkonen et al. 2020) and those that change the layers most (SeFa, Shen & Zhou
2021).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, cast

from mezzotint.bundles.tensors import read_tensor_notes, read_tensors
from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.verbs.class_words import CHINESE_FILLERS, ENGLISH_FILLERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card

REFERENCE_FILE = "reference.safetensors"
MAX_VALUE = 10.0  # steps of a slider; farther away pictures fall apart

DirectionKind = Literal["word", "axis", "layer"]
_NUM_UNNAMED = 16  # of the axes of a kind that are offered; later ones do next to nothing
_LIKENESS = 0.6  # of spelling, below which a name is not offered


@dataclass(frozen=True, kw_only=True, eq=False)
class Direction:
    """Hold one direction.

    Attributes:
        name: What people type: a word, "axis-1" or "layer-1".
        kind: "word": what saying it changes. "axis": the styles spread most along the first.
            "layer": the layers of the model answer most to the first.
        step: float32 [W], what is added to a style for the value 1: the whole change that a word
            makes, or one standard deviation of the styles.
    """

    name: str
    kind: DirectionKind
    step: NDArray[np.float32]


def read_directions(card: Card, content: bytes | None) -> tuple[Direction, ...]:
    """Read the directions of a bundle, the named ones first.

    Args:
        card: Of the bundle.
        content: Its `reference.safetensors`; None = it has none.

    Raises:
        UnsupportedError: "sliders.none".
        BundleError: `bundle.tensors`.
    """
    if content is None or card.graph("mapping") is None:
        raise UnsupportedError(
            "sliders.none",
            Message("The model {name} has no directions to slide along.", name=card.name),
            Message("Choose a model of the family latent: mezzotint models list"),
        )
    words, tensors = _read(content)
    return (
        *_of_words(words, tensors.get("words/directions")),
        *_of_axes(tensors),
        *_of_layers(tensors),
    )


def slide_offset(
    directions: Sequence[Direction], values: Sequence[tuple[str, float]]
) -> NDArray[np.float32]:
    """Return what is added to every style for some sliders together, float32 [W].

    Args:
        directions: Of the model.
        values: (name, value) of each slider; 0 changes nothing, 1 is one step.

    Raises:
        InputError: "sliders.name", naming the nearest one, or "sliders.value".
    """
    import numpy as np

    total = np.zeros(directions[0].step.shape, np.float64)
    for name, value in values:
        if not -MAX_VALUE <= value <= MAX_VALUE:
            raise InputError(
                "sliders.value",
                Message("The value {value} of {name} is too far away.", name=name, value=value),
                Message("Choose one from -{most} to {most}.", most=MAX_VALUE),
            )
        total += value * find_direction(directions, name).step.astype(np.float64)
    return total.astype(np.float32)


def find_direction(directions: Sequence[Direction], name: str) -> Direction:
    """Return the direction of a name, whatever its case.

    Raises:
        InputError: "sliders.name", naming the nearest one.
    """
    by_name = {one.name: one for one in directions}
    wanted = name.strip().casefold()
    if wanted in by_name:
        return by_name[wanted]
    near = get_close_matches(wanted, by_name, n=1, cutoff=_LIKENESS)
    raise InputError(
        "sliders.name",
        Message("This model has no slider '{name}'.", name=name),
        Message("Did you mean '{near}'? See them all: mezzotint sliders --list", near=near[0])
        if near
        else Message("See them all: mezzotint sliders --list"),
    )


def _of_words(words: Sequence[str], steps: NDArray[np.float32] | None) -> tuple[Direction, ...]:
    if steps is None:
        return ()
    return tuple(
        Direction(name=word, kind="word", step=step)
        for word, step in zip(words, steps, strict=False)
        if word not in ENGLISH_FILLERS and CHINESE_FILLERS.sub("", word)
    )


def _of_axes(tensors: Mapping[str, NDArray[np.float32]]) -> tuple[Direction, ...]:
    if "style/components" not in tensors or "style/deviations" not in tensors:
        return ()
    axes, deviations = tensors["style/components"], tensors["style/deviations"]
    return tuple(
        Direction(name=f"axis-{number}", kind="axis", step=deviation * axis)
        for number, (axis, deviation) in enumerate(
            zip(axes[:_NUM_UNNAMED], deviations, strict=False), start=1
        )
    )


# Deviation of the styles along v: sqrt(v^T C v), C = sum of deviation^2 * axis axis^T.
def _of_layers(tensors: Mapping[str, NDArray[np.float32]]) -> tuple[Direction, ...]:
    import numpy as np

    if "sefa/directions" not in tensors or "style/components" not in tensors:
        return ()
    found: list[Direction] = []
    for number, direction in enumerate(tensors["sefa/directions"][:_NUM_UNNAMED], start=1):
        along = (tensors["style/components"] @ direction) * tensors["style/deviations"]
        deviation = np.float32(np.sqrt((along.astype(np.float64) ** 2).sum()))
        found.append(Direction(name=f"layer-{number}", kind="layer", step=deviation * direction))
    return tuple(found)


def _read(content: bytes) -> tuple[list[str], dict[str, NDArray[np.float32]]]:
    """Return the words and the tensors of a reference file."""
    import numpy as np

    wanted = ("style/", "sefa/", "words/")
    tensors = {
        name: values.astype(np.float32)
        for name, values in read_tensors(content).items()
        if name.startswith(wanted) and np.isfinite(values).all()
    }
    return _words(read_tensor_notes(content)), tensors


def _words(notes: Mapping[str, str]) -> list[str]:
    # One note holds everything; the first models had one for the words alone.
    try:
        about: object = json.loads(notes.get("mezzotint") or notes.get("words") or "[]")
    except ValueError:
        return []
    words = cast("dict[str, object]", about).get("words") if isinstance(about, dict) else about
    return [str(word) for word in cast("list[object]", words)] if isinstance(words, list) else []
