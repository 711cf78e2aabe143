"""Fidelity and diversity apart: precision and recall, density and coverage.

Each real picture owns a ball that reaches to its k-th nearest real neighbour; together the balls
are the manifold. Precision and recall count who lies inside whose manifold (Kynkaanniemi et al.
2019); density and coverage repair their sensitivity to outliers (Naeem et al. 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.metrics.neighbours import nearest_neighbours, squared_distance_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUM_NEIGHBOURS = 5  # Naeem et al. 2020, section 4
# "Strictly inside" with room for rounding: a copy of the k-th neighbour itself lies on the sphere.
INSIDE = 1 - 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class ManifoldScores:
    """Hold the four figures; all but density lie in [0, 1].

    Attributes:
        precision: Share of generated pictures inside the real manifold.
        recall: Share of real pictures inside the generated manifold.
        density: Mean number of real balls around a generated picture, over k; about 1 for the same
            distribution, more where generated pictures crowd where real ones are dense.
        coverage: Share of real balls that hold a generated picture.
        covered: Which real balls do, bool [M]: the mean over a class is the class's coverage.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    covered: NDArray[np.bool_]


# precision = mean_j [y_j in some ball of x], recall = mean_i [x_i in some ball of y]
#                                                         (Kynkaanniemi et al. 2019, section 2)
# density = mean_j (number of balls of x around y_j) / k, coverage = mean_i [ball of x_i holds a y]
#                                                                (Naeem et al. 2020, section 3)
def manifold_scores(
    real: NDArray[np.floating],
    generated: NDArray[np.floating],
    num_neighbours: int = NUM_NEIGHBOURS,
) -> ManifoldScores:
    """Compare generated features with real ones.

    Args:
        real: [M, D].
        generated: [N, D]; coverage grows with N, so compare at equal N only.
        num_neighbours: k.

    Example:
        >>> features = np.random.default_rng(0).standard_normal((200, 4))
        >>> scores = manifold_scores(features, features)
        >>> scores.precision, scores.recall, scores.coverage
        (1.0, 1.0, 1.0)
    """
    real_reach = _squared_radii(real, num_neighbours)
    generated_reach = _squared_radii(generated, num_neighbours)
    num_balls_around = np.zeros(len(generated), dtype=np.int64)
    recalled = np.zeros(len(real), dtype=bool)
    covered = np.zeros(len(real), dtype=bool)
    for rows, squared in squared_distance_blocks(generated, real):
        in_real_ball = squared < real_reach
        num_balls_around[rows] = in_real_ball.sum(axis=1)
        covered |= in_real_ball.any(axis=0)
        recalled |= (squared < generated_reach[rows, None]).any(axis=0)
    return ManifoldScores(
        precision=float((num_balls_around > 0).mean()),
        recall=float(recalled.mean()),
        density=float(num_balls_around.mean() / num_neighbours),
        coverage=float(covered.mean()),
        covered=covered,
    )


def _squared_radii(features: NDArray[np.floating], num_neighbours: int) -> NDArray[np.float64]:
    found = nearest_neighbours(features, features, num_neighbours, same_set=True)
    return found.distances[:, -1] ** 2 * INSIDE
