"""The one conversion from numbers of a graph to pixels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np
from numpy.typing import NDArray

from mezzotint.engines.pixels import to_pixels


def to_values(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 [0, 255] NHWC, straight alpha => float32 [-1, 1] NCHW, premultiplied."""
    levels = pixels.astype(np.float32)
    if pixels.shape[-1] == 4:
        levels[..., :3] *= levels[..., 3:] / np.float32(255)
    return levels.transpose(0, 3, 1, 2) / np.float32(127.5) - np.float32(1)


@pytest.mark.parametrize("channels", [1, 3])
def test_every_level_comes_back(channels: int) -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    pixels = np.repeat(levels, channels, axis=-1)
    assert np.array_equal(to_pixels(to_values(pixels)), pixels)


def test_every_colour_comes_back_at_every_alpha() -> None:
    alpha, colour = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    pixels = np.stack([colour, colour[::-1], 255 - colour, alpha], axis=-1)[None].astype(np.uint8)
    expected = pixels.copy()
    expected[alpha[None] == 0] = 0  # the colour of nothing is black
    assert np.array_equal(to_pixels(to_values(pixels)), expected)


def test_height_width_and_channels_keep_their_places() -> None:
    values = np.full((2, 3, 4, 5), -1, np.float32)
    values[1, 2, 3, 0] = 1
    pixels = to_pixels(values)
    assert pixels.shape == (2, 4, 5, 3)
    assert np.argwhere(pixels).tolist() == [[1, 3, 0, 2]]


def test_values_outside_the_range_are_cut() -> None:
    values = np.array([-np.inf, -7, 7, np.inf], np.float32).reshape(1, 1, 2, 2)
    assert to_pixels(values).ravel().tolist() == [0, 0, 255, 255]


@settings(deadline=None)
@given(
    values=st_np.arrays(
        np.float32,
        st.tuples(st.just(1), st.sampled_from([1, 3, 4]), st.just(2), st.just(3)),
        elements=st.floats(-100, 100, width=32),
    )
)
def test_each_picture_is_converted_as_if_alone(values: NDArray[np.float32]) -> None:
    together = to_pixels(np.concatenate([values, -values]))
    assert np.array_equal(together[:1], to_pixels(values))
    assert np.array_equal(together[1:], to_pixels(-values))
