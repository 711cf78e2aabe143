import numpy as np
import pytest

from mezzotint.metrics import neighbours
from mezzotint.metrics.manifold import manifold_scores
from mezzotint.metrics.neighbours import nearest_neighbours


def draw(seed: int, count: int, dimension: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)


def test_small_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, references = draw(0, 70), draw(1, 90)
    whole = nearest_neighbours(queries, references, 4)
    monkeypatch.setattr(neighbours, "BLOCK_BYTES", 8 * 90 * 3)
    blocks = nearest_neighbours(queries, references, 4)
    assert np.array_equal(whole.indices, blocks.indices)
    assert np.array_equal(whole.distances, blocks.distances)


def test_copies_are_at_distance_zero_far_from_the_origin() -> None:
    references = draw(0, 50) + 1e3
    found = nearest_neighbours(references[::-1], references, 1)
    assert not found.distances.any()
    assert found.indices[:, 0].tolist() == list(range(49, -1, -1))


def test_nobody_is_their_own_neighbour() -> None:
    features = draw(0, 40)
    found = nearest_neighbours(features, features, 39, same_set=True)
    for index, row in enumerate(found.indices):
        assert sorted([*row.tolist(), index]) == list(range(40))
    assert np.all(np.diff(found.distances, axis=1) >= 0)


@pytest.mark.parametrize("count", [0, 4])
def test_more_neighbours_than_there_are_is_an_error(count: int) -> None:
    features = draw(0, 4)
    with pytest.raises(ValueError, match="cannot be found"):
        nearest_neighbours(features, features, count, same_set=True)


def test_equal_sets_have_perfect_scores() -> None:
    features = draw(0, 200)
    scores = manifold_scores(features, features)
    assert (scores.precision, scores.recall, scores.coverage) == (1, 1, 1)
    # Inside the ball of x_i lie x_i itself and its k - 1 nearest; the k-th is on the sphere.
    assert scores.density == pytest.approx(1)


def test_two_draws_of_one_distribution_score_as_published() -> None:
    # Naeem et al. 2020: coverage tends to 1 - 2^-k = 0.969 for k = 5, density to 1.
    scores = manifold_scores(draw(0, 3000, 4), draw(1, 3000, 4))
    assert scores.coverage == pytest.approx(1 - 2**-5, abs=0.01)
    assert scores.density == pytest.approx(1, abs=0.03)


def test_crowding_raises_density_and_empties_coverage() -> None:
    real = draw(0, 500)
    scores = manifold_scores(real, draw(1, 500) * 0.1)
    assert scores.precision == 1
    assert scores.density > 2
    assert scores.coverage < 0.5


def test_repeated_pictures_show_in_coverage_alone() -> None:
    real, few = draw(0, 500), draw(1, 25)
    scores = manifold_scores(real, np.repeat(few, 20, axis=0))
    assert scores.precision > 0.8
    assert scores.coverage < 0.4
