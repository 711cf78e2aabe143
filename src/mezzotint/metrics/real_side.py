"""What does not change from one model to the next: the real pictures, seen through one ruler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.metrics.cells import fit_cells
from mezzotint.metrics.linear_probe import fit_linear_probe
from mezzotint.metrics.manifold import NUM_NEIGHBOURS
from mezzotint.metrics.memorisation import (
    CopyingTest,
    MemorisationScores,
    copying_test,
    memorisation_scores,
)
from mezzotint.metrics.sliced_wasserstein import NUM_DIRECTIONS, random_directions

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.domain.card import ClassSpec
    from mezzotint.metrics.feature_extraction import Observation, Ruler

NUM_CELLS = 10
MIN_PICTURES = NUM_NEIGHBOURS + 1
PROBE_LEAD = 0.05  # a probe must be this much better on real pictures to replace a net's own answer


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassJudge:
    """Recognise the class of a picture.

    Attributes:
        name: Who judges, for the note beside the figure.
        recognise: Observation of N pictures -> int64 [N].
    """

    name: str
    recognise: Callable[[Observation], NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True, eq=False)
class RealSide:
    """Hold all that a model is measured against.

    Attributes:
        ruler: How pictures are seen.
        training: Features of every training picture, [L, D].
        held_out: What the ruler sees in M real pictures that the model never saw.
        held_out_labels: int64 [M]; None for unlabelled sets.
        classes: By index; empty for unlabelled sets.
        judge: Recognises classes; None for unlabelled sets.
        copying: The data-copying test, prepared.
        copying_floor: Its scores for one half of the held-out pictures beside the other half.
        directions: Of the sliced Wasserstein distance, [K, D].
        order: A random order of the training pictures; its beginning plays the model in the floors.
    """

    ruler: Ruler
    training: NDArray[np.float32]
    held_out: Observation
    held_out_labels: NDArray[np.int64] | None
    classes: tuple[ClassSpec, ...]
    judge: ClassJudge | None
    copying: CopyingTest
    copying_floor: MemorisationScores
    directions: NDArray[np.float64]
    order: NDArray[np.int64]

    def floor_features(self, num_samples: int) -> NDArray[np.float32]:
        """Return the features of as many random training pictures, or of all there are."""
        return self.training[self.order[:num_samples]]

    def held_out_rows(self, num_samples: int) -> NDArray[np.int64]:
        """Return as many held-out pictures as there are generated ones, spread over the set.

        Neighbourhood figures are defined for sets of equal size; a larger reference would have
        smaller neighbourhoods, which few generated pictures cannot fill.
        """
        num_held_out = len(self.held_out.features)
        num_rows = min(num_samples, num_held_out)
        return np.linspace(0, num_held_out - 1, num_rows).round().astype(np.int64)


def require_pictures(*sets: Sized) -> None:
    """Refuse sets too small to measure: each picture needs neighbours in its own set."""
    if min(map(len, sets)) < MIN_PICTURES:
        raise InputError(
            "metrics.few",
            Message(
                "Measuring needs {least} pictures or more of each: generated, training, held-out.",
                least=MIN_PICTURES,
            ),
            Message("Hold out more pictures, or generate more."),
        )


def observe_real(
    real: TrainingPictures, held_out: TrainingPictures, ruler: Ruler, *, seed: int = 0
) -> RealSide:
    """Look at the real pictures once; many models can then be measured against them.

    Args:
        real: What the models were trained on.
        held_out: Real pictures of the same kind that no model was trained on.
        ruler: How to see them.
        seed: Of cells, directions and the draw for the floors.

    Raises:
        InputError: `metrics.few`: too few pictures to have neighbours.
    """
    require_pictures(real.pixels, held_out.pixels)
    training, seen = ruler.observe(real.pixels), ruler.observe(held_out.pixels)
    dimension = training.features.shape[1]
    cells, directions, order = (np.random.default_rng([seed, part]) for part in range(3))
    partition = fit_cells(training.features, NUM_CELLS, cells)
    unseen, playing = seen.features[0::2], seen.features[1::2]
    return RealSide(
        ruler=ruler,
        training=training.features,
        held_out=seen,
        held_out_labels=held_out.labels,
        classes=held_out.classes,
        judge=choose_judge(training, real.labels, seen, held_out.labels, ruler.questions),
        copying=copying_test(training.features, seen.features, partition),
        copying_floor=memorisation_scores(
            copying_test(training.features, unseen, partition), playing
        ),
        directions=random_directions(NUM_DIRECTIONS, dimension, directions),
        order=order.permutation(len(training.features)),
    )


def choose_judge(
    training: Observation,
    training_labels: NDArray[np.int64] | None,
    held_out: Observation,
    held_out_labels: NDArray[np.int64] | None,
    questions: tuple[tuple[str, ...], ...],
) -> ClassJudge | None:
    """Choose who recognises the classes, by the accuracy on held-out real pictures.

    A net's own answer is preferred; where it does not know these classes, a linear probe on its
    features does, fitted to the training pictures.

    Returns:
        None for unlabelled pictures.
    """
    if training_labels is None or held_out_labels is None:
        return None
    probe = fit_linear_probe(training.features, training_labels)
    probe_accuracy = (probe.classify(held_out.features) == held_out_labels).mean()
    for index in range(len(questions)):
        accuracy = (held_out.answers[:, index] == held_out_labels).mean()
        if accuracy + PROBE_LEAD >= probe_accuracy:
            return ClassJudge(
                name="the feature net's own classifier",
                recognise=lambda seen, index=index: seen.answers[:, index],
            )
    return ClassJudge(
        name="a linear probe on the features, fitted to the training pictures",
        recognise=lambda seen: probe.classify(seen.features),
    )
