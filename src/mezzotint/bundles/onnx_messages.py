"""The part of the ONNX format that the safety check reads, as protobuf messages built in code.

Field numbers are those of onnx/onnx.proto (ONNX 1.19); everything else in a file is skipped. The
`onnx` package itself is not part of the light install. Text is read as bytes, because hostile
files need not hold valid UTF-8; messages of which only the presence matters are read as bytes too.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.protobuf.descriptor_pb2 import FieldDescriptorProto
    from google.protobuf.message import Message

_PACKAGE = "mezzotint.onnx"
# message -> (field, number, type); "*" repeats it.
_LAYOUT = {
    "Model": (
        ("graph", 7, "Graph"),
        ("opset_import", 8, "*Opset"),
        ("training_info", 20, "*bytes"),
        ("functions", 25, "*bytes"),
    ),
    "Opset": (("domain", 1, "bytes"),),
    "Graph": (
        ("node", 1, "*Node"),
        ("initializer", 5, "*Tensor"),
        ("input", 11, "*Value"),
        ("output", 12, "*Value"),
        ("sparse_initializer", 15, "*SparseTensor"),
    ),
    "Value": (("name", 1, "bytes"),),
    "Node": (("op_type", 4, "bytes"), ("attribute", 5, "*Attribute"), ("domain", 7, "bytes")),
    "Attribute": (
        ("t", 5, "Tensor"),
        ("g", 6, "Graph"),
        ("tensors", 10, "*Tensor"),
        ("graphs", 11, "*Graph"),
        ("sparse_tensor", 22, "SparseTensor"),
        ("sparse_tensors", 23, "*SparseTensor"),
    ),
    "Tensor": (
        ("name", 8, "bytes"),
        ("external_data", 13, "*bytes"),
        ("data_location", 14, "int32"),
    ),
    "SparseTensor": (("values", 1, "Tensor"), ("indices", 2, "Tensor")),
}


class Named(Protocol):
    """A value that has a name: an input or an output."""

    name: bytes


class Opset(Protocol):
    """One operator set that a model asks for."""

    domain: bytes


class Tensor(Protocol):
    """A constant."""

    name: bytes
    external_data: Sequence[bytes]
    data_location: int  # 0: in this file, 1: in another one


class SparseTensor(Protocol):
    """A constant given by its non-zero values."""

    values: Tensor
    indices: Tensor


class Attribute(Protocol):
    """A setting of a node; it may hold constants and whole graphs."""

    t: Tensor
    g: Graph
    tensors: Sequence[Tensor]
    graphs: Sequence[Graph]
    sparse_tensor: SparseTensor
    sparse_tensors: Sequence[SparseTensor]

    def HasField(self, name: str) -> bool:  # noqa: N802 - protobuf's name
        """Tell whether a field that does not repeat is there."""
        ...


class Node(Protocol):
    """One operation."""

    op_type: bytes
    domain: bytes
    attribute: Sequence[Attribute]


class Graph(Protocol):
    """Operations with their constants, inputs and outputs."""

    node: Sequence[Node]
    initializer: Sequence[Tensor]
    sparse_initializer: Sequence[SparseTensor]
    input: Sequence[Named]
    output: Sequence[Named]


class Model(Protocol):
    """A whole ONNX file."""

    graph: Graph
    opset_import: Sequence[Opset]
    training_info: Sequence[bytes]
    functions: Sequence[bytes]


def parse_model(content: bytes) -> Model:
    """Parse an ONNX file; nesting beyond protobuf's own limit of 100 messages is refused.

    Raises:
        google.protobuf.message.DecodeError: The bytes are not an ONNX file.
    """
    return cast("Model", cast("object", _model_type().FromString(content)))


@functools.cache
def _model_type() -> type[Message]:
    from google.protobuf.descriptor_pb2 import FileDescriptorProto
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message_factory import GetMessageClass

    file = FileDescriptorProto(name="mezzotint/onnx.proto", package=_PACKAGE)
    for message_name, fields in _LAYOUT.items():
        message = file.message_type.add(name=message_name)
        for field_name, number, kind in fields:
            _describe(message.field.add(name=field_name, number=number), kind)
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))


def _describe(field: FieldDescriptorProto, kind: str) -> None:
    single = kind.removeprefix("*")
    field.label = field.LABEL_OPTIONAL if single == kind else field.LABEL_REPEATED
    if single == "bytes":
        field.type = field.TYPE_BYTES
    elif single == "int32":
        field.type = field.TYPE_INT32
    else:
        field.type = field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{single}"
