"""Upscaling by a net: tiles leave no seam, channels and alpha are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.domain.errors import InputError
from mezzotint.verbs.upscale import OVERLAP_PX, UpscaleManner, UpscaleRequest, upscale
from toys.bundles import toy_card

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH_PX = 8


class Blurrer:
    """Enlarge by a random filter that looks 8 px far and joins pixels of a 2 x 2 grid."""

    def __init__(self, channels: int = 3) -> None:
        self.card = replace(toy_card(num_classes=0), channels=channels)
        self.largest_px = 0

    def upscale(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self.largest_px = max(self.largest_px, *pictures.shape[1:3])
        assert pictures.shape[1] % 32 == pictures.shape[2] % 32 == 0
        values = pictures.astype(np.float64)
        seen = sum(
            weight * np.roll(values, shift, axis)
            for axis in (1, 2)
            for shift, weight in ((0, 0.4), (3, 0.2), (-REACH_PX, -0.1))
        )
        assert not isinstance(seen, int)
        seen[:, ::2] += 9  # where a pixel lies on the grid matters
        larger = seen.repeat(2, axis=1).repeat(2, axis=2)
        return np.rint(larger).clip(0, 255).astype(np.uint8)


def noise(height: int, width: int, channels: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(height * width)
    return random.integers(0, 256, (height, width, channels), np.uint8)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 140),
    st.integers(1, 140),
    st.sampled_from([1, 3, 4]),
    st.sampled_from([2, 4]),
    st.sampled_from(["subtle", "creative"]),
)
def test_tiles_leave_no_seam(
    height: int, width: int, channels: int, factor: int, manner: UpscaleManner
):
    engine, pixels = Blurrer(), noise(height, width, channels)
    request = UpscaleRequest(factor=factor, manner=manner, tile_px=32)
    tiled = upscale(engine, request, pixels)  # pyright: ignore[reportArgumentType]
    assert engine.largest_px == 32 + 2 * OVERLAP_PX
    whole = upscale(engine, replace(request, tile_px=640), pixels)  # pyright: ignore
    assert tiled.shape == (height * factor, width * factor, channels)
    difference = np.abs(tiled.astype(int) - whole)
    if channels == 4:  # where nothing is seen, colour is what is near, and says nothing
        difference = np.where(tiled[..., 3:] > 0, difference, 0)
    assert difference.max() <= (1 if manner == "subtle" else 2)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("known", [1, 3, 4])
def test_a_flat_picture_stays_flat_in_every_model(channels: int, known: int):
    class Doubler(Blurrer):
        def upscale(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
            return pictures.repeat(2, axis=1).repeat(2, axis=2)

    pixels = np.full((5, 9, channels), 77, np.uint8)
    larger = upscale(Doubler(known), UpscaleRequest(), pixels)  # pyright: ignore
    assert larger.shape == (10, 18, channels)
    assert np.abs(larger.astype(int) - 77).max() <= 1


def test_creative_exaggerates_what_the_net_adds():
    engine, pixels = Blurrer(), noise(40, 40, 3)
    subtle = upscale(engine, UpscaleRequest(), pixels)  # pyright: ignore
    creative = upscale(engine, UpscaleRequest(manner="creative"), pixels)  # pyright: ignore
    assert creative.astype(float).std() > subtle.astype(float).std()


def test_every_tile_is_told():
    told: list[tuple[int, int]] = []
    request = UpscaleRequest(factor=4, tile_px=32)
    upscale(
        Blurrer(),  # pyright: ignore[reportArgumentType]
        request,
        noise(33, 20, 3),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(number, 2 + 3 * 2) for number in range(1, 9)]


@pytest.mark.parametrize(
    ("factor", "side", "code"), [(3, 4, "upscale.factor"), (4, 2600, "upscale.size")]
)
def test_what_cannot_be_made_is_refused(factor: int, side: int, code: str):
    pixels = np.zeros((side, side, 1), np.uint8)
    with pytest.raises(InputError) as caught:
        upscale(Blurrer(), UpscaleRequest(factor=factor), pixels)  # pyright: ignore
    assert caught.value.code == code
