"""Look at a learner's samples from time to time: how good, how varied, how much copied?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.engines.pixels import to_pixels
from mezzotint.metrics.feature_extraction import Ruler
from mezzotint.metrics.frechet import frechet_distance, moments
from mezzotint.metrics.neighbours import nearest_neighbours
from mezzotint.metrics.ruler_choice import choose_ruler
from mezzotint.training.batches import to_array
from mezzotint.training.learner import Learner

NUM_SAMPLES = 1_000
NUM_COMPARED = 5_000  # training pictures that samples are held against for copying
FIRST_SEED = 1  # of the blocks of samples; the sheets have 0
BLOCK = 250  # pictures painted at a time


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """Hold what a look at the samples gave; NaN where they are not pictures.

    Attributes:
        score: Frechet distance of samples to held-out pictures; lower is better.
        diversity: Spread of the samples' features, as a share of that of real pictures.
        nearest_ratio: Median distance of a sample to its nearest training picture, as a share of
            the same for held-out pictures; far below 1 = copied. None without held-out pictures.
    """

    score: float
    diversity: float
    nearest_ratio: float | None


class Examiner:
    """Compare samples with real pictures that were looked at once.

    Args:
        pictures: What is trained on.
        held_out: Pictures that are not; None = the score compares with the training pictures, and
            copying cannot be told.
        ruler: How to see pictures; None = the best there is for them.
    """

    def __init__(
        self,
        pictures: TrainingPictures,
        held_out: TrainingPictures | None,
        ruler: Ruler | None = None,
    ) -> None:
        self._ruler = ruler or choose_ruler(pictures.pixels)
        self._training = self._features(spread_out(pictures.pixels, NUM_COMPARED))
        real = self._training
        if held_out is not None:
            real = self._features(spread_out(held_out.pixels, NUM_COMPARED))
        self._real_moments = moments(real)
        self._real_spread = spread(real)
        self._real_nearest = None if held_out is None else self._nearest(real)

    def look(self, learner: Learner) -> Checkup:
        """Paint samples with the averaged nets and compare them."""
        blocks: list[NDArray[np.float32]] = []
        for seed in range(FIRST_SEED, FIRST_SEED + NUM_SAMPLES // BLOCK):
            painted = to_array(learner.sample(seed, BLOCK))
            if not np.isfinite(painted).all():
                return Checkup(score=np.nan, diversity=np.nan, nearest_ratio=None)
            blocks.append(self._features(to_pixels(painted)))
        features = np.concatenate(blocks)
        ratio = None
        if self._real_nearest is not None:
            ratio = self._nearest(features) / max(self._real_nearest, 1e-12)
        return Checkup(
            score=float(frechet_distance(moments(features), self._real_moments)),
            diversity=spread(features) / max(self._real_spread, 1e-12),
            nearest_ratio=ratio,
        )

    def _features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._ruler.observe(pixels).features

    def _nearest(self, features: NDArray[np.float32]) -> float:
        """Return the median distance to the nearest training picture."""
        return float(np.median(nearest_neighbours(features, self._training, 1).distances))


def spread(features: NDArray[np.float32]) -> float:
    """Return the root mean squared distance of features [N, D] from their mean."""
    return float(np.sqrt(features.var(axis=0, dtype=np.float64).sum()))


def spread_out(pixels: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """Return at most `count` pictures, evenly spread over the set."""
    if len(pixels) <= count:
        return pixels
    return pixels[np.linspace(0, len(pixels) - 1, count).astype(np.int64)]
