"""What a card must satisfy beyond the types of its fields; the same for writing and reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.bundles.names import TOKENIZER_FILE, check_file_names
from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezzotint.domain.card import Card, GraphName, GraphSpec

MAX_SIDE_PX = 16_384
MAX_NOISE_DIM = 65_536

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_card(card: Card) -> None:
    """Refuse a card whose fields contradict each other.

    Raises:
        BundleError: `bundle.card` naming the field; `bundle.path` or `bundle.duplicate` for a
            file name; `bundle.missing` for a graph whose file is not listed.
    """
    check_file_names(card.files)
    for field, is_right in _rules(card):
        if not is_right:
            raise damaged_card(
                Message("The card is damaged: the value of {field} cannot be right.", field=field)
            )
    for graph in card.graphs:
        if graph.file not in card.files:
            raise BundleError(
                "bundle.missing",
                Message(
                    "The graph {graph} should be in {file}, which is not among the bundle's files.",
                    graph=graph.name,
                    file=repr(graph.file),
                ),
                Message("Get the bundle again, or export it again."),
            )


def damaged_card(message: Message) -> BundleError:
    """Build the error for a card that cannot be used."""
    return BundleError("bundle.card", message, Message("Get the bundle again, or export it again."))


def _rules(card: Card) -> Iterator[tuple[str, bool]]:
    yield "height_px", 0 < card.height_px <= MAX_SIDE_PX
    yield "width_px", 0 < card.width_px <= MAX_SIDE_PX
    yield "noise_dim", 0 <= card.noise_dim <= MAX_NOISE_DIM
    yield "graphs", len({graph.name for graph in card.graphs}) == len(card.graphs)
    yield "classes", [one.index for one in card.classes] == list(range(len(card.classes)))
    for index, graph in enumerate(card.graphs):
        yield f"graphs.{index}.file", graph.file.endswith(".onnx")
        yield f"graphs.{index}.inputs", _are_distinct([spec.name for spec in graph.inputs])
        yield f"graphs.{index}.outputs", bool(graph.outputs)
        if graph.name in ("generator", "mapping"):
            yield f"graphs.{index}.inputs", _fits_sizes(card, graph)
        if graph.name == "generator":
            yield f"graphs.{index}.inputs", _fits_latents(graph)
        if graph.name == "text":
            yield f"graphs.{index}.inputs", _fits_tokens(graph)
            yield "files", TOKENIZER_FILE in card.files
    yield "graphs", _latents_agree(card)
    for name, pinned in card.files.items():
        yield f"files.{name}.size_bytes", pinned.size_bytes >= 0
        yield f"files.{name}.sha256", _SHA256.fullmatch(pinned.sha256) is not None


# The sizes that requests are made from must be those that the graph takes.
def _fits_sizes(card: Card, graph: GraphSpec) -> bool:
    sizes = {"noise": card.noise_dim, "class_weights": len(card.classes)}
    return all(spec.shape[1:] == (sizes[spec.name],) for spec in graph.inputs if spec.name in sizes)


# A generator with styles is one of latents: it takes all four, with channels that are fixed.
def _fits_latents(graph: GraphSpec) -> bool:
    ranks = {"styles": 3, "field": 4, "known": 4, "mask": 4}
    inputs = {spec.name: spec.shape for spec in graph.inputs}
    if "styles" not in inputs:
        return True
    if not inputs.keys() >= ranks.keys() or any(
        len(inputs[name]) != rank or inputs[name][1] is None for name, rank in ranks.items()
    ):
        return False
    return inputs["styles"][2] is not None and len(graph.outputs[0].shape) == 4


# One row of so many tokens a text: the tokenizer pads and cuts to that.
def _fits_tokens(graph: GraphSpec) -> bool:
    shapes = [spec.shape for spec in graph.inputs]
    return len(shapes) == 1 and len(shapes[0]) == 2 and shapes[0][1] is not None


# What one graph gives another one takes: as many channels, as long embeddings, as long styles.
def _latents_agree(card: Card) -> bool:
    latents = [
        *_widths(card, "encoder", "latents"),
        *_widths(card, "decoder", "latents"),
        *_widths(card, "generator", "known"),
    ]
    embeddings = [
        *_widths(card, "text", "embedding"),
        *_widths(card, "image", "embedding"),
        *_widths(card, "mapping", "embedding"),
    ]
    styles = [*_widths(card, "mapping", "style"), *_widths(card, "generator", "styles", axis=2)]
    return all(
        len(set(widths)) <= 1 and None not in widths for widths in (latents, embeddings, styles)
    )


def _widths(card: Card, name: GraphName, tensor: str, *, axis: int = 1) -> list[int | None]:
    graph = card.graph(name)
    tensors = () if graph is None else (*graph.inputs, *graph.outputs)
    return [
        spec.shape[axis] if len(spec.shape) > axis else None
        for spec in tensors
        if spec.name == tensor
    ]


def _are_distinct(names: list[str]) -> bool:
    return bool(names) and len(set(names)) == len(names)
