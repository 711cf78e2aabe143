from dataclasses import replace

import numpy as np
import pytest

from mezzotint.metrics.class_accuracy import (
    LabelledPictures,
    class_accuracy,
    gan_train_accuracy,
    gan_train_metric,
)
from mezzotint.metrics.feature_net_training import FeatureNetTraining
from mezzotint.metrics.linear_probe import fit_linear_probe
from toys.pictures import SHAPES, shape_set

CLASSES = shape_set(4, seed=0).classes


def labelled(num_pictures: int, seed: int) -> LabelledPictures:
    pictures = shape_set(num_pictures, seed, side_px=16)
    assert pictures.labels is not None
    return LabelledPictures(pixels=pictures.pixels, labels=pictures.labels)


def test_accuracy_is_counted_a_class() -> None:
    asked_for = np.array([0, 0, 1, 1, 1, 1])
    accuracy = class_accuracy(np.array([0, 2, 1, 1, 1, 0]), asked_for, CLASSES)
    assert accuracy.overall == pytest.approx(4 / 6)
    assert accuracy.per_class == {"disc": 0.5, "square": 0.75}


def test_scrambled_classes_teach_nothing_and_the_floor_is_what_real_ones_teach() -> None:
    real, held_out = labelled(320, seed=0), labelled(200, seed=1)
    scrambled = replace(real, labels=np.random.default_rng(0).permutation(real.labels))
    settings = FeatureNetTraining(epochs=5, batch_size=32, peak_learning_rate=1e-2)
    metric = gan_train_metric(scrambled, real, held_out, CLASSES, settings)
    assert metric.real_floor is not None
    assert metric.real_floor > 0.85
    assert metric.value < 0.5
    assert metric.num_samples == 320
    assert set(metric.per_class) == set(SHAPES)


def test_learning_alone_reports_each_step() -> None:
    steps: list[int] = []
    settings = FeatureNetTraining(epochs=1, batch_size=16)
    few = labelled(32, seed=0)
    gan_train_accuracy(few, few, CLASSES, settings, lambda progress: steps.append(progress.step))
    assert steps == [1, 2]


def test_probe_separates_groups_and_respects_their_sizes() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat([4, 7, 9], [300, 300, 30])
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])[np.repeat([0, 1, 2], [300, 300, 30])]
    features = centres + generator.standard_normal((630, 2))
    probe = fit_linear_probe(features, labels)
    assert (probe.classify(features) == labels).mean() > 0.93
    # Half way between a common and a rare class, the common one is likelier.
    assert probe.classify(np.array([[0.0, 2.0]]))[0] == 4


def test_probe_survives_more_dimensions_than_pictures() -> None:
    features = np.random.default_rng(0).standard_normal((6, 40))
    labels = np.array([0, 1, 0, 1, 0, 1])
    assert np.array_equal(fit_linear_probe(features, labels).classify(features), labels)
