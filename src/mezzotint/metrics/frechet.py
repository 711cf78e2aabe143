"""The Frechet distance between two sets of features, each taken as a Gaussian (Heusel 2017)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Matrix = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Hold mean and scatter of a set of features.

    Attributes:
        count: Number of pictures.
        mean: [D].
        scatter: Sum of (x - mean)(x - mean)^T, [D, D].
    """

    count: int
    mean: Vector
    scatter: Matrix

    @property
    def covariance(self) -> Matrix:
        """Return the unbiased covariance [D, D]."""
        if self.count < 2:
            raise ValueError("a covariance needs two pictures or more")
        return self.scatter / (self.count - 1)


def moments(features: NDArray[np.floating]) -> Moments:
    """Return the moments of features [N, D], in float64."""
    exact = features.astype(np.float64)
    mean = exact.mean(axis=0)
    centred = exact - mean
    return Moments(count=len(exact), mean=mean, scatter=centred.T @ centred)


# S = S_a + S_b + (n_a n_b / n) d d^T with d = mean_b - mean_a           (Chan et al. 1979, Eq. 2.1)
def merge_moments(first: Moments, second: Moments) -> Moments:
    """Return the moments of two sets together, as if they had been seen at once."""
    count = first.count + second.count
    shift = second.mean - first.mean
    return Moments(
        count=count,
        mean=first.mean + shift * (second.count / count),
        scatter=first.scatter
        + second.scatter
        + np.outer(shift, shift) * (first.count * second.count / count),
    )


def stream_moments(blocks: Iterable[NDArray[np.floating]]) -> Moments:
    """Return the moments of features that come in blocks [n, D], in constant memory.

    Example:
        >>> blocks = [np.ones((2, 3)), np.zeros((2, 3))]
        >>> stream_moments(blocks).mean.tolist()
        [0.5, 0.5, 0.5]
    """
    iterator = iter(blocks)
    total = moments(next(iterator))
    for block in iterator:
        total = merge_moments(total, moments(block))
    return total


# d^2 = |m_a - m_b|^2 + Tr(C_a + C_b - 2 (C_a C_b)^(1/2))                (Heusel et al. 2017, Eq. 6)
def frechet_distance(first: Moments, second: Moments) -> float:
    """Return the squared Frechet distance between two Gaussians, 0 for the same.

    Called "FID" only where the features are those of Inception; here it carries the net's name.

    Example:
        >>> features = np.random.default_rng(0).standard_normal((100, 4))
        >>> abs(round(frechet_distance(moments(features), moments(features + 1)), 9))
        4.0
    """
    shift = first.mean - second.mean
    spread = np.trace(first.covariance) + np.trace(second.covariance)
    overlap = _trace_of_root(first.covariance, second.covariance)
    return float(shift @ shift + spread - 2 * overlap)


# Tr (A B)^(1/2) = Tr (A^(1/2) B A^(1/2))^(1/2): the right side is symmetric and positive, so plain
# eigenvalues do, where the root of the product may turn complex by rounding.
def _trace_of_root(first: Matrix, second: Matrix) -> float:
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    squares = np.linalg.eigvalsh(root @ second @ root)
    return float(np.sqrt(squares.clip(min=0)).sum())
