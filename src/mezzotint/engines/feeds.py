"""What a graph is fed for one picture, checked against the card before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.engines.latent_layout import COARSE_STRIDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import GraphSpec, TensorSpec
    from mezzotint.engines.protocol import GeneratorInput

    Values: TypeAlias = NDArray[np.float32 | np.int64]
    Feed: TypeAlias = Mapping[str, Values]  # input name -> float32 or int64 [1, ...]


def make_feed(one: GeneratorInput, graph: GraphSpec, *, index: int) -> Feed:
    """Turn the input of one picture into what the generator is fed: a batch of one.

    Args:
        one: What the generator needs.
        graph: The generator, as the card describes it.
        index: Position of the picture, for messages.

    Raises:
        InputError: `engine.input`: something lacks, is too much or has another shape or dtype.
        UnsupportedError: `engine.new_input`: the graph wants what this version cannot give.
    """
    given = {
        "noise": one.noise,
        "class_weights": one.class_weights,
        "styles": one.styles,
        "field": one.field,
        "known": one.known,
        "mask": one.mask,
        "wrap": one.wrap,
    }
    feed = feed_of(given, graph, index=index)
    if one.field is not None and one.known is not None and one.mask is not None:
        _check_sizes(one.known, one.mask, one.field, index)
    return feed


def feed_of(given: Mapping[str, Values | None], graph: GraphSpec, *, index: int) -> Feed:
    """Turn named arrays without a batch dimension into what a graph is fed; errors as above."""
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


def _check_sizes(known: NDArray[Any], mask: NDArray[Any], field: NDArray[Any], index: int) -> None:
    height, width = known.shape[1:]
    field_height, field_width = field.shape[1:]
    if mask.shape[1:] != (height, width) or (height, width) != (
        COARSE_STRIDE * field_height,
        COARSE_STRIDE * field_width,
    ):
        raise _wrong(
            Message(
                "Picture {index}: known {known}, mask {mask} and field {field} do not fit "
                "together; the field has a quarter of the rows and columns of the other two.",
                index=index,
                known=str(list(known.shape)),
                mask=str(list(mask.shape)),
                field=str(list(field.shape)),
            )
        )


def _row(values: Values | None, spec: TensorSpec, index: int) -> Values:
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
