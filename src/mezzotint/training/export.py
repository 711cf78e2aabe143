"""From a trained learner to a bundle: graphs, weights, a sample sheet and an honest card."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import torch
from safetensors.torch import save

from mezzotint.bundles.write import write_bundle
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import FORMAT_VERSION, Card, DataSpec, MetricSpec, TrainingSpec, WordSpec
from mezzotint.domain.version import VERSION
from mezzotint.training.learner import Learner
from mezzotint.training.onnx_graph import Evaluate, ExportedGraph, export_graph
from mezzotint.training.recipes import as_scalars
from mezzotint.training.run import TrainingResult
from mezzotint.training.samples import encode_webp, paint_sheet

WEIGHTS_FILE = "weights.safetensors"
SAMPLES_FILE = "samples.webp"


@dataclass(frozen=True, kw_only=True)
class About:
    """Hold what only people can say about a model.

    Attributes:
        name: Slug, also the bundle's folder: "fashion".
        title: Language -> title.
        description: Language -> a sentence or two.
        licence: Of the weights; SPDX id where there is one.
        command: The exact command line that trained it.
        limits: Known weaknesses, and where it must not be used.
        further_data: What a model was trained on that this one began from.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    licence: str
    command: str
    limits: tuple[str, ...] = ()
    further_data: tuple[DataSpec, ...] = ()


def export_bundle(
    result: TrainingResult,
    pictures: TrainingPictures,
    destination: Path,
    about: About,
    *,
    metrics: tuple[MetricSpec, ...] = (),
    words: tuple[WordSpec, ...] = (),
    extra_files: Mapping[str, bytes] | None = None,
    evaluate: Evaluate | None = None,
    replace: bool = False,
) -> Card:
    """Write the averaged nets as a bundle, each graph compared with its net first.

    Args:
        result: Of training.
        pictures: What it was trained on.
        destination: The bundle's folder; its last part is the model's name.
        about: What only people can say.
        metrics: Measured figures, each with its sample count and floor.
        words: The caption vocabulary with counts.
        extra_files: Further files of the bundle, such as `reference.safetensors`.
        evaluate: Runs a graph for the comparison; None = the best evaluator installed.
        replace: Whether a bundle that is already there gives way.

    Raises:
        FailedError: A graph differs from its net by more than 1e-4, or the disk is full.
        InputError: The name is not allowed, or a bundle is already there.
    """
    learner = result.learner
    graphs = exported_graphs(learner, evaluate)
    files: dict[str, bytes] = {graph.spec.file: graph.content for graph in graphs}
    files[WEIGHTS_FILE] = averaged_weights(learner)
    files[SAMPLES_FILE] = encode_webp(paint_sheet(learner))
    files.update(extra_files or {})
    shape = learner.shape
    card = Card(
        format_version=FORMAT_VERSION,
        name=about.name,
        title=about.title,
        description=about.description,
        family=result.config.family,
        height_px=shape.height_px,
        width_px=shape.width_px,
        channels=cast("Literal[1, 3, 4]", shape.channels),
        noise_dim=_noise_dim(graphs),
        graphs=tuple(graph.spec for graph in graphs),
        classes=pictures.classes if _takes_classes(graphs) else (),
        words=words,
        data=(pictures.source, *about.further_data),
        training=training_spec(result, about.command),
        metrics=metrics,
        licence=about.licence,
        limits=about.limits,
        files={},
    )
    return write_bundle(destination, card, files, replace=replace)


def training_spec(result: TrainingResult, command: str) -> TrainingSpec:
    """Say how the model was trained, so that anyone can do it again."""
    return TrainingSpec(
        command=command,
        seed=result.state.seed,
        minutes=round(result.state.elapsed_s / 60, 2),
        num_images_seen=result.state.images_seen,
        machine=describe_machine(result.device),
        software=f"mezzotint {VERSION}, torch {torch.__version__}",
        recipe=as_scalars(result.config),
    )


def describe_machine(device: torch.device) -> str:
    """Return the GPU's name, or the processor's with the number of threads in use.

    Example:
        >>> describe_machine(torch.device("cpu")).split(",")[0].endswith("threads")
        True
    """
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    processor = _processor_name()
    return f"{torch.get_num_threads()} threads, {processor}, {device.type}"


def _processor_name() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


# --- Graphs ------------------------------------------------------------------------------------


def exported_graphs(
    learner: Learner, evaluate: Evaluate | None = None
) -> tuple[ExportedGraph, ...]:
    """Export every graph that the family has, from the averaged weights."""
    return tuple(export_graph(plan, evaluate=evaluate) for plan in learner.graphs())


def averaged_weights(learner: Learner) -> bytes:
    """Return the averaged weights as safetensors, to train further from."""
    tensors = {
        f"{name}/{key}": tensor.detach().cpu().contiguous()
        for name, module in learner.averages.items()
        for key, tensor in module.state_dict().items()
    }
    return save(tensors, metadata={"format": "mezzotint weights 1"})


def _takes_classes(graphs: Sequence[ExportedGraph]) -> bool:
    return any(port.name == "class_weights" for graph in graphs for port in graph.spec.inputs)


def _noise_dim(graphs: Sequence[ExportedGraph]) -> int:
    """Return the size of the noise that a graph takes; 0 if none takes any."""
    ports = [port for graph in graphs for port in graph.spec.inputs if port.name == "noise"]
    return (ports[0].shape[1] or 0) if ports else 0
