"""Hostile ONNX files are refused by their bytes, wherever in the file the trick sits."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import AttributeProto, GraphProto, ModelProto, SparseTensorProto, TensorProto, helper

from mezzotint.bundles.onnx_check import check_onnx, check_signature
from mezzotint.domain.card import GraphSpec, TensorSpec
from mezzotint.domain.errors import BundleError
from toys.bundles import toy_card, toy_generator

if TYPE_CHECKING:
    from collections.abc import Callable


def external_tensor() -> TensorProto:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return tensor


def node_with(**attribute: object) -> ModelProto:
    model = toy_generator()
    model.graph.node[0].attribute.append(AttributeProto(name="trick", **attribute))  # pyright: ignore
    return model


def inside_branches(depth: int, innermost: GraphProto) -> ModelProto:
    graph = innermost
    for _ in range(depth):
        outer = GraphProto(name="branch")
        outer.node.add(op_type="If").attribute.add(name="then_branch", g=graph)
        graph = outer
    return node_with(g=graph)


def initializer() -> ModelProto:
    model = toy_generator()
    model.graph.initializer.append(external_tensor())
    return model


def sparse_initializer() -> ModelProto:
    model = toy_generator()
    model.graph.sparse_initializer.append(SparseTensorProto(indices=external_tensor()))
    return model


def location_without_data() -> ModelProto:
    model = toy_generator()
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    return model


def data_without_location() -> ModelProto:
    # ONNX Runtime reads addresses in its own memory from such entries.
    model = toy_generator()
    model.graph.initializer[0].external_data.add(key="location", value="*/_ORT_MEM_ADDR_/*")
    return model


EXTERNAL: list[Callable[[], ModelProto]] = [
    initializer,
    sparse_initializer,
    location_without_data,
    data_without_location,
    lambda: node_with(t=external_tensor()),
    lambda: node_with(tensors=[external_tensor()]),
    lambda: node_with(sparse_tensor=SparseTensorProto(values=external_tensor())),
    lambda: node_with(sparse_tensors=[SparseTensorProto(values=external_tensor())]),
    lambda: node_with(graphs=[GraphProto(initializer=[external_tensor()])]),
    lambda: inside_branches(1, GraphProto(initializer=[external_tensor()])),
    lambda: inside_branches(20, GraphProto(initializer=[external_tensor()])),
]


@pytest.mark.parametrize("build", EXTERNAL)
def test_data_outside_the_file_is_refused(build: Callable[[], ModelProto]) -> None:
    with pytest.raises(BundleError) as caught:
        check_onnx("generator.onnx", build().SerializeToString())
    assert caught.value.code == "bundle.external_data"
    assert "generator.onnx" in str(caught.value)


def custom_node() -> ModelProto:
    model = toy_generator()
    model.graph.node[0].domain = "com.evil"
    return model


def unused_custom_domain() -> ModelProto:
    model = toy_generator()
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


def function() -> ModelProto:
    model = toy_generator()
    model.functions.add(name="Relu", domain="")
    return model


def training_graph() -> ModelProto:
    model = toy_generator()
    model.training_info.add().algorithm.initializer.append(external_tensor())
    return model


def custom_node_in_branch() -> ModelProto:
    graph = GraphProto()
    graph.node.add(op_type="Run", domain="ai.onnx.ml")
    return inside_branches(3, graph)


@pytest.mark.parametrize(
    "build",
    [custom_node, unused_custom_domain, function, training_graph, custom_node_in_branch],
)
def test_operations_that_are_not_standard_are_refused(build: Callable[[], ModelProto]) -> None:
    with pytest.raises(BundleError) as caught:
        check_onnx("generator.onnx", build().SerializeToString())
    assert caught.value.code == "bundle.custom_ops"


def test_names_from_the_file_cannot_write_to_the_terminal() -> None:
    model = toy_generator()
    model.graph.node[0].domain = "\x1b[2J\n" + "x" * 10_000
    with pytest.raises(BundleError) as caught:
        check_onnx("generator.onnx", model.SerializeToString())
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 400


def nested_bytes(depth: int) -> bytes:
    """Write graph.node.attribute.g.node... by hand, deeper than any library would."""
    inner = b""
    for _ in range(depth):
        for tag in (b"\x32", b"\x2a", b"\x0a"):  # g = 6, attribute = 5, node = 1
            inner = tag + varint(len(inner)) + inner
    return b"\x3a" + varint(len(inner)) + inner  # graph = 7


def varint(number: int) -> bytes:
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def test_nesting_cannot_exhaust_the_stack() -> None:
    depth = 2 * sys.getrecursionlimit()
    with pytest.raises(BundleError) as caught:
        check_onnx("generator.onnx", nested_bytes(depth))
    assert caught.value.code == "bundle.onnx"


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"GIF89a", b"\x3a\x00", b"\x3a\xff\xff\xff\xff\x7f"]
)
def test_what_is_no_onnx_file_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError) as caught:
        check_onnx("generator.onnx", content)
    assert caught.value.code == "bundle.onnx"


@settings(deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(content: bytes) -> None:
    with suppress(BundleError):
        assert len(check_onnx("generator.onnx", content).graph.output) > 0


def test_the_standard_operations_pass_under_both_names() -> None:
    model = toy_generator()
    model.graph.node[0].domain = "ai.onnx"
    check_onnx("generator.onnx", model.SerializeToString())


def generator_spec(inputs: list[str], outputs: list[str]) -> GraphSpec:
    return GraphSpec(
        name="generator",
        file="generator.onnx",
        inputs=tuple(TensorSpec(name=name, dtype="float32", shape=(None,)) for name in inputs),
        outputs=tuple(TensorSpec(name=name, dtype="float32", shape=(None,)) for name in outputs),
        max_parity_error=0.0,
    )


def test_a_graph_must_be_called_what_the_card_says() -> None:
    model = check_onnx("generator.onnx", toy_generator().SerializeToString())
    check_signature("generator.onnx", model, toy_card().graphs[0])
    for spec in (
        generator_spec(["noise"], ["pixels"]),
        generator_spec(["noise", "class_weights", "mask"], ["pixels"]),
        generator_spec(["noise", "class_weights"], ["picture"]),
        generator_spec(["noise", "class_weights"], ["pixels", "mask"]),
    ):
        with pytest.raises(BundleError) as caught:
            check_signature("generator.onnx", model, spec)
        assert caught.value.code == "bundle.graph"


def test_constants_named_among_the_inputs_are_no_inputs() -> None:
    model = toy_generator()  # as files before ONNX IR 4 do
    model.graph.input.append(helper.make_tensor_value_info("a", TensorProto.FLOAT, None))
    read = check_onnx("generator.onnx", model.SerializeToString())
    check_signature("generator.onnx", read, toy_card().graphs[0])
