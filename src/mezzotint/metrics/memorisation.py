"""Does the model copy its training pictures? The three-sample test of Meehan et al. (2020).

Three samples: what the model trained on, real pictures it never saw, and what it made. If the made
ones lie nearer to the training pictures than the unseen real ones do, the model copies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.metrics.cells import CellPartition
from mezzotint.metrics.neighbours import nearest_neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Features = NDArray[np.floating]

NEAR_COPY_QUANTILE = 0.01  # of the held-out distances: nearer than this counts as a near-copy
MIN_CELL_SHARE = 0.01  # tau: a cell that holds fewer of the made pictures says nothing


@dataclass(frozen=True, kw_only=True, eq=False)
class MemorisationScores:
    """Hold what the nearest training pictures tell.

    Attributes:
        copying_z: C_T, a z-score: 0 for fresh real pictures, far below -3 for copying, far above 3
            for pictures unlike any training picture. It grows with the square root of N.
        distance_ratio: Median distance of made pictures to the training set over the same for
            held-out ones; below 1 leans towards copying.
        near_copy_share: Share of made pictures nearer to a training picture than the 1 % quantile
            of held-out pictures; 0.01 for fresh real pictures.
        nearest_training: The nearest training picture of each made picture, int64 [N].
        nearest_distances: How far it is, [N].
    """

    copying_z: float
    distance_ratio: float
    near_copy_share: float
    nearest_training: NDArray[np.int64]
    nearest_distances: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """Hold one cell of the feature space: where copying is looked for, place by place.

    Attributes:
        training: The training features in it, [l, D].
        unseen_distances: How far its held-out pictures are from those, [m].
        weight: Share of all held-out pictures that lie in it.
    """

    training: Features
    unseen_distances: NDArray[np.float64]
    weight: float


@dataclass(frozen=True, kw_only=True, eq=False)
class CopyingTest:
    """Hold what the test needs of the real pictures; many models can then be tested.

    Attributes:
        training: [L, D].
        unseen_distances: Distance of each held-out picture to the training set, [M].
        partition: Cells of the feature space.
        cells: One a centre of the partition; None where it lacks training or held-out pictures.
    """

    training: Features
    unseen_distances: NDArray[np.float64]
    partition: CellPartition
    cells: tuple[Cell | None, ...]


def copying_test(training: Features, held_out: Features, partition: CellPartition) -> CopyingTest:
    """Prepare the test from training features [L, D], held-out ones [M, D] and cells."""
    training_cells, held_out_cells = partition.assign(training), partition.assign(held_out)
    cells: list[Cell | None] = []
    for index in range(len(partition.centres)):
        known, unseen = training[training_cells == index], held_out[held_out_cells == index]
        if len(known) == 0 or len(unseen) == 0:
            cells.append(None)
            continue
        cells.append(
            Cell(
                training=known,
                unseen_distances=nearest_neighbours(unseen, known, 1).distances[:, 0],
                weight=len(unseen) / len(held_out),
            )
        )
    return CopyingTest(
        training=training,
        unseen_distances=nearest_neighbours(held_out, training, 1).distances[:, 0],
        partition=partition,
        cells=tuple(cells),
    )


def memorisation_scores(test: CopyingTest, generated: Features) -> MemorisationScores:
    """Look at the nearest training picture of each generated one, features [N, D]."""
    found = nearest_neighbours(generated, test.training, 1)
    distances = found.distances[:, 0]
    threshold = np.quantile(test.unseen_distances, NEAR_COPY_QUANTILE)
    typical = float(np.median(test.unseen_distances))
    return MemorisationScores(
        copying_z=data_copying_z(test, generated),
        distance_ratio=float(np.median(distances)) / typical if typical > 0 else math.nan,
        near_copy_share=float((distances < threshold).mean()),
        nearest_training=found.indices[:, 0],
        nearest_distances=distances,
    )


# C_T = sum over cells of P(cell) Z_U(cell) / sum over cells of P(cell), P = share of held-out, over
# the cells with a share tau or more of the generated pictures       (Meehan et al. 2020, section 3)
def data_copying_z(test: CopyingTest, generated: Features) -> float:
    """Return C_T of generated features [N, D]; nan if no cell holds enough of all three samples."""
    generated_cells = test.partition.assign(generated)
    weights: list[float] = []
    scores: list[float] = []
    for index, cell in enumerate(test.cells):
        made = generated[generated_cells == index]
        if cell is None or len(made) < max(1, MIN_CELL_SHARE * len(generated)):
            continue
        distances = nearest_neighbours(made, cell.training, 1).distances[:, 0]
        weights.append(cell.weight)
        scores.append(mann_whitney_z(distances, cell.unseen_distances))
    return float(np.average(scores, weights=weights)) if weights else math.nan


# U = number of pairs with a > b, ties half; z = (U - m n / 2) / sigma        (Mann & Whitney 1947)
def mann_whitney_z(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return how far the values of `first` lie above those of `second`, as a z-score.

    Example:
        >>> round(mann_whitney_z(np.array([1.0, 2.0]), np.array([3.0, 4.0])), 3)
        -1.549
    """
    m, n = len(first), len(second)
    ranks, tie_sizes = _mid_ranks(np.concatenate([first, second]))
    u = ranks[:m].sum() - m * (m + 1) / 2
    total = m + n
    tied = float((tie_sizes**3 - tie_sizes).sum()) / (total * (total - 1))
    variance = m * n / 12 * (total + 1 - tied)
    return float((u - m * n / 2) / math.sqrt(variance)) if variance > 0 else 0.0


def _mid_ranks(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Rank from 1; equal values share the mean of their ranks. Also the size of each group of ties.
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last_rank = np.cumsum(sizes)
    return (last_rank - (sizes - 1) / 2)[group], sizes.astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class ClosestPair:
    """Name a made picture and the training picture it comes nearest to."""

    generated_index: int
    training_index: int
    distance: float


def closest_pairs(scores: MemorisationScores, count: int) -> tuple[ClosestPair, ...]:
    """Return the made pictures that come nearest to a training picture, nearest first."""
    order = np.argsort(scores.nearest_distances, kind="stable")[:count]
    return tuple(
        ClosestPair(
            generated_index=int(index),
            training_index=int(scores.nearest_training[index]),
            distance=float(scores.nearest_distances[index]),
        )
        for index in order
    )


def closest_pairs_sheet(
    pairs: tuple[ClosestPair, ...],
    generated_pixels: NDArray[np.uint8],
    training_pixels: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Show each pair, the made picture above and its nearest training picture below.

    Args:
        pairs: From `closest_pairs`; one or more.
        generated_pixels: uint8 [N, H, W, C].
        training_pixels: uint8 [L, H, W, C].

    Returns:
        uint8 [2 H, len(pairs) W, C].
    """
    made = [generated_pixels[pair.generated_index] for pair in pairs]
    known = [training_pixels[pair.training_index] for pair in pairs]
    return np.concatenate([np.concatenate(made, axis=1), np.concatenate(known, axis=1)])
