"""Does the model draw what it was asked for? GAN-test and GAN-train (Shmelkov et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.metrics.feature_extraction import NetRuler
from mezzotint.metrics.feature_net_training import fit_feature_net

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mezzotint.domain.card import ClassSpec
    from mezzotint.metrics.feature_net import FeatureNetSpec
    from mezzotint.metrics.feature_net_training import FeatureNetTraining, OnProgress


@dataclass(frozen=True, kw_only=True)
class ClassAccuracy:
    """Hold the share of pictures whose class was recognised, overall and a class."""

    overall: float
    per_class: Mapping[str, float]


# GAN-test: accuracy on generated pictures of a classifier that was trained on real ones.
def class_accuracy(
    recognised: NDArray[np.int64],
    asked_for: NDArray[np.int64],
    classes: tuple[ClassSpec, ...],
) -> ClassAccuracy:
    """Return how often the recognised class is the one asked for.

    Args:
        recognised: What a classifier sees, int64 [N].
        asked_for: What the generator was asked for, int64 [N].
        classes: Names by index; a class that was never asked for is left out.

    Example:
        >>> from mezzotint.domain.card import ClassSpec
        >>> bag = ClassSpec(index=0, name="bag", words=(), num_images=1)
        >>> class_accuracy(np.array([0, 1]), np.array([0, 0]), (bag,)).per_class
        {'bag': 0.5}
    """
    right = recognised == asked_for
    per_class = {
        entry.name: float(right[asked_for == entry.index].mean())
        for entry in classes
        if (asked_for == entry.index).any()
    }
    return ClassAccuracy(overall=float(right.mean()), per_class=per_class)


@dataclass(frozen=True, kw_only=True)
class LabelledPictures:
    """Hold pictures and their classes.

    Attributes:
        pixels: uint8 [N, H, W, C].
        labels: int64 [N].
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]


# GAN-train: accuracy on real pictures of a classifier that was trained on generated ones.
def gan_train_accuracy(
    generated: LabelledPictures,
    held_out: LabelledPictures,
    classes: tuple[ClassSpec, ...],
    spec: FeatureNetSpec,
    settings: FeatureNetTraining,
    progress: OnProgress | None = None,
) -> ClassAccuracy:
    """Train a classifier from nothing on generated pictures and test it on held-out real ones.

    It falls where pictures are unlike real ones and where their variety is small. Its ceiling is
    the same call with as many real training pictures in place of the generated ones.

    Args:
        generated: What to learn from.
        held_out: What to be tested on.
        classes: Names by index.
        spec: Shape of the classifier, with one question: the classes.
        settings: How it is trained.
        progress: Called after each step.
    """
    net = fit_feature_net(
        spec, generated.pixels, generated.labels[:, None], settings, progress=progress
    )
    answers = NetRuler(net, title="GAN-train").observe(held_out.pixels).answers[:, 0]
    return class_accuracy(answers, held_out.labels, classes)
