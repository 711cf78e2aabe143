"""From prompt to class weights: what a class-conditional model understands of a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.card import ClassSpec
from mezzotint.domain.message import Message
from mezzotint.domain.streams import Purpose, picture_stream
from mezzotint.verbs.class_words import find_classes, nearest_word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.prompt.structure import Prompt

# `--no x` is `x::-0.5` (Midjourney's rule): half a step from x toward the mean of all classes.
NEGATIVE_WEIGHT = 0.5


@dataclass(frozen=True, kw_only=True)
class ClassCondition:
    """Hold what a prompt asks of a class-conditional model.

    Attributes:
        weights: (class index, weight) of the classes asked for, summing to 1; empty means any.
        excluded: Classes named by `--no`.
        warnings: What was not understood.
    """

    weights: tuple[tuple[int, float], ...]
    excluded: tuple[int, ...]
    warnings: tuple[Message, ...]


def read_condition(prompt: Prompt, classes: Sequence[ClassSpec]) -> ClassCondition:
    """Read the classes and their weights from a prompt's segments and its `--no` list."""
    weights: dict[int, float] = {}
    unknown: list[str] = []
    for segment in prompt.segments:
        named = find_classes(segment.text, classes)
        unknown.extend(named.unknown)
        for index in named.indices:
            share = segment.weight / len(named.indices)
            weights[index] = weights.get(index, 0.0) + share
    excluded: list[int] = []
    for item in prompt.no:
        named = find_classes(item, classes)
        unknown.extend(named.unknown)
        excluded.extend(index for index in named.indices if index not in excluded)
    total = sum(weights.values())
    if total > 0:
        shares = tuple((index, weight / total) for index, weight in weights.items())
    else:
        shares = ()
    return ClassCondition(
        weights=shares,
        excluded=tuple(excluded),
        warnings=_warnings(dict.fromkeys(unknown), shares, classes),
    )


def class_weights(
    condition: ClassCondition,
    classes: Sequence[ClassSpec],
    *,
    seed: int,
    picture_index: int,
    spread: bool,
) -> NDArray[np.float32]:
    """Return the class weights of one picture, float32 [K].

    A prompt that names no class gets one drawn for each picture, as often as it was in the training
    data and never one that `--no` excludes; with `spread` (high `--chaos`) no class comes twice
    before every class came once.
    """
    import numpy as np

    weights = np.zeros(len(classes), dtype=np.float32)
    if condition.weights:
        for index, weight in condition.weights:
            weights[index] = weight
        for index in condition.excluded:
            # Away from x, toward the mean of all classes: the sum of the weights stays 1.
            weights += NEGATIVE_WEIGHT / len(classes)
            weights[index] -= NEGATIVE_WEIGHT
        return weights
    weights[_draw_class(condition, classes, seed, picture_index, spread)] = 1.0
    return weights


def _draw_class(
    condition: ClassCondition,
    classes: Sequence[ClassSpec],
    seed: int,
    picture_index: int,
    spread: bool,
) -> int:
    import numpy as np

    allowed = [spec for spec in classes if spec.index not in condition.excluded] or list(classes)
    if spread:
        stream = picture_stream(seed, picture_index // len(allowed), Purpose.CLASS_CHOICE)
        return allowed[int(stream.permutation(len(allowed))[picture_index % len(allowed)])].index
    counts = np.array([max(spec.num_images, 1) for spec in allowed], dtype=np.float64)
    stream = picture_stream(seed, picture_index, Purpose.CLASS_CHOICE)
    return allowed[int(stream.choice(len(allowed), p=counts / counts.sum()))].index


def _warnings(
    unknown: dict[str, None], shares: tuple[tuple[int, float], ...], classes: Sequence[ClassSpec]
) -> tuple[Message, ...]:
    known = ", ".join(_display_name(spec) for spec in classes)
    warnings: list[Message] = []
    for word in unknown:
        nearest = nearest_word(word, classes)
        if nearest is None:
            warnings.append(Message("This model does not know '{word}'.", word=word))
        else:
            warnings.append(
                Message(
                    "This model does not know '{word}'. Did you mean '{nearest}'?",
                    word=word,
                    nearest=nearest,
                )
            )
    if unknown:
        warnings.append(Message("It knows: {known}.", known=known))
    if unknown and not shares:
        warnings.append(
            Message("The prompt names nothing it knows, so each picture shows a class by chance.")
        )
    return tuple(warnings)


def _display_name(spec: ClassSpec) -> str:
    """Return the English name with the first Chinese word behind it: 'ankle boot (短靴)'."""
    chinese = next((word for word in spec.words if not word.isascii()), None)
    return f"{spec.name} ({chinese})" if chinese and chinese != spec.name else spec.name
