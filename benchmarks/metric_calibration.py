"""What the metrics say about sets whose faults are known: the table of docs/metrics.md.

Each probe plays a model: real training pictures, spoilt in one way. Distances compare it with the
held-out pictures.

Usage: python -m benchmarks.metric_calibration --data DIR [-n N]
`python -m benchmarks metric_calibration` takes the pictures from $MEZZOTINT_FASHION_MNIST.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate_bundle import default_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from mezzotint.metrics.evaluation import EvaluationReport, GeneratedPictures

NUM_SAMPLES = 10_000
SHOWN = (
    "Frechet distance",
    "MIND",
    "kernel distance",
    "precision",
    "recall",
    "density",
    "coverage",
    "conditional accuracy",
    "data-copying z",
    "near-copy share",
)


@dataclass(frozen=True, kw_only=True)
class CalibrationFigures:
    """Hold the figures of each probe, by probe and by metric."""

    data: str
    ruler: str
    ruler_test_accuracy: float
    num_samples: int
    num_held_out: int
    floors: dict[str, float | None]
    probes: dict[str, dict[str, float]]


def run(data: Path | None = None, *, num_samples: int = NUM_SAMPLES) -> CalibrationFigures:
    """Measure every probe on 28x28 grey pictures with an idx test split."""
    from tools.train_feature_net import read_split

    from mezzotint.metrics.evaluation import evaluate_against, measure_floors
    from mezzotint.metrics.feature_extraction import net_ruler
    from mezzotint.metrics.feature_net_file import shipped_net
    from mezzotint.metrics.real_side import observe_real

    folder = data or default_data()
    train, held_out = read_split(folder, "train"), read_split(folder, "test")
    frozen = shipped_net("grey28")
    real = observe_real(train, held_out, net_ruler(frozen))
    floors = measure_floors(real, num_samples)
    assert train.labels is not None
    probes: dict[str, dict[str, float]] = {}
    report: EvaluationReport | None = None
    for name, samples in make_probes(train.pixels, train.labels, num_samples):
        report = evaluate_against(real, samples, floors=floors)
        probes[name] = {shown: round(report.metric(shown).value, 4) for shown in SHOWN}
        print(name, probes[name], file=sys.stderr, flush=True)
    assert report is not None
    return CalibrationFigures(
        data=train.source.name,
        ruler=report.ruler,
        ruler_test_accuracy=frozen.card.test_accuracy[0],
        num_samples=num_samples,
        num_held_out=report.num_held_out,
        floors={shown: report.metric(shown).real_floor for shown in SHOWN},
        probes=probes,
    )


def make_probes(
    pixels: NDArray[np.uint8], labels: NDArray[np.int64], num_samples: int
) -> Iterator[tuple[str, GeneratedPictures]]:
    """Spoil real pictures in every way there is a figure for."""
    from mezzotint.metrics.evaluation import GeneratedPictures

    random = np.random.default_rng(0)
    chosen = random.choice(len(pixels), num_samples, replace=False)
    clean = pixels[chosen].astype(np.float64)
    spoilt: dict[str, Callable[[], NDArray[np.float64]]] = {
        "blur 3x3": lambda: box_blur(clean, 3),
        "blur 5x5": lambda: box_blur(clean, 5),
        "noise 0.05": lambda: clean + random.normal(0, 0.05 * 255, clean.shape),
        "noise 0.20": lambda: clean + random.normal(0, 0.20 * 255, clean.shape),
        "32 principal components": lambda: few_components(pixels, clean, 32),
        "128 principal components": lambda: few_components(pixels, clean, 128),
        "mean of two pictures": lambda: (clean + clean[::-1]) / 2,
        "mirrored": lambda: clean[:, :, ::-1],
        "uniform noise": lambda: random.uniform(0, 255, clean.shape),
    }
    for name, spoil in spoilt.items():
        shown = spoil().round().clip(0, 255).astype(np.uint8)
        yield name, GeneratedPictures(pixels=shown, labels=labels[chosen])
    selections = {
        "1 class of 10 lost": random.choice(np.flatnonzero(labels >= 1), num_samples),
        "3 classes of 10 lost": random.choice(np.flatnonzero(labels >= 3), num_samples),
        "100 pictures, repeated": np.resize(chosen[:100], num_samples),
        "1,000 pictures, repeated": np.resize(chosen[:1000], num_samples),
    }
    for name, selection in selections.items():
        yield name, GeneratedPictures(pixels=pixels[selection], labels=labels[selection])


def box_blur(pixels: NDArray[np.float64], width_px: int) -> NDArray[np.float64]:
    """Average over squares, repeating the edge, [N, H, W, C]."""
    margin = width_px // 2
    padded = np.pad(pixels, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (width_px, width_px), axis=(1, 2))
    return windows.mean(axis=(-2, -1))


def few_components(
    pixels: NDArray[np.uint8], chosen: NDArray[np.float64], num_components: int
) -> NDArray[np.float64]:
    """Keep the leading principal components, as a linear autoencoder would, [N, H, W, C]."""
    fitted = pixels[::6].reshape(len(pixels[::6]), -1).astype(np.float64)
    mean = fitted.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(fitted, rowvar=False))
    kept = vectors[:, -num_components:]
    flat = chosen.reshape(len(chosen), -1) - mean
    return (flat @ kept @ kept.T + mean).reshape(chosen.shape)


def main(arguments: list[str]) -> int:
    """Parse the command line, measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("-n", "--num-samples", type=int, default=NUM_SAMPLES)
    chosen = parser.parse_args(arguments)
    print(json.dumps(asdict(run(chosen.data, num_samples=chosen.num_samples)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
