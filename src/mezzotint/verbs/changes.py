"""What was done to an imagined picture since: turned, moved along directions, restyled.

A picture that Mezzotint imagined is numbers before it is pixels. Some verbs change these numbers
alone, so that a recipe can hold the whole chain and no parent file is needed to go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.embeddings import read_embedding, write_embedding
from mezzotint.verbs.reference_pictures import ReferencePicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Variation:
    """Say how one picture was varied.

    Attributes:
        strength: 0 (the picture itself) to 1 (all its chance drawn anew).
        seed: 0 to 4294967295, of what is new.
        picture_index: Which picture of that seed.
    """

    strength: float
    seed: int
    picture_index: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Restyling:
    """Say which manner a picture took.

    Attributes:
        embedding: float32 [D], of the manner.
        strength: 0 (the picture itself) to 1 (the whole manner).
        seed: 0 to 4294967295, of what the manner leaves open.
        picture_index: Which picture of that seed.
        words: The prompt of the manner, for people; "" = it is that of a picture.
    """

    embedding: NDArray[np.float32]
    strength: float
    seed: int
    picture_index: int = 0
    words: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sliding:
    """Say how far a picture was moved along directions of its model.

    Attributes:
        offset: float32 [W], all of them together, added to every style.
        values: (name, value) of each, for people.
    """

    offset: NDArray[np.float32]
    values: tuple[tuple[str, float], ...] = ()


Change = Variation | Restyling | Sliding


@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """Say how a picture was made: an imagined picture, and what was done to it since.

    Attributes:
        prompt: Its prompt.
        seed: 0 to 4294967295, of the imagined picture.
        picture_index: Which picture of the seed.
        references: The pictures that the prompt refers to, in the order of `reference_addresses`.
        changes: Oldest first.
    """

    prompt: Prompt
    seed: int
    picture_index: int = 0
    references: Sequence[ReferencePicture] = ()
    changes: tuple[Change, ...] = ()


def change_parameters(changes: Sequence[Change]) -> dict[str, Scalar]:
    """Write a chain of changes as flat parameters of a recipe.

    Example:
        >>> change_parameters([Variation(strength=0.2, seed=7)])
        {'vary.1.strength': 0.2, 'vary.1.seed': 7, 'vary.1.index': 0}
    """
    parameters: dict[str, Scalar] = {}
    for number, change in enumerate(changes, start=1):
        if isinstance(change, Variation):
            written: dict[str, Scalar] = {
                "vary.strength": change.strength,
                "vary.seed": change.seed,
                "vary.index": change.picture_index,
            }
        elif isinstance(change, Restyling):
            written = {
                "restyle.strength": change.strength,
                "restyle.seed": change.seed,
                "restyle.index": change.picture_index,
                "restyle.embedding": write_embedding(change.embedding),
                "restyle.words": change.words,
            }
        else:
            written = {"slide.offset": write_embedding(change.offset)}
            written |= value_parameters("slide", change.values)
        for name, value in written.items():
            kind, _, rest = name.partition(".")
            parameters[f"{kind}.{number}.{rest}"] = value
    return parameters


def read_changes(parameters: Mapping[str, Scalar]) -> tuple[Change, ...]:
    """Read the chain back from the parameters of a recipe; empty for a picture never changed.

    Raises:
        InputError: `record.damaged`.

    Example:
        >>> chain = (Variation(strength=0.2, seed=7, picture_index=3),)
        >>> read_changes(change_parameters(chain)) == chain
        True
    """
    found: list[Change] = []
    while True:
        number = len(found) + 1
        change = (
            _read_variation(parameters, f"vary.{number}")
            or _read_restyling(parameters, f"restyle.{number}")
            or _read_sliding(parameters, f"slide.{number}")
        )
        if change is None:
            return tuple(found)
        found.append(change)


def _read_variation(parameters: Mapping[str, Scalar], prefix: str) -> Variation | None:
    strength, seed, index = (
        parameters.get(f"{prefix}.{name}") for name in ("strength", "seed", "index")
    )
    if isinstance(strength, int | float) and isinstance(seed, int) and isinstance(index, int):
        return Variation(strength=float(strength), seed=seed, picture_index=index)
    return None


def _read_restyling(parameters: Mapping[str, Scalar], prefix: str) -> Restyling | None:
    drawn = _read_variation(parameters, prefix)  # strength, seed and index have the same names
    text, words = parameters.get(f"{prefix}.embedding"), parameters.get(f"{prefix}.words")
    if drawn is None or not isinstance(text, str) or not isinstance(words, str):
        return None
    return Restyling(
        embedding=read_embedding(text),
        strength=drawn.strength,
        seed=drawn.seed,
        picture_index=drawn.picture_index,
        words=words,
    )


def _read_sliding(parameters: Mapping[str, Scalar], prefix: str) -> Sliding | None:
    text = parameters.get(f"{prefix}.offset")
    if not isinstance(text, str):
        return None
    return Sliding(offset=read_embedding(text), values=read_values(parameters, prefix))


def value_parameters(prefix: str, values: Sequence[tuple[str, float]]) -> dict[str, Scalar]:
    """Write how far along each direction, for `read_values`.

    Example:
        >>> value_parameters("set", [("red", 1.5)])
        {'set.1.name': 'red', 'set.1.value': 1.5}
    """
    written: dict[str, Scalar] = {}
    for place, (name, value) in enumerate(values, start=1):
        written |= {f"{prefix}.{place}.name": name, f"{prefix}.{place}.value": value}
    return written


def read_values(parameters: Mapping[str, Scalar], prefix: str) -> tuple[tuple[str, float], ...]:
    """Read what `value_parameters` wrote; () if there is nothing."""
    values: list[tuple[str, float]] = []
    while True:
        place = f"{prefix}.{len(values) + 1}"
        name, value = parameters.get(f"{place}.name"), parameters.get(f"{place}.value")
        if not (isinstance(name, str) and isinstance(value, int | float)):
            return tuple(values)
        values.append((name, float(value)))
