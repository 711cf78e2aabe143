"""From a torch module to an ONNX graph with a dynamic batch, checked against the module."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import io
import logging
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import one_hot

from mezzotint.bundles.graph_notes import EXACT_BATCH
from mezzotint.domain.card import GraphName, GraphSpec, TensorSpec
from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

MAX_PARITY_ERROR = 1e-4
PARITY_BATCHES = (1, 2, 7, 32)
RESULT = "mezzotint.result"  # what the exporter calls the output, a name no operation has
MIN_SHORT_SIZE = 256  # numbers; below, a Cast costs more than it saves

Inputs = Mapping[str, NDArray[np.generic]]
Evaluate = Callable[[bytes, Inputs], Sequence[NDArray[np.generic]]]


@dataclass(frozen=True, kw_only=True)
class Port:
    """Describe one input of a graph and how to make examples of it.

    Attributes:
        name: As the card calls it: "noise", "class_weights", "pixels".
        example: Batch size -> a tensor to export and compare with.
        free: Axis -> name of a size that is left open, and what the axis is a multiple of: axes
            of one name change together. The first axis, the batch, always is.
    """

    name: str
    example: Callable[[int], Tensor]
    free: Mapping[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])


@dataclass(frozen=True, kw_only=True)
class GraphPlan:
    """Say what a graph of a bundle is made from.

    Attributes:
        name: As the card calls it.
        module: In evaluation mode, on the CPU, in float32; takes the inputs in order.
        inputs: What it takes.
        output: Name of what it gives: "pixels", "latent".
        other_sizes: The inputs at other sizes, which the graph is compared at, too.
        in_16_bits: Whether weights that 16 bits can say are stored so; computing stays in 32.
        written: What the graph is made from in the module's place: the same function, computed in
            the order that is fastest at inference. The graph is still compared with the module.
        exact_batch: Batch size at which each row shall come out the same to the bit whatever the
            others hold; where the evaluator confirms it, the graph is noted to be run so.
    """

    name: GraphName
    module: nn.Module
    inputs: tuple[Port, ...]
    output: str
    other_sizes: tuple[tuple[Port, ...], ...] = ()
    in_16_bits: bool = False
    written: nn.Module | None = None
    exact_batch: int = 1


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
    content = _to_onnx(plan.written or module, inputs, output)
    if plan.in_16_bits:
        content = store_in_16_bits(content)
    evaluate = evaluate or default_evaluate()
    if plan.exact_batch > 1 and _has_exact_rows(inputs, content, evaluate, plan.exact_batch):
        content = _note_exact_batch(content, plan.exact_batch)
    errors = [_parity_error(module, inputs, content, evaluate, PARITY_BATCHES)]
    errors += [_parity_error(module, ports, content, evaluate, (2,)) for ports in plan.other_sizes]
    error = float(np.max(errors))  # unlike max(), it does not lose a NaN
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
        result = module(*example)
        others = [module(*(port.example(2) for port in ports)) for ports in plan.other_sizes]
    # What changes with the sizes of the inputs is left open; so is the batch.
    free = {0} | {
        axis
        for axis in range(result.ndim)
        if any(other.shape[axis] != result.shape[axis] for other in others)
    }
    spec = GraphSpec(
        name=plan.name,
        file=f"{plan.name}.onnx",
        inputs=tuple(
            _tensor_spec(port.name, tensor, {0, *port.free})
            for port, tensor in zip(inputs, example, strict=True)
        ),
        outputs=(_tensor_spec(output, result, free),),
        max_parity_error=error,
    )
    return ExportedGraph(spec=spec, content=content)


def _has_exact_rows(
    inputs: Sequence[Port], content: bytes, evaluate: Evaluate, batch_size: int
) -> bool:
    """Tell whether rows come out the same to the bit at every place, beside any others."""
    feeds = {port.name: port.example(batch_size).numpy() for port in inputs}
    (together,) = evaluate(content, feeds)
    for shift in (1, batch_size // 2):
        (shifted,) = evaluate(content, {name: np.roll(v, shift, 0) for name, v in feeds.items()})
        if not np.array_equal(np.roll(shifted, -shift, 0), together):
            return False
    repeated = {name: np.repeat(rows[:1], batch_size, 0) for name, rows in feeds.items()}
    (alike,) = evaluate(content, repeated)
    return all(np.array_equal(row, together[0]) for row in alike)


def _note_exact_batch(content: bytes, batch_size: int) -> bytes:
    import onnx

    model = onnx.load_from_string(content)
    model.metadata_props.add(key=EXACT_BATCH, value=str(batch_size))
    return model.SerializeToString()


def _tensor_spec(name: str, tensor: Tensor, free: Collection[int]) -> TensorSpec:
    shape = tuple(None if axis in free else size for axis, size in enumerate(tensor.shape))
    dtype = "int64" if tensor.dtype == torch.int64 else "float32"
    return TensorSpec(name=name, dtype=dtype, shape=shape)


def _to_onnx(module: nn.Module, inputs: Sequence[Port], output: str) -> bytes:
    with _quiet_exporter():
        program = torch.onnx.export(
            module,
            tuple(port.example(3) for port in inputs),
            input_names=[port.name for port in inputs],
            output_names=[RESULT],
            dynamic_shapes=tuple(_free_axes(inputs)),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    buffer = io.BytesIO()
    program.save(buffer)
    return _name_output(buffer.getvalue(), output)


def _name_output(content: bytes, name: str) -> bytes:
    """Name the one output; the exporter itself may have given its name to a value inside."""
    import onnx

    model = onnx.load_from_string(content)
    names = {name: f"{name}.inner", RESULT: name}
    for node in model.graph.node:
        for values in (node.input, node.output):
            renamed = [names.get(value, value) for value in values]
            del values[:]
            values.extend(renamed)
    for info in (*model.graph.value_info, *model.graph.output):
        info.name = names.get(info.name, info.name)
    return model.SerializeToString()


def _free_axes(inputs: Sequence[Port]) -> Iterator[dict[int, object]]:
    """Return for each input which axes are open, axes of one name tied to each other."""
    batch = torch.export.Dim("batch", min=1, max=65536)
    names = sorted({name for port in inputs for name, _ in port.free.values()})
    sizes = {name: torch.export.Dim(name, min=1, max=4096) for name in names}
    for port in inputs:
        axes: dict[int, object] = {0: batch}
        for axis, (name, multiple) in port.free.items():
            axes[axis] = multiple * sizes[name] if multiple > 1 else sizes[name]
        yield axes


def store_in_16_bits(content: bytes) -> bytes:
    """Store each weight whose every number fits into 16 bits so, and a Cast back to 32 after it.

    Nothing is rounded: a weight with a number that 16 bits cannot say stays as it is. Runtimes
    cast once, when they load the graph.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_from_string(content)
    casts: list[onnx.NodeProto] = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        with np.errstate(over="ignore"):
            short = values.astype(np.float16)
        if values.size < MIN_SHORT_SIZE or not np.array_equal(short.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(short, f"{name}.16"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model.SerializeToString()


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
    module: nn.Module,
    inputs: Sequence[Port],
    content: bytes,
    evaluate: Evaluate,
    batch_sizes: Sequence[int],
) -> float:
    """Return the largest difference between module and graph over several batch sizes."""
    errors: list[float] = []
    for batch_size in batch_sizes:
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
