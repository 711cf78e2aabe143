"""Look through an ONNX file before anything runs it: data inside the file, standard operations.

What may come from strangers is checked here by its bytes alone; ONNX Runtime sees only what passed.
A graph that passes can still be slow or large; it cannot read files or load code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezzotint.bundles.onnx_messages import Attribute, Graph, Model, SparseTensor, Tensor
    from mezzotint.domain.card import GraphSpec

# The standard operations, under both of their names. ai.onnx.ml (trees, scalers) is not needed.
STANDARD_DOMAINS = frozenset({b"", b"ai.onnx"})


def check_onnx(name: str, content: bytes) -> Model:
    """Refuse an ONNX file with data elsewhere, functions or operations that are not standard.

    Args:
        name: File name, for the message.
        content: The whole file.

    Returns:
        The parsed file.

    Raises:
        BundleError: `bundle.onnx`, `bundle.external_data` or `bundle.custom_ops`.
    """
    from google.protobuf.message import DecodeError

    from mezzotint.bundles.onnx_messages import parse_model

    try:
        model = parse_model(content)
    except DecodeError as error:
        raise _damaged(name) from error
    if not model.graph.output:
        raise _damaged(name)
    _check_operations(name, model)
    for graph in _graphs(model):
        for tensor in _tensors(graph):
            if tensor.data_location != 0 or len(tensor.external_data) > 0:
                raise BundleError(
                    "bundle.external_data",
                    Message(
                        "{file} keeps its weights in another file ({tensor}); that is not allowed.",
                        file=name,
                        tensor=_word(tensor.name),
                    ),
                    Message("Export the graph with its weights inside."),
                )
    return model


def check_signature(name: str, model: Model, spec: GraphSpec) -> None:
    """Refuse a graph whose inputs or outputs are not called what the card says.

    Raises:
        BundleError: `bundle.graph`.
    """
    # Files before ONNX IR 4 name their constants among the inputs.
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = {value.name for value in model.graph.input} - constants
    outputs = [value.name for value in model.graph.output]
    named_inputs = {one.name.encode() for one in spec.inputs}
    if inputs != named_inputs or outputs != [one.name.encode() for one in spec.outputs]:
        raise BundleError(
            "bundle.graph",
            Message(
                "{file} takes {found} and the card says {named}.",
                file=name,
                found=", ".join(sorted(_word(one) for one in inputs)),
                named=", ".join(sorted(one.name for one in spec.inputs)),
            )
            if inputs != named_inputs
            else Message(
                "{file} gives {found} and the card says {named}.",
                file=name,
                found=", ".join(_word(one) for one in outputs),
                named=", ".join(one.name for one in spec.outputs),
            ),
            Message("Get the bundle again, or export it again."),
        )


def _check_operations(name: str, model: Model) -> None:
    found = {opset.domain for opset in model.opset_import} - STANDARD_DOMAINS
    found |= {
        node.domain + b"." + node.op_type
        for graph in _graphs(model)
        for node in graph.node
        if node.domain not in STANDARD_DOMAINS
    }
    if model.functions or model.training_info:
        found.add(b"functions")
    if found:
        raise BundleError(
            "bundle.custom_ops",
            Message(
                "{file} uses operations that are not standard ONNX: {names}.",
                file=name,
                names=", ".join(sorted(_word(one) for one in found)[:5]),
            ),
            Message("Export the graph with standard operations only."),
        )


# Every graph of the file, also those inside If, Loop and Scan. A list, not recursion, so that
# no nesting can exhaust the stack.
def _graphs(model: Model) -> Iterator[Graph]:
    waiting = [model.graph]
    while waiting:
        graph = waiting.pop()
        yield graph
        for node in graph.node:
            for attribute in node.attribute:
                waiting.extend(attribute.graphs)
                if attribute.HasField("g"):
                    waiting.append(attribute.g)


def _tensors(graph: Graph) -> Iterator[Tensor]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from _parts(sparse)
    for node in graph.node:
        for attribute in node.attribute:
            yield from _attribute_tensors(attribute)


def _attribute_tensors(attribute: Attribute) -> Iterator[Tensor]:
    yield attribute.t
    yield from attribute.tensors
    for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
        yield from _parts(sparse)


def _parts(sparse: SparseTensor) -> Iterator[Tensor]:
    yield sparse.values
    yield sparse.indices


def _damaged(name: str) -> BundleError:
    return BundleError(
        "bundle.onnx",
        Message("{file} is not a readable ONNX graph.", file=name),
        Message("Get the bundle again, or export it again."),
    )


def _word(text: bytes) -> str:
    # Names from a file that is not trusted, made fit for a terminal.
    return ascii(text[:60].decode("utf-8", "replace"))[1:-1] or "standard"
