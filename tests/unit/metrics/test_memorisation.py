import math

import numpy as np
import pytest

from mezzotint.metrics.cells import CellPartition, fit_cells
from mezzotint.metrics.evaluation import near_copy_limit
from mezzotint.metrics.memorisation import (
    closest_pairs,
    closest_pairs_sheet,
    copying_test,
    data_copying_z,
    mann_whitney_z,
    memorisation_scores,
)


def draw(seed: int, count: int, dimension: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimension))


TRAINING, HELD_OUT = draw(0, 1000), draw(1, 500)
CELLS = fit_cells(TRAINING, 5, np.random.default_rng(0))
TEST = copying_test(TRAINING, HELD_OUT, CELLS)


def test_fresh_pictures_score_zero() -> None:
    scores = memorisation_scores(TEST, draw(2, 500))
    assert abs(scores.copying_z) < 3
    assert scores.distance_ratio == pytest.approx(1, abs=0.1)
    assert scores.near_copy_share < 0.03


def test_copies_with_a_little_noise_are_found() -> None:
    copies = TRAINING[:500] + 0.05 * draw(3, 500)
    scores = memorisation_scores(TEST, copies)
    assert scores.copying_z < -10
    assert scores.distance_ratio < 0.2
    assert scores.near_copy_share > 0.95
    assert np.array_equal(scores.nearest_training, np.arange(500))


def test_strange_pictures_score_far_above_zero() -> None:
    scores = memorisation_scores(TEST, 2 * draw(4, 500))
    assert scores.copying_z > 3
    assert scores.near_copy_share < 0.01


def test_fresh_pictures_are_hardly_ever_called_copies() -> None:
    shares = [
        memorisation_scores(copying_test(TRAINING, draw(seed, 300), CELLS), draw(seed + 100, 300))
        for seed in range(10, 50)
    ]
    flagged = [scores.near_copy_share > near_copy_limit(300, 300) for scores in shares]
    assert np.mean([scores.near_copy_share for scores in shares]) < 0.02
    assert sum(flagged) <= 1


def test_copying_in_one_cell_alone_is_found() -> None:
    # Half of the space is copied, in the other half the pictures lie too far out: on the whole the
    # distances look right, cell by cell they do not (Meehan et al. 2020, Fig. 1).
    left = TRAINING[TRAINING[:, 0] < 0]
    copies = left + 0.01
    cells = CellPartition(centres=np.array([[-1.0] + [0.0] * 7, [1.0] + [0.0] * 7]))
    assert data_copying_z(copying_test(TRAINING, HELD_OUT, cells), copies) < -5


def test_no_common_cell_gives_no_number() -> None:
    cells = CellPartition(centres=np.array([[-50.0] * 8, [50.0] * 8]))
    far = np.full((20, 8), 50.0)
    assert math.isnan(data_copying_z(copying_test(TRAINING - 50, HELD_OUT - 50, cells), far))


def test_z_changes_sign_with_the_order_and_is_zero_for_ties() -> None:
    first, second = draw(0, 30)[:, 0], draw(1, 40)[:, 0] + 0.3
    assert mann_whitney_z(first, second) == pytest.approx(-mann_whitney_z(second, first))
    assert mann_whitney_z(np.ones(5), np.ones(7)) == 0


def test_z_is_standard_normal_for_equal_distributions() -> None:
    values = [mann_whitney_z(draw(2 * i, 30)[:, 0], draw(2 * i + 1, 50)[:, 0]) for i in range(400)]
    assert np.mean(values) == pytest.approx(0, abs=0.2)
    assert np.std(values) == pytest.approx(1, abs=0.15)


def test_cells_are_the_same_for_the_same_generator() -> None:
    again = fit_cells(TRAINING, 5, np.random.default_rng(0))
    assert np.array_equal(again.centres, CELLS.centres)
    assert set(CELLS.assign(TRAINING).tolist()) == set(range(5))


def test_cells_of_clear_groups_are_the_groups() -> None:
    groups = np.repeat(np.eye(8)[:4] * 20, 50, axis=0) + draw(0, 200) * 0.1
    cells = fit_cells(groups, 4, np.random.default_rng(0)).assign(groups)
    assert [len(set(cells[50 * i : 50 * (i + 1)].tolist())) for i in range(4)] == [1, 1, 1, 1]
    assert len(set(cells.tolist())) == 4


def test_fewer_different_pictures_than_cells() -> None:
    same = np.ones((10, 3))
    assert len(fit_cells(same, 4, np.random.default_rng(0)).centres) == 1


def test_closest_pairs_are_named_and_shown() -> None:
    made = np.concatenate([draw(5, 20), TRAINING[7:8]])
    scores = memorisation_scores(TEST, made)
    pairs = closest_pairs(scores, 3)
    assert (pairs[0].generated_index, pairs[0].training_index, pairs[0].distance) == (20, 7, 0)
    assert pairs[1].distance <= pairs[2].distance
    made_pixels = np.arange(21, dtype=np.uint8)[:, None, None, None] * np.ones((4, 6, 3), np.uint8)
    sheet = closest_pairs_sheet(pairs, made_pixels, np.zeros((1000, 4, 6, 3), np.uint8))
    assert sheet.shape == (8, 18, 3)
    assert (sheet[:4, :6] == 20).all()
    assert not sheet[4:].any()
