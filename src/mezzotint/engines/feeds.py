"""What a graph is fed for one picture, checked against the card before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import GraphSpec, TensorSpec
    from mezzotint.engines.protocol import GeneratorInput

    Feed: TypeAlias = Mapping[str, NDArray[np.float32]]  # input name -> float32 [1, ...]


def make_feed(one: GeneratorInput, graph: GraphSpec, *, index: int) -> Feed:
    """Turn the input of one picture into what the graph is fed: a batch of one.

    Args:
        one: What the generator needs.
        graph: The generator, as the card describes it.
        index: Position of the picture, for messages.

    Raises:
        InputError: `engine.input`: something lacks, is too much or has another shape or dtype.
        UnsupportedError: `engine.new_input`: the graph wants what this version cannot give.
    """
    given = {"noise": one.noise, "class_weights": one.class_weights}
    wanted = {spec.name: spec for spec in graph.inputs}
    for name in wanted.keys() - given.keys():
        raise UnsupportedError(
            "engine.new_input",
            Message("The model needs {name}, which this engine cannot give it.", name=name),
            Message("Update Mezzotint: pip install --upgrade mezzotint"),
        )
    for name in given.keys() - wanted.keys():
        if given[name] is not None:
            raise _wrong(
                Message("Picture {index}: the model takes no {name}.", index=index, name=name)
            )
    return {name: _row(given[name], spec, index) for name, spec in wanted.items()}


def _row(values: NDArray[np.float32] | None, spec: TensorSpec, index: int) -> NDArray[np.float32]:
    if values is None:
        raise _wrong(
            Message("Picture {index}: the model needs {name}.", index=index, name=spec.name)
        )
    if values.dtype != spec.dtype or not _fits(values.shape, spec.shape[1:]):
        raise _wrong(
            Message(
                "Picture {index}: {name} is {found_dtype} {found}, not {dtype} {shape}.",
                index=index,
                name=spec.name,
                found_dtype=str(values.dtype),
                found=str(list(values.shape)),
                dtype=spec.dtype,
                shape=str(list(spec.shape[1:])),
            )
        )
    return values[None]


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return shape == wanted or (
        len(shape) == len(wanted)
        and all(want in (None, have) for have, want in zip(shape, wanted, strict=True))
    )


def _wrong(message: Message) -> InputError:
    return InputError("engine.input", message)
