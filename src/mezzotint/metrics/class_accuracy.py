"""Does the model draw what it was asked for? GAN-test and GAN-train (Shmelkov et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.domain.card import MetricSpec
from mezzotint.metrics.feature_extraction import NetRuler
from mezzotint.metrics.feature_net import FeatureNetSpec, Question
from mezzotint.metrics.feature_net_training import fit_feature_net

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mezzotint.domain.card import ClassSpec
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


@dataclass(frozen=True, kw_only=True, eq=False)
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
    settings: FeatureNetTraining,
    progress: OnProgress | None = None,
) -> ClassAccuracy:
    """Train a classifier from nothing on generated pictures and test it on held-out real ones.

    It falls where pictures are unlike real ones and where their variety is small.

    Args:
        generated: What to learn from.
        held_out: What to be tested on, of the same size.
        classes: Names by index.
        settings: How the classifier is trained.
        progress: Called after each step.
    """
    spec = classifier_spec(generated.pixels, classes)
    net = fit_feature_net(
        spec, generated.pixels, generated.labels[:, None], settings, progress=progress
    )
    answers = NetRuler(net, title=spec.name).observe(held_out.pixels).answers[:, 0]
    return class_accuracy(answers, held_out.labels, classes)


def gan_train_metric(
    generated: LabelledPictures,
    real: LabelledPictures,
    held_out: LabelledPictures,
    classes: tuple[ClassSpec, ...],
    settings: FeatureNetTraining,
) -> MetricSpec:
    """Return GAN-train for a model card; trains two classifiers, so it takes minutes.

    Args:
        generated: What the model made.
        real: Its training pictures; as many of them give the floor, evenly taken over the set.
        held_out: Real pictures it was not trained on.
        classes: Names by index.
        settings: How both classifiers are trained.
    """
    num_pictures = min(len(generated.pixels), len(real.pixels))
    chosen = np.linspace(0, len(real.pixels) - 1, num_pictures).astype(np.int64)
    rivals = LabelledPictures(pixels=real.pixels[chosen], labels=real.labels[chosen])
    accuracy = gan_train_accuracy(generated, held_out, classes, settings)
    floor = gan_train_accuracy(rivals, held_out, classes, settings)
    return MetricSpec(
        name="GAN-train accuracy",
        value=accuracy.overall,
        num_samples=len(generated.pixels),
        real_floor=floor.overall,
        per_class=accuracy.per_class,
        note=f"trained on generated, tested on {len(held_out.pixels)} held-out pictures; floor: "
        "trained on as many real ones",
    )


def classifier_spec(pixels: NDArray[np.uint8], classes: tuple[ClassSpec, ...]) -> FeatureNetSpec:
    """Return a small classifier for pictures of this size, uint8 [N, H, W, C]."""
    height_px, width_px, channels = pixels.shape[1:]
    names = tuple(entry.name for entry in classes)
    return FeatureNetSpec(
        name="classifier",
        height_px=height_px,
        width_px=width_px,
        channels=channels,
        widths=(16, 32),
        feature_dim=32,
        questions=(Question(name="class", answers=names),),
    )
