"""The kernel distance: maximum mean discrepancy with a cubic kernel (Binkowski et al. 2018).

Unlike the Frechet distance it has no bias: its expected value does not depend on N, and for two
draws from one distribution it is zero on average, so that it may come out negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_ROWS = 1024  # of the kernel matrix at a time


# k(x, y) = (x.y / D + 1)^3                                (Binkowski et al. 2018, section 4)
def cubic_kernel(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the kernel between all rows of [M, D] and [N, D] as [M, N]."""
    similarity = first @ second.T / first.shape[1] + 1
    return similarity * similarity * similarity


# MMD^2_u = sum_{i != j} k(x_i, x_j) / (m (m - 1)) + sum_{i != j} k(y_i, y_j) / (n (n - 1))
#           - 2 sum_{i, j} k(x_i, y_j) / (m n)                          (Gretton et al. 2012, Eq. 3)
def kernel_distance(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Return the unbiased squared discrepancy over all pairs of features [M, D] and [N, D].

    Called "KID" only where the features are those of Inception.

    Example:
        >>> features = np.random.default_rng(0).standard_normal((500, 4))
        >>> kernel_distance(features[:250], features[250:]) < 0.1 < kernel_distance(
        ...     features[:250], features[250:] + 1
        ... )
        True
    """
    x, y = first.astype(np.float64), second.astype(np.float64)
    return _mean_off_diagonal(x) + _mean_off_diagonal(y) - 2 * _mean_kernel(x, y)


def _mean_off_diagonal(rows: NDArray[np.float64]) -> float:
    count = len(rows)
    on_diagonal = ((rows * rows).sum(axis=1) / rows.shape[1] + 1) ** 3
    total = _mean_kernel(rows, rows) * count**2 - on_diagonal.sum()
    return float(total / (count * (count - 1)))


def _mean_kernel(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    total = sum(
        float(cubic_kernel(first[start : start + BLOCK_ROWS], second).sum())
        for start in range(0, len(first), BLOCK_ROWS)
    )
    return total / (len(first) * len(second))
