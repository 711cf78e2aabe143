import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.verbs.noise import NoiseSpec, draw_noise

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
CHAOS = st.one_of(st.none(), st.integers(min_value=0, max_value=100))


def mean_distance(chaos: int | None, num_images: int = 4) -> float:
    """Return the mean distance between pictures of a grid, over several seeds."""
    distances: list[float] = []
    for seed in range(40):
        spec = NoiseSpec(seed=seed, noise_dim=64, chaos=chaos)
        grid = np.stack([draw_noise(spec, index) for index in range(num_images)])
        gaps = np.linalg.norm(grid[:, None] - grid[None], axis=-1)
        distances.append(float(gaps[np.triu_indices(num_images, 1)].mean()))
    return float(np.mean(distances))


@given(seed=SEEDS, chaos=CHAOS, index=st.integers(min_value=0, max_value=9))
def test_noise_depends_on_seed_and_index_alone(seed: int, chaos: int | None, index: int) -> None:
    spec = NoiseSpec(seed=seed, noise_dim=8, chaos=chaos)
    once, again = draw_noise(spec, index), draw_noise(spec, index)
    assert once.dtype == np.float32
    assert once.shape == (8,)
    assert np.isfinite(once).all()
    assert (once == again).all()


@given(seed=SEEDS)
def test_pictures_of_a_grid_differ(seed: int) -> None:
    spec = NoiseSpec(seed=seed, noise_dim=8)
    assert not (draw_noise(spec, 0) == draw_noise(spec, 1)).all()


def test_more_chaos_spreads_the_grid() -> None:
    near, middle, far = mean_distance(0), mean_distance(25), mean_distance(100)
    assert near < 0.5 * middle < middle < far
    assert mean_distance(None) < far


@pytest.mark.parametrize(
    ("stylize", "weird", "radius"), [(0, 0, 1.0), (1000, 0, 0.5), (100, 0, 0.95), (0, 3000, 1.5)]
)
def test_stylize_pulls_in_and_weird_pushes_out(stylize: int, weird: int, radius: float) -> None:
    plain = NoiseSpec(seed=5, noise_dim=16, stylize=0)
    changed = NoiseSpec(seed=5, noise_dim=16, stylize=stylize, weird=weird)
    assert changed.radius == pytest.approx(radius)
    np.testing.assert_allclose(draw_noise(changed, 2), draw_noise(plain, 2) * radius, rtol=1e-6)
