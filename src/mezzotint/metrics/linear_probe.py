"""Recognise classes from features where no net knows them: linear discriminant analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RIDGE = 1e-3  # of the mean variance, added to the diagonal: few pictures, singular covariance


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearProbe:
    """Score each class by a linear function of the features.

    Attributes:
        classes: int64 [K], the class of each score.
        weights: float64 [D, K].
        offsets: float64 [K].
    """

    classes: NDArray[np.int64]
    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]

    def classify(self, features: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the likeliest class of each feature [N, D] as int64 [N]."""
        scores = features.astype(np.float64) @ self.weights + self.offsets
        return self.classes[scores.argmax(axis=1)]


# delta_k(x) = x^T C^-1 m_k - m_k^T C^-1 m_k / 2 + log p_k       (Hastie et al. 2009, Eq. 4.10)
def fit_linear_probe(
    features: NDArray[np.floating], labels: NDArray[np.int64], ridge: float = RIDGE
) -> LinearProbe:
    """Fit a probe to real pictures, in closed form: one Gaussian a class, one covariance for all.

    Args:
        features: [N, D].
        labels: int64 [N].
        ridge: Share of the mean variance added to the diagonal of the covariance.

    Example:
        >>> probe = fit_linear_probe(np.array([[0.0], [1.0], [8.0], [9.0]]), np.array([3, 3, 5, 5]))
        >>> probe.classify(np.array([[2.0], [7.0]])).tolist()
        [3, 5]
    """
    exact = features.astype(np.float64)
    classes, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.stack([exact[index == k].mean(axis=0) for k in range(len(classes))])
    residual = exact - means[index]
    covariance = residual.T @ residual / len(exact)
    dimension = exact.shape[1]
    covariance += ridge * np.trace(covariance) / dimension * np.eye(dimension)
    weights = np.linalg.solve(covariance, means.T)
    offsets = np.log(counts / len(exact)) - 0.5 * (means.T * weights).sum(axis=0)
    return LinearProbe(classes=classes, weights=weights, offsets=offsets)
