"""From a torch module to an ONNX graph with a dynamic batch, checked against the module."""

from __future__ import annotations

import importlib
import importlib.util
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mezzotint.domain.card import GraphName, GraphSpec, TensorSpec
from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

MAX_PARITY_ERROR = 1e-4
PARITY_BATCHES = (1, 2, 7, 32)

Inputs = Mapping[str, NDArray[np.generic]]
Evaluate = Callable[[bytes, Inputs], Sequence[NDArray[np.generic]]]


@dataclass(frozen=True, kw_only=True)
class Port:
    """Describe one input of a graph and how to make examples of it.

    Attributes:
        name: As the card calls it: "noise", "class_weights", "pixels".
        example: Batch size -> a tensor to export and compare with.
    """

    name: str
    example: Callable[[int], Tensor]


@dataclass(frozen=True, kw_only=True)
class ExportedGraph:
    """Hold one ONNX file and what the card says about it."""

    spec: GraphSpec
    content: bytes


def export_graph(
    name: GraphName,
    module: nn.Module,
    inputs: Sequence[Port],
    output: str,
    *,
    evaluate: Evaluate | None = None,
) -> ExportedGraph:
    """Export a module whose first dimension is the batch, and compare it at several batch sizes.

    Args:
        name: Which graph of the bundle it is.
        module: In evaluation mode, on the CPU, with one tensor as output.
        inputs: In the order of the module's arguments.
        output: Name of the output, such as "pixels".
        evaluate: (ONNX file, inputs) -> outputs; None = ONNX Runtime where it is installed, else
            ONNX's own reference evaluator.

    Raises:
        FailedError: Graph and module differ by more than 1e-4.
    """
    content = _to_onnx(module, inputs, output)
    error = _parity_error(module, inputs, content, evaluate or default_evaluate())
    if not error < MAX_PARITY_ERROR:
        raise FailedError(
            "export.parity",
            Message(
                "The exported graph '{graph}' differs from the trained net by {error}.",
                graph=name,
                error=f"{error:.1e}",
            ),
            Message("Nothing was written. Please report this with your recipe and versions."),
        )
    example = [port.example(2) for port in inputs]
    with torch.no_grad():
        shape = module(*example).shape
    spec = GraphSpec(
        name=name,
        file=f"{name}.onnx",
        inputs=tuple(
            _tensor_spec(port.name, tensor.shape)
            for port, tensor in zip(inputs, example, strict=True)
        ),
        outputs=(_tensor_spec(output, shape),),
        max_parity_error=error,
    )
    return ExportedGraph(spec=spec, content=content)


def _tensor_spec(name: str, shape: torch.Size) -> TensorSpec:
    return TensorSpec(name=name, dtype="float32", shape=(None, *shape[1:]))


def _to_onnx(module: nn.Module, inputs: Sequence[Port], output: str) -> bytes:
    batch = torch.export.Dim("batch", min=1, max=65536)
    with _quiet_exporter():
        program = torch.onnx.export(
            module,
            tuple(port.example(3) for port in inputs),
            input_names=[port.name for port in inputs],
            output_names=[output],
            dynamic_shapes=tuple({0: batch} for _ in inputs),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    buffer = io.BytesIO()
    program.save(buffer)
    return buffer.getvalue()


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Hush what torch's exporter says about its own internals and about absent torchvision."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _parity_error(
    module: nn.Module, inputs: Sequence[Port], content: bytes, evaluate: Evaluate
) -> float:
    """Return the largest difference between module and graph over several batch sizes."""
    worst = 0.0
    for batch_size in PARITY_BATCHES:
        tensors = [port.example(batch_size) for port in inputs]
        with torch.no_grad():
            expected = module(*tensors).numpy()
        feeds = {port.name: t.numpy() for port, t in zip(inputs, tensors, strict=True)}
        (found,) = evaluate(content, feeds)
        worst = max(worst, float(np.abs(found - expected).max()))
    return worst


def default_evaluate() -> Evaluate:
    """Return the best evaluator that is installed."""
    # By name, not by import: the training path must not depend on ONNX Runtime, and uses it where
    # it is there because it is what the bundle will run on.
    if importlib.util.find_spec("onnxruntime") is None:
        return reference_evaluate
    runtime = importlib.import_module("onnxruntime")

    def evaluate(content: bytes, inputs: Inputs) -> Sequence[NDArray[np.generic]]:
        session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
        return session.run(None, dict(inputs))

    return evaluate


def reference_evaluate(content: bytes, inputs: Inputs) -> Sequence[NDArray[np.generic]]:
    """Run a graph with ONNX's reference evaluator: slow, and right by definition."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(onnx.load_from_string(content)).run(None, dict(inputs))
