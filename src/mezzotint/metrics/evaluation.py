"""Measure a model: every figure with its number of pictures and its floor.

The floor of a figure is its value for real pictures in the model's place; a model cannot be told
from the real thing once it reaches it. Distances and coverage compare with held-out pictures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.domain.card import MetricSpec
from mezzotint.domain.message import Message
from mezzotint.metrics.class_accuracy import class_accuracy
from mezzotint.metrics.frechet import frechet_distance, moments
from mezzotint.metrics.kernel_distance import kernel_distance
from mezzotint.metrics.manifold import NUM_NEIGHBOURS, manifold_scores
from mezzotint.metrics.memorisation import (
    NEAR_COPY_QUANTILE,
    ClosestPair,
    MemorisationScores,
    closest_pairs,
    memorisation_scores,
)
from mezzotint.metrics.real_side import RealSide, observe_real, require_pictures
from mezzotint.metrics.sliced_wasserstein import mind_distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.domain.card import ClassSpec
    from mezzotint.metrics.feature_extraction import Observation, Ruler

STANDARD_NUM_SAMPLES = 10_000  # Frechet distance and coverage compare at equal N only
FEW_HELD_OUT = 1_000
NEAR_COPY_LIMIT = 0.02  # a share above it is copying; fresh real pictures have 0.01
NUM_CLOSEST_PAIRS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class GeneratedPictures:
    """Hold what a model made.

    Attributes:
        pixels: uint8 [N, H, W, C] in [0, 255].
        labels: The class each was asked to show, int64 [N]; None if nothing was asked.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64] | None


@dataclass(frozen=True, kw_only=True)
class EvaluationReport:
    """Hold the figures of one model.

    Attributes:
        ruler: Title of the ruler; figures on another one do not compare.
        num_samples: N generated pictures.
        num_held_out: M real ones they were compared with.
        metrics: The figures, ready for a model card.
        notes: What the reader must know, in words.
        closest_pairs: The generated pictures nearest to a training picture, nearest first.
        closest_pictures: Those pictures, and the training pictures that they are nearest to, each
            uint8 [K, H, W, C]; None where only features were kept.
    """

    ruler: str
    num_samples: int
    num_held_out: int
    metrics: tuple[MetricSpec, ...]
    notes: tuple[Message, ...]
    closest_pairs: tuple[ClosestPair, ...]
    closest_pictures: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = field(
        default=None, compare=False, repr=False
    )

    def metric(self, start_of_name: str) -> MetricSpec:
        """Return the first figure whose name starts so: "Frechet distance", "coverage"."""
        return next(each for each in self.metrics if each.name.startswith(start_of_name))


def evaluate(
    samples: GeneratedPictures,
    real: TrainingPictures,
    held_out: TrainingPictures,
    ruler: Ruler,
    *,
    seed: int = 0,
) -> EvaluationReport:
    """Measure generated pictures against real ones.

    Args:
        samples: What the model made; STANDARD_NUM_SAMPLES of them for figures that compare.
        real: What the model was trained on.
        held_out: Real pictures that it was not trained on.
        ruler: How to see pictures; see `ruler_choice.choose_ruler`.
        seed: Of the parts that draw: cells, directions, floors.
    """
    report = evaluate_against(observe_real(real, held_out, ruler, seed=seed), samples)
    made = [pair.generated_index for pair in report.closest_pairs]
    known = [pair.training_index for pair in report.closest_pairs]
    return replace(report, closest_pictures=(samples.pixels[made], real.pixels[known]))


def evaluate_against(
    real: RealSide, samples: GeneratedPictures, *, floors: Floors | None = None
) -> EvaluationReport:
    """Measure generated pictures against real ones that were looked at before.

    Args:
        real: From `observe_real`.
        samples: What the model made.
        floors: From `measure_floors` at the same number of pictures; None measures them.

    Raises:
        InputError: `metrics.few`: too few pictures to have neighbours.
    """
    require_pictures(samples.pixels)
    seen = real.ruler.observe(samples.pixels)
    memorisation = memorisation_scores(real.copying, seen.features)
    floors = floors or measure_floors(real, len(samples.pixels))
    metrics = (
        *_distribution_metrics(real, seen.features, floors),
        *_class_metrics(real, seen, samples.labels),
        *_memorisation_metrics(real, memorisation),
    )
    return EvaluationReport(
        ruler=real.ruler.title,
        num_samples=len(samples.pixels),
        num_held_out=len(real.held_out.features),
        metrics=tuple(metric for metric in metrics if math.isfinite(metric.value)),
        notes=_notes(real, memorisation),
        closest_pairs=closest_pairs(memorisation, NUM_CLOSEST_PAIRS),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Figure:
    value: float
    note: str = ""
    per_class: Mapping[str, float] = field(default_factory=dict[str, float])


# Features [N, D] beside the held-out ones, by every distance there is.
def _distribution_figures(real: RealSide, features: NDArray[np.floating]) -> dict[str, _Figure]:
    reference = real.held_out.features
    rows = real.held_out_rows(len(features))
    balls = manifold_scores(reference[rows], features)
    labels = None if real.held_out_labels is None else real.held_out_labels[rows]
    title, k = real.ruler.title, f"k = {NUM_NEIGHBOURS}"
    return {
        f"Frechet distance ({title})": _Figure(
            value=frechet_distance(moments(features), moments(reference))
        ),
        f"MIND ({title})": _Figure(
            value=mind_distance(features, reference, real.directions),
            note="sliced Wasserstein distance in the scale of MIND, without Inception",
        ),
        f"kernel distance ({title})": _Figure(
            value=kernel_distance(features, reference),
            note="unbiased; may be below zero",
        ),
        f"precision ({k})": _Figure(value=balls.precision),
        f"recall ({k})": _Figure(value=balls.recall),
        f"density ({k})": _Figure(value=balls.density),
        f"coverage ({k})": _Figure(
            value=balls.coverage, per_class=_share_by_class(balls.covered, labels, real.classes)
        ),
    }


Floors = Mapping[str, float]  # name of a figure -> its value for real pictures


def measure_floors(real: RealSide, num_samples: int) -> Floors:
    """Return the distribution figures of as many training pictures in the model's place."""
    figures = _distribution_figures(real, real.floor_features(num_samples))
    return {name: figure.value for name, figure in figures.items()}


def _distribution_metrics(
    real: RealSide, features: NDArray[np.floating], floors: Floors
) -> tuple[MetricSpec, ...]:
    figures = _distribution_figures(real, features)
    return tuple(
        MetricSpec(
            name=name,
            value=figure.value,
            num_samples=len(features),
            real_floor=floors[name],
            per_class=figure.per_class,
            note=figure.note,
        )
        for name, figure in figures.items()
    )


def _share_by_class(
    flags: NDArray[np.bool_],
    labels: NDArray[np.int64] | None,
    classes: tuple[ClassSpec, ...],
) -> dict[str, float]:
    if labels is None:
        return {}
    return {
        entry.name: float(flags[labels == entry.index].mean())
        for entry in classes
        if (labels == entry.index).any()
    }


def _class_metrics(
    real: RealSide, seen: Observation, labels: NDArray[np.int64] | None
) -> tuple[MetricSpec, ...]:
    if real.judge is None or real.held_out_labels is None or labels is None:
        return ()
    accuracy = class_accuracy(real.judge.recognise(seen), labels, real.classes)
    ceiling = class_accuracy(
        real.judge.recognise(real.held_out), real.held_out_labels, real.classes
    )
    return (
        MetricSpec(
            name="conditional accuracy",
            value=accuracy.overall,
            num_samples=len(labels),
            real_floor=ceiling.overall,
            per_class=accuracy.per_class,
            note=f"GAN-test; judged by {real.judge.name}; floor: real held-out pictures",
        ),
    )


def _memorisation_metrics(real: RealSide, scores: MemorisationScores) -> tuple[MetricSpec, ...]:
    floor = real.copying_floor
    num_samples = len(scores.nearest_distances)
    return (
        MetricSpec(
            name="data-copying z (C_T)",
            value=scores.copying_z,
            num_samples=num_samples,
            real_floor=_finite(floor.copying_z),
            note="Meehan et al. 2020; far below -3: nearer to the training set than unseen "
            "pictures are, far above 3: farther; grows with the root of N",
        ),
        MetricSpec(
            name="nearest-neighbour ratio",
            value=scores.distance_ratio,
            num_samples=num_samples,
            real_floor=_finite(floor.distance_ratio),
            note="median distance to the training set, generated over held-out",
        ),
        MetricSpec(
            name="near-copy share",
            value=scores.near_copy_share,
            num_samples=num_samples,
            real_floor=_finite(floor.near_copy_share),
            note="nearer to a training picture than 99 % of held-out pictures are",
        ),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


# NEAR_COPY_LIMIT plus three standard errors: of the share among N, and of the quantile among M.
def near_copy_limit(num_samples: int, num_held_out: int) -> float:
    """Return the near-copy share above which a model is said to copy; small sets blur it.

    Example:
        >>> round(near_copy_limit(10_000, 10_000), 3), round(near_copy_limit(600, 600), 3)
        (0.024, 0.037)
    """
    variance = NEAR_COPY_QUANTILE * (1 - NEAR_COPY_QUANTILE)
    return NEAR_COPY_LIMIT + 3 * math.sqrt(variance * (1 / num_samples + 1 / num_held_out))


def _notes(real: RealSide, scores: MemorisationScores) -> tuple[Message, ...]:
    notes: list[Message] = []
    num_held_out, num_samples = len(real.held_out.features), len(scores.nearest_distances)
    if num_held_out < FEW_HELD_OUT:
        notes.append(
            Message(
                "Only {count} held-out pictures: the figures vary from draw to draw, so read each "
                "one beside its floor.",
                count=num_held_out,
            )
        )
    if num_samples != STANDARD_NUM_SAMPLES:
        notes.append(
            Message(
                "Measured on {count} generated pictures; compare only with figures at the same "
                "count.",
                count=num_samples,
            )
        )
    if scores.near_copy_share > near_copy_limit(num_samples, num_held_out):
        notes.append(
            Message(
                "The model copies: {percent} % of its pictures are near-copies of training "
                "pictures. Train on more pictures, or stop earlier.",
                percent=f"{100 * scores.near_copy_share:.1f}",
            )
        )
    return tuple(notes)
