import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.metrics.frechet import frechet_distance, moments, stream_moments


def draw(seed: int, count: int = 50, dimension: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimension))


@given(cuts=st.lists(st.integers(1, 49), max_size=6), scale=st.floats(1e-3, 1e3))
def test_streaming_gives_the_moments_of_the_whole(cuts: list[int], scale: float) -> None:
    features = draw(0) * scale + 100 * scale
    blocks = [block for block in np.split(features, sorted(set(cuts))) if len(block)]
    streamed, whole = stream_moments(blocks), moments(features)
    assert streamed.count == whole.count
    assert np.allclose(streamed.mean, whole.mean, rtol=1e-12)
    assert np.allclose(streamed.covariance, np.cov(features, rowvar=False), rtol=1e-8)


def test_equal_sets_are_at_distance_zero() -> None:
    features = moments(draw(0))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)


def test_distance_is_symmetric_and_not_negative() -> None:
    first, second = moments(draw(0)), moments(draw(1) * 2 + 1)
    forth, back = frechet_distance(first, second), frechet_distance(second, first)
    assert forth == pytest.approx(back, rel=1e-9)
    assert forth > 0


def test_two_gaussians_on_a_line_have_the_known_distance() -> None:
    # The squared difference of the means plus that of the standard deviations.
    line = draw(0, count=400, dimension=1)
    standard = (line - line.mean()) / line.std(ddof=1)
    distance = frechet_distance(moments(standard), moments(3 * standard + 2))
    assert distance == pytest.approx(2**2 + 2**2, rel=1e-9)


def test_fewer_pictures_than_dimensions_are_no_obstacle() -> None:
    features = moments(draw(0, count=5, dimension=16))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-6)


def test_one_picture_has_no_covariance() -> None:
    with pytest.raises(ValueError, match="two pictures"):
        _ = moments(draw(0, count=1)).covariance
