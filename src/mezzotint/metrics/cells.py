"""Cells of the feature space by k-means (Lloyd 1982; seeding by Arthur & Vassilvitskii 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.metrics.neighbours import nearest_neighbours

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

MAX_ROUNDS = 50
MAX_FITTED = 20_000  # features the centres are fitted to; more hardly move them


@dataclass(frozen=True, kw_only=True, eq=False)
class CellPartition:
    """Divide the feature space into the cells of the nearest centre.

    Attributes:
        centres: float64 [K, D].
    """

    centres: NDArray[np.float64]

    def assign(self, features: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the cell of each feature [N, D] as int64 [N]."""
        if len(features) == 0:
            return np.zeros(0, dtype=np.int64)
        return nearest_neighbours(features, self.centres, 1).indices[:, 0]


def fit_cells(
    features: NDArray[np.floating], num_cells: int, generator: Generator
) -> CellPartition:
    """Cluster features into cells.

    Args:
        features: [N, D].
        num_cells: K; fewer come out where fewer features differ.
        generator: Draws the starting centres.

    Example:
        >>> line = np.array([[0.0], [0.1], [9.0], [9.1]])
        >>> partition = fit_cells(line, 2, np.random.default_rng(0))
        >>> sorted(partition.centres[:, 0].tolist())
        [0.05, 9.05]
    """
    if len(features) > MAX_FITTED:
        chosen = generator.choice(len(features), MAX_FITTED, replace=False)
        features = features[np.sort(chosen)]
    exact = features.astype(np.float64)
    partition = CellPartition(centres=_spread_centres(exact, num_cells, generator))
    for _ in range(MAX_ROUNDS):
        moved = _centres_of(exact, partition)
        if np.array_equal(moved, partition.centres):
            break
        partition = CellPartition(centres=moved)
    return partition


def _centres_of(features: NDArray[np.float64], partition: CellPartition) -> NDArray[np.float64]:
    cells = partition.assign(features)
    centres = partition.centres.copy()
    for cell in np.unique(cells):
        centres[cell] = features[cells == cell].mean(axis=0)
    return centres


# k-means++: each further centre is drawn with probability proportional to the squared distance to
# the nearest centre so far.
def _spread_centres(
    features: NDArray[np.float64], num_cells: int, generator: Generator
) -> NDArray[np.float64]:
    centres = [features[generator.integers(len(features))]]
    squared = ((features - centres[0]) ** 2).sum(axis=1)
    while len(centres) < num_cells and squared.sum() > 0:
        index = generator.choice(len(features), p=squared / squared.sum())
        centres.append(features[index])
        squared = np.minimum(squared, ((features - centres[-1]) ** 2).sum(axis=1))
    return np.stack(centres)
