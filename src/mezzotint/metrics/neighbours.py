"""Exact nearest neighbours, a block of queries at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_BYTES = 64 << 20  # of squared distances at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbours:
    """Hold the k nearest references of each query, nearest first.

    Attributes:
        distances: Euclidean, float64 [N, k].
        indices: Positions among the references, int64 [N, k].
    """

    distances: NDArray[np.float64]
    indices: NDArray[np.int64]


def nearest_neighbours(
    queries: NDArray[np.floating],
    references: NDArray[np.floating],
    num_neighbours: int,
    *,
    same_set: bool = False,
) -> Neighbours:
    """Find the nearest references of each query, exactly.

    Args:
        queries: [N, D].
        references: [M, D].
        num_neighbours: k; at most M, or M - 1 where the sets are the same.
        same_set: Whether both are one set, where no element is its own neighbour.

    Example:
        >>> line = np.array([[0.0], [1.0], [5.0]])
        >>> nearest_neighbours(line, line, 1, same_set=True).indices[:, 0].tolist()
        [1, 0, 1]
    """
    num_available = len(references) - same_set
    if not 1 <= num_neighbours <= num_available:
        raise ValueError(f"{num_neighbours} neighbours of {num_available} cannot be found")
    exact_references = references.astype(np.float64)
    distances: list[NDArray[np.float64]] = []
    indices: list[NDArray[np.int64]] = []
    for rows, squared in squared_distance_blocks(queries, references):
        if same_set:
            squared[np.arange(len(squared)), np.arange(rows.start, rows.stop)] = np.inf
        nearest = _smallest(squared, num_neighbours)
        # The expanded square loses digits for near-copies, so measure those few again directly.
        step = queries[rows].astype(np.float64)[:, None] - exact_references[nearest]
        exact = np.sqrt((step * step).sum(axis=2))
        order = np.argsort(exact, axis=1, kind="stable")
        distances.append(np.take_along_axis(exact, order, axis=1))
        indices.append(np.take_along_axis(nearest, order, axis=1))
    return Neighbours(distances=np.concatenate(distances), indices=np.concatenate(indices))


# |q - r|^2 = [q, 1, |q|^2] . [-2 r, |r|^2, 1]: one matrix product, no further pass over the block.
def squared_distance_blocks(
    queries: NDArray[np.floating], references: NDArray[np.floating]
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield blocks of squared distances [rows, M] with the rows of the queries they belong to.

    Rounding may put them a little below zero where query and reference are the same.
    """
    centre = references.mean(axis=0, dtype=np.float64)  # small numbers lose fewer digits
    right = references - centre
    right = np.column_stack([-2 * right, (right * right).sum(axis=1), np.ones(len(right))]).T
    num_rows = max(1, BLOCK_BYTES // (8 * len(references)))
    for start in range(0, len(queries), num_rows):
        rows = slice(start, min(start + num_rows, len(queries)))
        left = queries[rows] - centre
        left = np.column_stack([left, np.ones(len(left)), (left * left).sum(axis=1)])
        yield rows, left @ right


def _smallest(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    if count == 1:
        return values.argmin(axis=1)[:, None]
    if count == values.shape[1]:
        return np.broadcast_to(np.arange(count), values.shape)
    return np.argpartition(values, count - 1, axis=1)[:, :count]
