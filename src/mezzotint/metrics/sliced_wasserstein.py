"""The sliced Wasserstein distance, in the scale of MIND (arXiv 2605.06797).

Along one direction, optimal transport is sorting. Averaged over random directions it compares whole
distributions, not just their means and covariances, and it needs far fewer pictures than the
Frechet distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

NUM_DIRECTIONS = 1000
BLOCK_DIRECTIONS = 50  # sorted at a time


def random_directions(
    num_directions: int, dimension: int, generator: Generator
) -> NDArray[np.float64]:
    """Draw unit vectors, uniform on the sphere: float64 [num_directions, dimension]."""
    normal = generator.standard_normal((num_directions, dimension))
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


# MIND = 3 D * mean over directions u of W_2^2(u.X, u.Y)          (Berthet et al. 2026; 3 D = scale)
def mind_distance(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    directions: NDArray[np.float64],
) -> float:
    """Return the scaled squared sliced Wasserstein distance of features [M, D] and [N, D].

    Args:
        first: [M, D].
        second: [N, D].
        directions: Unit vectors [K, D] from `random_directions`; the same for every comparison.

    Example:
        >>> features = np.random.default_rng(0).standard_normal((100, 4))
        >>> directions = random_directions(50, 4, np.random.default_rng(1))
        >>> mind_distance(features, features, directions)
        0.0
    """
    x, y = first.astype(np.float64), second.astype(np.float64)
    from_x, from_y, mass = transport_plan(len(x), len(y))
    total = 0.0
    for start in range(0, len(directions), BLOCK_DIRECTIONS):
        block = directions[start : start + BLOCK_DIRECTIONS]
        sorted_x = np.sort(block @ x.T, axis=1)
        sorted_y = np.sort(block @ y.T, axis=1)
        moved = sorted_x[:, from_x] - sorted_y[:, from_y]
        total += float((moved * moved @ mass).sum())
    return 3 * x.shape[1] * total / len(directions)


def transport_plan(
    num_first: int, num_second: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Match two sorted sets of any sizes: which element sends how much mass to which.

    The quantile functions are step functions; between two neighbouring steps of either of them
    one element of each set is matched. For equal sizes that is element by element.

    Returns:
        Positions in the first set, positions in the second set, and the mass moved; the masses
        sum to 1.

    Example:
        >>> [part.tolist() for part in transport_plan(1, 2)]
        [[0, 0], [0, 1], [0.5, 0.5]]
    """
    # Whole numbers: level i / M of the first set is i * N in units of 1 / (M N).
    ends = np.union1d(
        np.arange(1, num_first + 1, dtype=np.int64) * num_second,
        np.arange(1, num_second + 1, dtype=np.int64) * num_first,
    )
    mass = np.diff(ends, prepend=0) / (num_first * num_second)
    return (ends - 1) // num_second, (ends - 1) // num_first, mass
