"""From a torch module to an ONNX graph with a dynamic batch, checked against the module."""

from __future__ import annotations

import copy
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
from torch.nn.functional import one_hot

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
class GraphPlan:
    """Say what a graph of a bundle is made from.

    Attributes:
        name: As the card calls it.
        module: In evaluation mode, on the CPU, in float32; takes the inputs in order.
        inputs: What it takes.
        output: Name of what it gives: "pixels", "latent".
    """

    name: GraphName
    module: nn.Module
    inputs: tuple[Port, ...]
    output: str


def normal_port(name: str, width: int) -> Port:
    """Return an input [N, width] whose examples are standard normal."""
    random = torch.Generator().manual_seed(0)
    return Port(name=name, example=lambda rows: torch.randn(rows, width, generator=random))


def class_port(num_classes: int) -> Port:
    """Return the input "class_weights" [N, num_classes], examples one-hot in turn."""
    return Port(
        name="class_weights",
        example=lambda rows: one_hot(torch.arange(rows) % num_classes, num_classes).float(),
    )


def pixels_port(channels: int, height_px: int, width_px: int) -> Port:
    """Return the input "pixels" [N, C, H, W], examples uniform in [-1, 1]."""
    random = torch.Generator().manual_seed(0)
    shape = (channels, height_px, width_px)
    return Port(
        name="pixels", example=lambda rows: 2 * torch.rand(rows, *shape, generator=random) - 1
    )


def for_export(network: nn.Module) -> nn.Module:
    """Return a copy on the CPU, in float32, in evaluation mode."""
    return copy.deepcopy(network).cpu().float().eval()


@dataclass(frozen=True, kw_only=True)
class ExportedGraph:
    """Hold one ONNX file and what the card says about it."""

    spec: GraphSpec
    content: bytes


def export_graph(plan: GraphPlan, *, evaluate: Evaluate | None = None) -> ExportedGraph:
    """Export a module whose first dimension is the batch, and compare it at several batch sizes.

    Args:
        plan: The module, its inputs and its one output.
        evaluate: (ONNX file, inputs) -> outputs; None = ONNX Runtime where it is installed, else
            ONNX's own reference evaluator.

    Raises:
        FailedError: Graph and module differ by more than 1e-4.
    """
    module, inputs, output = plan.module, plan.inputs, plan.output
    content = _to_onnx(module, inputs, output)
    error = _parity_error(module, inputs, content, evaluate or default_evaluate())
    if not error < MAX_PARITY_ERROR:
        raise FailedError(
            "export.parity",
            Message(
                "The exported graph '{graph}' differs from the trained net by {error}.",
                graph=plan.name,
                error=f"{error:.1e}",
            ),
            Message("Nothing was written. Please report this with your recipe and versions."),
        )
    example = [port.example(2) for port in inputs]
    with torch.no_grad():
        shape = module(*example).shape
    spec = GraphSpec(
        name=plan.name,
        file=f"{plan.name}.onnx",
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
    errors: list[float] = []
    for batch_size in PARITY_BATCHES:
        tensors = [port.example(batch_size) for port in inputs]
        with torch.no_grad():
            expected = module(*tensors).numpy()
        feeds = {port.name: t.numpy() for port, t in zip(inputs, tensors, strict=True)}
        (found,) = evaluate(content, feeds)
        errors.append(float(np.abs(found - expected).max()))
    return float(np.max(errors))  # unlike max(), it does not lose a NaN


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
