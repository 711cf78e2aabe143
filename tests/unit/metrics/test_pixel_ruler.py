import numpy as np
import pytest

from mezzotint.metrics.pixel_ruler import fit_pixel_ruler, small_copies
from mezzotint.metrics.ruler_choice import choose_ruler


def pictures(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_features_are_centred_with_mean_variance_one() -> None:
    pixels = pictures(0, 200, 24, 40, 3)
    features = fit_pixel_ruler(pixels).observe(pixels).features
    assert features.shape == (200, 64)
    assert np.allclose(features.mean(axis=0), 0, atol=1e-4)
    assert features.var(axis=0, ddof=1).mean() == pytest.approx(1, rel=1e-4)


def test_distances_are_those_of_the_small_copies_when_nothing_is_cut_off() -> None:
    pixels = pictures(0, 30, 6, 5, 1)
    ruler = fit_pixel_ruler(pixels)
    features, copies = ruler.observe(pixels).features, small_copies(pixels)
    ours = np.linalg.norm(features[0] - features[1:], axis=1)
    theirs = np.linalg.norm(copies[0] - copies[1:], axis=1)
    assert np.allclose(ours / theirs, ours[0] / theirs[0], rtol=1e-4)


def test_small_copies_average_areas_and_leave_small_pictures_alone() -> None:
    pixels = pictures(0, 2, 32, 10, 3)
    copies = small_copies(pixels).reshape(2, 3, 16, 10)
    expected = pixels.reshape(2, 16, 2, 10, 3).mean(axis=2).transpose(0, 3, 1, 2) / 255
    assert np.allclose(copies, expected)


def test_invisible_colours_do_not_count() -> None:
    first, second = pictures(0, 1, 8, 8, 4), pictures(1, 1, 8, 8, 4)
    first[..., 3] = second[..., 3] = 0
    assert np.array_equal(small_copies(first), small_copies(second))


def test_the_title_changes_with_the_pictures() -> None:
    first, second = pictures(0, 20, 8, 8, 3), pictures(1, 20, 8, 8, 3)
    assert fit_pixel_ruler(first).title == fit_pixel_ruler(first).title
    assert fit_pixel_ruler(first).title != fit_pixel_ruler(second).title


def test_the_ruler_follows_the_kind_of_picture() -> None:
    assert choose_ruler(pictures(0, 20, 28, 28, 1)).title.startswith("feature net grey28 ")
    assert choose_ruler(pictures(0, 20, 32, 32, 4)).title.startswith("feature net colour64 ")
