"""Pictures a second: a bundle through the engine, and the same torch module eager at batch 64.

Goal: the engine is at least as fast (ratio 1.0). Torch gets every core, inference mode and the
whole batch at once, and is timed up to float32 values; the engine up to finished pixels. For the
tutorial network `model(z)` of Keras under `tf.function` takes its turn too (goal: ratio 2.5), in a
process of its own: the threads that TensorFlow leaves spinning would slow the others.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from mezzotint.bundles.read import open_bundle
from mezzotint.bundles.write import write_bundle
from mezzotint.domain.card import FORMAT_VERSION, Card, ClassSpec, TrainingSpec
from mezzotint.engines.native import NativeEngine
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.engines.settings import EngineSettings, count_usable_cores
from mezzotint.training.batches import PictureShape
from mezzotint.training.config import GanConfig
from mezzotint.training.gan import gan_networks, generator_plan
from mezzotint.training.onnx_graph import ExportedGraph, export_graph, for_export
from mezzotint.training.recipes import recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from multiprocessing.connection import Connection

    from mezzotint.bundles.read import Bundle

BATCH_NIMG = 64
NUM_ROUNDS = 21
REST_S = 0.05  # between two measurements, so that spinning threads of one do not slow the next
SIDE_PX = 28
NUM_CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class GenerationFigures:
    """Hold medians over NUM_ROUNDS rounds in which everything was measured in turn."""

    num_parameters: int
    torch_images_per_s: float  # the module, eager, batch 64, all cores
    engine_images_per_s: float  # 64 pictures, each alone, side by side: exact
    engine_one_thread_images_per_s: float
    batch_session_images_per_s: float  # one ONNX Runtime batch of 64, all cores: not exact
    engine_to_torch_ratio: float  # median of the ratios of single rounds
    engine_first_picture_ms: float  # a new engine: session and one picture
    keras_images_per_s: float | None = None  # batch 64, all cores; None: not measured
    engine_to_keras_ratio: float | None = None  # median of the ratios of single rounds


def run() -> dict[str, GenerationFigures]:
    """Measure the generators of two recipes at 28x28, with random weights."""
    torch.manual_seed(0)
    figures: dict[str, GenerationFigures] = {}
    for name, num_classes in (("cgan", NUM_CLASSES), ("tutorial-28", 0)):
        config = recipe(name)
        assert isinstance(config, GanConfig)
        shape = PictureShape(
            height_px=SIDE_PX, width_px=SIDE_PX, channels=1, num_classes=num_classes
        )
        module = gan_networks(config, shape)[0].eval()
        with tempfile.TemporaryDirectory() as folder:
            bundle = make_bundle(Path(folder) / name, module, config.noise_dim, num_classes)
            figures[name] = measure(bundle, module, with_keras=config.recipe == "tutorial-28")
    return figures


def measure(
    bundle: Bundle, module: torch.nn.Module, *, with_keras: bool = False
) -> GenerationFigures:
    """Compare a bundle with the torch module that its generator was exported from.

    Args:
        bundle: What the engine runs.
        module: What it was exported from.
        with_keras: Whether to measure the tutorial's generator in Keras too.
    """
    torch.set_num_threads(count_usable_cores())
    inputs = _random_inputs(bundle.card)
    engine = NativeEngine(bundle)
    alone = NativeEngine(bundle, EngineSettings(num_threads=1))
    rivals: dict[str, Callable[[], object]] = {
        "torch": _torch_forward(module, inputs),
        "engine": lambda: engine.generate(inputs),
        "one_thread": lambda: alone.generate(inputs),
        "batch": _batch_session(bundle, inputs),
        "first": lambda: NativeEngine(bundle).generate(inputs[:1]),
    }
    if with_keras:
        with _keras_apart(inputs) as keras:
            rounds = _in_turn({**rivals, "keras": keras})
    else:
        rounds = _in_turn(rivals)
    speeds = {name: BATCH_NIMG / statistics.median(times) for name, times in rounds.items()}

    def ratio(rival: str) -> float:
        pairs = zip(rounds[rival], rounds["engine"], strict=True)
        return round(statistics.median(a / b for a, b in pairs), 3)

    return GenerationFigures(
        num_parameters=sum(tensor.numel() for tensor in module.parameters()),
        torch_images_per_s=round(speeds["torch"], 1),
        engine_images_per_s=round(speeds["engine"], 1),
        engine_one_thread_images_per_s=round(speeds["one_thread"], 1),
        batch_session_images_per_s=round(speeds["batch"], 1),
        engine_to_torch_ratio=ratio("torch"),
        engine_first_picture_ms=round(1000 * statistics.median(rounds["first"]), 2),
        keras_images_per_s=round(speeds["keras"], 1) if with_keras else None,
        engine_to_keras_ratio=ratio("keras") if with_keras else None,
    )


def make_bundle(folder: Path, module: torch.nn.Module, noise_dim: int, num_classes: int) -> Bundle:
    """Export a generator as a bundle of its own."""
    graph = export_graph(generator_plan(for_export(module), noise_dim, num_classes))
    card = _card(folder.name, graph, noise_dim, num_classes)
    write_bundle(folder, card, {graph.spec.file: graph.content})
    return open_bundle(folder)


def _in_turn(rivals: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(-2, NUM_ROUNDS):  # two rounds to warm up
        for name, generate in rivals.items():
            time.sleep(REST_S)
            start = time.perf_counter()
            generate()
            if number >= 0:
                times[name].append(time.perf_counter() - start)
    return times


def _random_inputs(card: Card) -> list[GeneratorInput]:
    random = np.random.default_rng(0)
    eye = np.eye(max(1, len(card.classes)), dtype=np.float32)
    return [
        GeneratorInput(
            noise=random.standard_normal(card.noise_dim, dtype=np.float32),
            class_weights=eye[index % len(eye)] if card.classes else None,
        )
        for index in range(BATCH_NIMG)
    ]


def _stacked(inputs: list[GeneratorInput]) -> list[np.ndarray]:
    stacked = [np.stack([one.noise for one in inputs])]
    if inputs[0].class_weights is not None:
        stacked.append(np.stack([one.class_weights for one in inputs]))
    return stacked


def _torch_forward(
    module: torch.nn.Module, inputs: list[GeneratorInput]
) -> Callable[[], np.ndarray]:
    tensors = [torch.from_numpy(array) for array in _stacked(inputs)]

    def forward() -> np.ndarray:
        with torch.inference_mode():
            return module(*tensors).numpy()

    return forward


@contextmanager
def _keras_apart(inputs: list[GeneratorInput]) -> Iterator[Callable[[], object]]:
    """Start Keras in a process of its own; yield what makes it generate once."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve_keras, args=(theirs, _stacked(inputs)[0]), daemon=True)
    process.start()

    def generate() -> object:
        ours.send(True)
        return ours.recv()

    generate()  # the first call builds and traces the network
    yield generate
    ours.send(False)
    process.join()


def _serve_keras(orders: Connection, noise: np.ndarray) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    from benchmarks.keras_tutorial import make_generator_model

    model = make_generator_model()
    generate = tf.function(lambda rows: model(rows, training=False))
    rows = tf.constant(noise)
    while orders.recv():
        generate(rows).numpy()
        orders.send(None)  # the pictures stay there: carrying them over is not Keras' work


def _batch_session(bundle: Bundle, inputs: list[GeneratorInput]) -> Callable[[], object]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = count_usable_cores()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        bundle.read_file("generator.onnx"), options, providers=["CPUExecutionProvider"]
    )
    names = [one.name for one in bundle.card.graphs[0].inputs]
    feed = dict(zip(names, _stacked(inputs), strict=True))
    return lambda: session.run(None, feed)


def _card(name: str, graph: ExportedGraph, noise_dim: int, num_classes: int) -> Card:
    classes = (
        ClassSpec(index=index, name=f"class {index}", words=(f"class {index}",), num_images=0)
        for index in range(num_classes)
    )
    training = TrainingSpec(
        command="none: random weights",
        seed=0,
        minutes=0.0,
        num_images_seen=0,
        machine=f"{os.cpu_count()} cores",
        software=f"torch {torch.__version__}",
        recipe={},
    )
    return Card(
        format_version=FORMAT_VERSION,
        name=name,
        title={"en": name},
        description={"en": "Random weights, to measure speed."},
        family="cgan" if num_classes else "dcgan",
        height_px=SIDE_PX,
        width_px=SIDE_PX,
        channels=1,
        noise_dim=noise_dim,
        graphs=(graph.spec,),
        classes=tuple(classes),
        words=(),
        data=(),
        training=training,
        metrics=(),
        licence="CC0-1.0",
        limits=(),
        files={},
    )


if __name__ == "__main__":
    print(json.dumps({name: asdict(one) for name, one in run().items()}, indent=2))
