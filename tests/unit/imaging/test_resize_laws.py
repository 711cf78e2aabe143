"""Laws of resizing: constants stay, means are kept, transparency does not bleed."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from mezzotint.imaging.resize import (
    ResizeMethod,
    centre_crop,
    enlarge_whole,
    fill_and_crop,
    fit_inside,
    resize,
)

Pixels = NDArray[np.uint8]
METHODS: tuple[ResizeMethod, ...] = ("area", "lanczos")
LAWS = settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SIDE = st.integers(1, 24)
PICTURES = st.tuples(SIDE, SIDE, st.sampled_from([1, 3, 4])).flatmap(
    lambda shape: arrays(np.uint8, shape)
)


@LAWS
@given(pixels=PICTURES, height=SIDE, width=SIDE, method=st.sampled_from(METHODS))
def test_the_result_has_the_size_asked_for(
    pixels: Pixels, height: int, width: int, method: ResizeMethod
) -> None:
    resized = resize(pixels, height, width, method=method)
    assert resized.shape == (height, width, pixels.shape[2])
    assert resized.dtype == np.uint8


@LAWS
@given(level=st.integers(0, 255), old=st.tuples(SIDE, SIDE), new=st.tuples(SIDE, SIDE))
def test_a_plain_picture_stays_plain(
    level: int, old: tuple[int, int], new: tuple[int, int]
) -> None:
    for channels in (1, 3):
        pixels = np.full((*old, channels), level, np.uint8)
        for method in METHODS:
            assert (resize(pixels, *new, method=method) == level).all()


@LAWS
@given(pixels=PICTURES.filter(lambda pixels: pixels.shape[2] != 4), height=SIDE, width=SIDE)
def test_area_keeps_the_mean_and_the_range(pixels: Pixels, height: int, width: int) -> None:
    resized = resize(pixels, height, width, method="area")
    # Rounding moves each value by half a level at most, and so the mean.
    assert abs(resized.mean() - pixels.mean()) <= 0.51
    assert pixels.min() <= resized.min()
    assert resized.max() <= pixels.max()


def test_area_covers_fractions_of_pixels() -> None:
    pixels = np.array([[[0], [90], [240]]], np.uint8)
    # Three pixels to two: each covers one and a half.
    assert resize(pixels, 1, 2, method="area")[0, :, 0].tolist() == [30, 190]


@LAWS
@given(pixels=PICTURES, factor=st.integers(1, 4))
def test_area_undoes_whole_enlargement(pixels: Pixels, factor: int) -> None:
    if pixels.shape[2] == 4:
        pixels = np.where(pixels[..., 3:] > 0, pixels, 0)  # unseen colours cannot come back
        pixels[..., 3] = np.where(pixels[..., 3] > 0, 255, 0)
    enlarged = enlarge_whole(pixels, factor)
    assert enlarged.shape[:2] == (pixels.shape[0] * factor, pixels.shape[1] * factor)
    assert np.array_equal(resize(enlarged, *pixels.shape[:2], method="area"), pixels)


@pytest.mark.parametrize("method", METHODS)
def test_unseen_colours_do_not_bleed(method: ResizeMethod) -> None:
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[:, :8] = (255, 0, 0, 255)  # red, opaque
    pixels[:, 8:] = (0, 255, 0, 0)  # green, unseen
    resized = resize(pixels, 5, 5, method=method)
    visible = resized[resized[..., 3] > 8]
    assert (visible[:, 0] >= 250).all()
    assert (visible[:, 1] <= 5).all()
    assert resized[..., 3].min() == 0
    assert resized[..., 3].max() == 255


def test_the_right_size_is_not_copied() -> None:
    pixels = np.zeros((3, 4, 1), np.uint8)
    assert resize(pixels, 3, 4) is pixels


@LAWS
@given(pixels=PICTURES, height=SIDE, width=SIDE)
def test_fitting_inside_touches_one_side(pixels: Pixels, height: int, width: int) -> None:
    fitted = fit_inside(pixels, height, width, method="area")
    assert fitted.shape[0] <= height
    assert fitted.shape[1] <= width
    assert fitted.shape[0] == height or fitted.shape[1] == width


@LAWS
@given(pixels=PICTURES, height=SIDE, width=SIDE)
def test_filling_gives_the_size_asked_for(pixels: Pixels, height: int, width: int) -> None:
    assert fill_and_crop(pixels, height, width, method="area").shape[:2] == (height, width)


def test_filling_keeps_the_middle() -> None:
    pixels = np.arange(9, dtype=np.uint8).reshape(1, 9, 1).repeat(3, axis=0)
    assert fill_and_crop(pixels, 3, 3, method="area")[0, :, 0].tolist() == [3, 4, 5]


def test_cropping_takes_the_middle() -> None:
    pixels = np.arange(20, dtype=np.uint8).reshape(4, 5, 1)
    assert centre_crop(pixels, 2, 2)[..., 0].tolist() == [[6, 7], [11, 12]]
