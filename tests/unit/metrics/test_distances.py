"""The kernel distance and the sliced Wasserstein distance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.metrics.kernel_distance import kernel_distance
from mezzotint.metrics.sliced_wasserstein import mind_distance, random_directions, transport_plan


def draw(seed: int, count: int, dimension: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimension))


DIRECTIONS = random_directions(200, 8, np.random.default_rng(0))


def test_kernel_distance_has_no_bias() -> None:
    values = [kernel_distance(draw(2 * i, 40), draw(2 * i + 1, 40)) for i in range(60)]
    standard_error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values)) < 4 * standard_error
    assert min(values) < 0 < max(values)


def test_kernel_distance_grows_with_the_shift() -> None:
    values = [kernel_distance(draw(0, 300), draw(1, 300) + shift) for shift in (0, 0.3, 0.6)]
    assert values == sorted(values)


def test_directions_have_unit_length_and_come_from_the_generator() -> None:
    again = random_directions(200, 8, np.random.default_rng(0))
    assert np.allclose(np.linalg.norm(DIRECTIONS, axis=1), 1)
    assert np.array_equal(DIRECTIONS, again)


@given(num_first=st.integers(1, 60), num_second=st.integers(1, 60))
def test_transport_moves_every_element_completely(num_first: int, num_second: int) -> None:
    first, second, mass = transport_plan(num_first, num_second)
    assert np.all(mass > 0)
    assert np.allclose(np.bincount(first, weights=mass), 1 / num_first)
    assert np.allclose(np.bincount(second, weights=mass), 1 / num_second)
    assert np.all(np.diff(first) >= 0)
    assert np.all(np.diff(second) >= 0)


def test_a_set_repeated_is_the_same_distribution() -> None:
    features = draw(0, 30)
    repeated = np.repeat(features, 3, axis=0)
    assert mind_distance(features, repeated, DIRECTIONS) == pytest.approx(0, abs=1e-12)


def test_mind_of_a_shift_is_three_times_its_square() -> None:
    # mean over directions of (u.s)^2 is |s|^2 / D, so MIND -> 3 D |s|^2 / D.
    features, shift = draw(0, 50), np.full(8, 0.5)
    many = random_directions(20_000, 8, np.random.default_rng(1))
    expected = 3 * float(shift @ shift)
    assert mind_distance(features, features + shift, many) == pytest.approx(expected, rel=0.02)


def test_mind_sees_what_mean_and_covariance_do_not() -> None:
    generator = np.random.default_rng(0)
    normal = generator.standard_normal((4000, 8))
    two_points = generator.choice([-1.0, 1.0], (4000, 1)) * np.ones((1, 8))
    fresh = generator.standard_normal((4000, 8))
    lumped = two_points * np.sqrt(1 / 8) + fresh * np.sqrt(7 / 8)
    floor = mind_distance(normal, fresh, DIRECTIONS)
    assert mind_distance(normal, lumped, DIRECTIONS) > 3 * floor
