"""Measure a generator, whatever runs it: it is handed in as a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from mezzotint.metrics.evaluation import (
    STANDARD_NUM_SAMPLES,
    EvaluationReport,
    GeneratedPictures,
    evaluate,
)
from mezzotint.metrics.ruler_choice import choose_ruler

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.metrics.feature_extraction import Ruler

BATCH_PICTURES = 100


class Generate(Protocol):
    """Make one picture a seed."""

    def __call__(self, seeds: range, labels: NDArray[np.int64] | None) -> NDArray[np.uint8]:
        """Return uint8 [len(seeds), H, W, C] in [0, 255].

        Args:
            seeds: One a picture.
            labels: The class of each, int64 [len(seeds)]; None to leave it to the model.
        """
        ...


def evaluate_generator(
    generate: Generate,
    real: TrainingPictures,
    held_out: TrainingPictures,
    *,
    num_samples: int = STANDARD_NUM_SAMPLES,
    conditional: bool = True,
    ruler: Ruler | None = None,
    first_seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Draw pictures from a generator and measure them.

    Args:
        generate: The generator.
        real: What it was trained on.
        held_out: Real pictures it was not trained on.
        num_samples: N; figures compare at equal N only.
        conditional: Whether the generator takes classes; they are asked for as often as the
            held-out pictures show them. Without effect for unlabelled pictures.
        ruler: How to see pictures; None chooses by the training pictures.
        first_seed: Picture i is made from seed first_seed + i.
        progress: Called with (pictures made, num_samples).
    """
    asked_for = held_out.labels if conditional else None
    labels = None if asked_for is None else proportional_labels(asked_for, num_samples)
    samples = draw_samples(generate, labels, num_samples, first_seed=first_seed, progress=progress)
    return evaluate(samples, real, held_out, ruler or choose_ruler(real.pixels))


def draw_samples(
    generate: Generate,
    labels: NDArray[np.int64] | None,
    num_samples: int,
    *,
    first_seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> GeneratedPictures:
    """Draw pictures from a generator, BATCH_PICTURES at a time."""
    blocks: list[NDArray[np.uint8]] = []
    for start in range(0, num_samples, BATCH_PICTURES):
        stop = min(start + BATCH_PICTURES, num_samples)
        part = None if labels is None else labels[start:stop]
        blocks.append(generate(range(first_seed + start, first_seed + stop), part))
        if progress is not None:
            progress(stop, num_samples)
    return GeneratedPictures(pixels=np.concatenate(blocks), labels=labels)


def proportional_labels(labels: NDArray[np.int64], num_samples: int) -> NDArray[np.int64]:
    """Return labels in the proportions of real ones, spread evenly over the sequence.

    Example:
        >>> proportional_labels(np.array([0, 1, 1, 1]), 8).tolist()
        [1, 0, 1, 1, 1, 0, 1, 1]
    """
    classes, counts = np.unique(labels, return_counts=True)
    exact = counts * num_samples / counts.sum()
    whole = np.floor(exact).astype(np.int64)
    # Largest remainder: the classes that lost most by rounding down get the pictures left over.
    left_over = num_samples - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:left_over]] += 1
    position = np.concatenate([(np.arange(count) + 0.5) / count for count in whole])
    repeated = np.repeat(classes, whole)
    # Sorted by position within its class, every stretch of the sequence holds all classes.
    return repeated[np.lexsort((repeated, position))]
