"""Calibration: the figures say what they should about sets whose faults are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.domain.errors import InputError
from mezzotint.metrics.evaluation import (
    EvaluationReport,
    GeneratedPictures,
    evaluate,
    evaluate_against,
    measure_floors,
    near_copy_limit,
)
from mezzotint.metrics.generator_evaluation import evaluate_generator, proportional_labels
from mezzotint.metrics.real_side import RealSide, observe_real
from mezzotint.metrics.ruler_choice import choose_ruler
from toys.pictures import SHAPES, draw_shapes, shape_set

NUM_SAMPLES = 600
REAL, HELD_OUT = shape_set(1600, seed=0), shape_set(NUM_SAMPLES, seed=1)


@pytest.fixture(scope="module")
def real() -> RealSide:
    return observe_real(REAL, HELD_OUT, choose_ruler(REAL.pixels))


def fresh(seed: int = 2, num_classes: int = len(SHAPES)) -> GeneratedPictures:
    """Play a perfect generator, or one that has lost some classes."""
    labels = np.arange(NUM_SAMPLES) % num_classes
    return GeneratedPictures(pixels=draw_shapes(labels, seed), labels=labels)


def value(report: EvaluationReport, name: str) -> float:
    return report.metric(name).value


def codes(report: EvaluationReport) -> list[str]:
    return [note.template[:18] for note in report.notes]


@pytest.fixture(scope="module")
def perfect(real: RealSide) -> EvaluationReport:
    return evaluate_against(real, fresh())


def test_a_perfect_generator_reaches_every_floor(perfect: EvaluationReport) -> None:
    for metric in perfect.metrics:
        print(f"{metric.name}: {metric.value:.4f}, floor {metric.real_floor:.4f}")
        assert metric.num_samples == NUM_SAMPLES
    for name, slack in (("Frechet distance", 1.5), ("MIND", 1.5)):
        metric = perfect.metric(name)
        assert metric.real_floor is not None
        assert metric.value < slack * metric.real_floor
    for name in ("precision", "recall", "density", "coverage", "conditional accuracy"):
        metric = perfect.metric(name)
        assert metric.value == pytest.approx(metric.real_floor, abs=0.06)
    assert abs(value(perfect, "data-copying z")) < 4
    assert value(perfect, "nearest-neighbour ratio") == pytest.approx(1, abs=0.1)
    assert value(perfect, "near-copy share") < near_copy_limit(NUM_SAMPLES, NUM_SAMPLES)


def test_the_held_out_set_itself_is_at_distance_zero(real: RealSide) -> None:
    report = evaluate_against(
        real, GeneratedPictures(pixels=HELD_OUT.pixels, labels=HELD_OUT.labels)
    )
    assert value(report, "Frechet distance") == pytest.approx(0, abs=1e-3)
    assert value(report, "MIND") == pytest.approx(0, abs=1e-6)
    for name in ("precision", "recall", "density", "coverage"):
        assert value(report, name) == pytest.approx(1, abs=1e-6)


def test_a_lost_class_raises_distance_and_lowers_coverage(
    real: RealSide, perfect: EvaluationReport
) -> None:
    report = evaluate_against(real, fresh(num_classes=3))
    assert value(report, "Frechet distance") > 5 * value(perfect, "Frechet distance")
    assert value(report, "MIND") > 5 * value(perfect, "MIND")
    assert value(report, "coverage") < value(perfect, "coverage") - 0.1
    assert value(report, "recall") < value(perfect, "recall") - 0.1
    coverage = report.metric("coverage").per_class
    assert min(coverage, key=lambda name: coverage[name]) == SHAPES[3]
    assert value(report, "precision") > 0.9  # precision alone misleads


def test_noise_and_blur_show_in_fidelity(real: RealSide, perfect: EvaluationReport) -> None:
    clean = fresh()
    noise = np.random.default_rng(0).normal(0, 60, clean.pixels.shape)
    noisy = (clean.pixels + noise).clip(0, 255).astype(np.uint8)
    report = evaluate_against(real, replace(clean, pixels=noisy))
    assert value(report, "Frechet distance") > 10 * value(perfect, "Frechet distance")
    assert value(report, "coverage") < value(perfect, "coverage") - 0.3
    assert value(report, "data-copying z") > 4


def test_memorised_pictures_are_flagged(real: RealSide) -> None:
    generator = np.random.default_rng(0)
    few = generator.choice(len(REAL.pixels), 30, replace=False)
    repeated = np.tile(few, NUM_SAMPLES // 30)
    nudged = REAL.pixels[repeated].astype(int) + generator.integers(-2, 3, (NUM_SAMPLES, 28, 28, 1))
    assert REAL.labels is not None
    report = evaluate_against(
        real,
        GeneratedPictures(
            pixels=nudged.clip(0, 255).astype(np.uint8), labels=REAL.labels[repeated]
        ),
    )
    assert value(report, "data-copying z") < -5
    assert value(report, "nearest-neighbour ratio") < 0.5
    assert value(report, "near-copy share") > 0.9
    assert value(report, "coverage") < 0.5
    assert "The model copies: " in codes(report)
    nearest = report.closest_pairs[0]
    assert nearest.training_index == repeated[nearest.generated_index]


def test_wrong_classes_show_in_conditional_accuracy_alone(
    real: RealSide, perfect: EvaluationReport
) -> None:
    right = fresh()
    assert right.labels is not None
    wrong = replace(right, labels=np.where(right.labels == 0, 1, right.labels))
    report = evaluate_against(real, wrong)
    accuracy = report.metric("conditional accuracy")
    assert accuracy.value == pytest.approx(value(perfect, "conditional accuracy") * 0.75, abs=0.05)
    assert accuracy.per_class["cross"] == perfect.metric("conditional").per_class["cross"]
    assert value(report, "Frechet distance") == value(perfect, "Frechet distance")
    assert "linear probe" in accuracy.note  # the net was not made for these shapes


def test_pictures_without_classes_have_no_class_figures() -> None:
    bare, bare_held_out = shape_set(300, 0, labelled=False), shape_set(200, 1, labelled=False)
    report = evaluate(
        GeneratedPictures(pixels=fresh().pixels[:200], labels=None),
        bare,
        bare_held_out,
        choose_ruler(bare.pixels),
    )
    names = [metric.name for metric in report.metrics]
    assert not any(name.startswith("conditional") for name in names)
    assert not report.metric("coverage").per_class


def test_figures_never_borrow_the_names_of_inception(perfect: EvaluationReport) -> None:
    for metric in perfect.metrics:
        assert "FID" not in metric.name
        assert "KID" not in metric.name
    assert "grey28" in perfect.metric("Frechet distance").name


def test_floors_measured_before_are_used(real: RealSide, perfect: EvaluationReport) -> None:
    floors = measure_floors(real, NUM_SAMPLES)
    again = evaluate_against(real, fresh(), floors=floors)
    assert again.metrics == perfect.metrics


def test_small_sets_are_pointed_out(perfect: EvaluationReport) -> None:
    assert codes(perfect) == ["Only {count} held-", "Measured on {count"]


def test_too_few_pictures_are_refused(real: RealSide) -> None:
    with pytest.raises(InputError, match="6 pictures or more"):
        evaluate_against(real, GeneratedPictures(pixels=fresh().pixels[:5], labels=None))
    with pytest.raises(InputError, match="6 pictures or more"):
        observe_real(REAL, shape_set(4, seed=1), real.ruler)


# --- Generators --------------------------------------------------------------------------------


@given(labels=st.lists(st.integers(0, 5), min_size=1, max_size=40), num_samples=st.integers(1, 200))
def test_labels_keep_the_proportions_and_the_count(labels: list[int], num_samples: int) -> None:
    drawn = proportional_labels(np.array(labels), num_samples)
    assert len(drawn) == num_samples
    for label in set(labels):
        share = labels.count(label) / len(labels)
        assert abs((drawn == label).sum() - share * num_samples) < 1


def test_a_generator_is_asked_once_for_every_seed() -> None:
    asked: list[int] = []
    progress: list[tuple[int, int]] = []

    def generate(seeds: range, labels: np.ndarray | None) -> np.ndarray:
        assert labels is not None
        assert len(labels) == len(seeds)
        asked.extend(seeds)
        return draw_shapes(labels, seeds.start)

    report = evaluate_generator(
        generate,
        REAL,
        HELD_OUT,
        num_samples=250,
        first_seed=1000,
        progress=lambda done, total: progress.append((done, total)),
    )
    assert asked == list(range(1000, 1250))
    assert progress == [(100, 250), (200, 250), (250, 250)]
    assert report.num_samples == 250
    assert value(report, "conditional accuracy") > 0.8


def test_an_unconditional_generator_is_not_asked_for_classes() -> None:
    def generate(seeds: range, labels: np.ndarray | None) -> np.ndarray:
        assert labels is None
        return draw_shapes(np.array(seeds) % 4, seeds.start)

    report = evaluate_generator(generate, REAL, HELD_OUT, num_samples=200, conditional=False)
    assert not any(metric.name.startswith("conditional") for metric in report.metrics)


def test_few_generated_pictures_meet_as_many_real_ones(real: RealSide) -> None:
    some = fresh()
    assert some.labels is not None
    few = GeneratedPictures(pixels=some.pixels[:200], labels=some.labels[:200])
    report = evaluate_against(real, few)
    assert value(report, "coverage") > 0.85  # against all 600 it would be a third of that
    assert real.held_out_rows(200).tolist() == sorted(set(real.held_out_rows(200).tolist()))
    assert real.held_out_rows(5000).tolist() == list(range(NUM_SAMPLES))
