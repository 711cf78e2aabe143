"""How good a bundle is: every figure of the metrics at N = 10,000, each with its floor.

Goals for `fashion` (28x28 grey, 30 minutes of training): Frechet distance on the shipped net at
most 1.0, coverage 0.80, conditional accuracy 0.95.

Usage: python -m benchmarks.evaluate_bundle [BUNDLE] --data DIR [-n N] [--gan-train]
`python -m benchmarks evaluate_bundle` takes the pictures from $MEZZOTINT_FASHION_MNIST.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import MetricSpec
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.bundles.read import Bundle
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.engines.protocol import Engine
    from mezzotint.metrics.evaluation import GeneratedPictures

BUNDLE = "fashion"
DATA_VARIABLE = "MEZZOTINT_FASHION_MNIST"
NUM_SAMPLES = 10_000


@dataclass(frozen=True, kw_only=True)
class BundleFigures:
    """Hold what was measured of one bundle."""

    bundle: str
    bundle_sha256: str
    engine: str
    data: str
    ruler: str  # figures on another ruler do not compare
    num_samples: int
    num_held_out: int
    drawing_s: float
    measuring_s: float
    metrics: tuple[MetricSpec, ...]
    notes: tuple[str, ...]


def run(
    bundle: str = BUNDLE,
    data: Path | None = None,
    *,
    num_samples: int = NUM_SAMPLES,
    gan_train: bool = False,
) -> BundleFigures:
    """Measure a bundle.

    Args:
        bundle: Name of a model, or path of a bundle's folder.
        data: Pictures with a held-out part; None takes $MEZZOTINT_FASHION_MNIST.
        num_samples: Generated pictures.
        gan_train: Whether to train two classifiers as well, which takes minutes.
    """
    from mezzotint.engines.opening import open_engine
    from mezzotint.metrics.evaluation import evaluate
    from mezzotint.metrics.ruler_choice import choose_ruler

    opened = open_bundle(bundle)
    engine = open_engine(opened)
    train, held_out = load_pictures(data or default_data(), engine)
    start_s = time.perf_counter()
    samples = draw(engine, held_out, num_samples)
    drawn_s = time.perf_counter()
    report = evaluate(samples, train, held_out, choose_ruler(train.pixels))
    measured_s = time.perf_counter()
    metrics = report.metrics
    if gan_train:
        metrics = (*metrics, measure_gan_train(samples, train, held_out))
    return BundleFigures(
        bundle=opened.card.name,
        bundle_sha256=engine.bundle_sha256,
        engine=engine.description,
        data=train.source.name,
        ruler=report.ruler,
        num_samples=report.num_samples,
        num_held_out=report.num_held_out,
        drawing_s=round(drawn_s - start_s, 1),
        measuring_s=round(measured_s - drawn_s, 1),
        metrics=metrics,
        notes=tuple(map(str, report.notes)),
    )


def open_bundle(name: str) -> Bundle:
    """Open a bundle by its folder or, if there is no such folder, by its model name."""
    from mezzotint.bundles.read import open_bundle
    from mezzotint.studio.studio import Studio

    return open_bundle(Path(name)) if Path(name).is_dir() else Studio().models.find(name)


def default_data() -> Path:
    """Return the folder that the environment names."""
    if DATA_VARIABLE not in os.environ:
        raise InputError(
            "benchmark.data",
            Message("This benchmark needs the pictures that the bundle was trained on."),
            Message("Set {variable} to their folder.", variable=DATA_VARIABLE),
        )
    return Path(os.environ[DATA_VARIABLE])


def load_pictures(data: Path, engine: Engine) -> tuple[TrainingPictures, TrainingPictures]:
    """Pack the pictures at the model's size and split them."""
    from mezzotint.studio.settings import load_settings
    from mezzotint.studio.training_data import DataRequest, load_training_data

    loaded = load_training_data(
        DataRequest(
            address=str(data),
            size_px=(engine.card.height_px, engine.card.width_px),
            classes_file=None,
            licence="unknown",
            cache_folder=load_settings().cache_folder,
        )
    )
    if loaded.held_out is None:
        raise InputError(
            "benchmark.held_out",
            Message("There are too few pictures to hold some out."),
            Message("Measure on 500 pictures or more."),
        )
    return loaded.train, loaded.held_out


def draw(engine: Engine, held_out: TrainingPictures, num_samples: int) -> GeneratedPictures:
    """Draw pictures with the classes of the held-out ones; picture i is picture 0 of seed i."""
    import numpy as np

    from mezzotint.engines.protocol import GeneratorInput
    from mezzotint.metrics.generator_evaluation import draw_samples, proportional_labels
    from mezzotint.verbs.noise import NoiseSpec, draw_noise

    card = engine.card
    one_hot = np.eye(len(card.classes), dtype=np.float32)

    def generate(seeds: range, labels: np.ndarray | None) -> np.ndarray:
        specs = [NoiseSpec(seed=seed, noise_dim=card.noise_dim, stylize=0) for seed in seeds]
        weights = [None] * len(specs) if labels is None else [one_hot[label] for label in labels]
        return engine.generate(
            [
                GeneratorInput(noise=draw_noise(spec, 0), class_weights=weight)
                for spec, weight in zip(specs, weights, strict=True)
            ]
        )

    labels = None
    if card.classes and held_out.labels is not None:
        labels = proportional_labels(held_out.labels, num_samples)
    return draw_samples(generate, labels, num_samples)


def measure_gan_train(
    samples: GeneratedPictures, train: TrainingPictures, held_out: TrainingPictures
) -> MetricSpec:
    """Train a classifier on the generated pictures, and one on as many real ones."""
    from mezzotint.metrics.class_accuracy import LabelledPictures, gan_train_metric
    from mezzotint.metrics.feature_net_training import FeatureNetTraining

    if samples.labels is None or train.labels is None or held_out.labels is None:
        raise InputError(
            "benchmark.unlabelled",
            Message("GAN-train needs a model with classes and pictures with classes."),
        )
    return gan_train_metric(
        LabelledPictures(pixels=samples.pixels, labels=samples.labels),
        LabelledPictures(pixels=train.pixels, labels=train.labels),
        LabelledPictures(pixels=held_out.pixels, labels=held_out.labels),
        held_out.classes,
        FeatureNetTraining(),
    )


def main(arguments: list[str]) -> int:
    """Parse the command line, measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", default=BUNDLE)
    parser.add_argument("--data", type=Path)
    parser.add_argument("-n", "--num-samples", type=int, default=NUM_SAMPLES)
    parser.add_argument("--gan-train", action="store_true")
    chosen = parser.parse_args(arguments)
    figures = run(
        chosen.bundle,
        chosen.data,
        num_samples=chosen.num_samples,
        gan_train=chosen.gan_train,
    )
    print(json.dumps(asdict(figures), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
