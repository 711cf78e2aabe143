"""Mask verbs: known bytes stay, masks never claim too much, seams fade inside the hole alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mezzotint.bundles.read import open_bundle
from mezzotint.domain.errors import UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import Engine
from mezzotint.verbs.canvas import (
    Canvas,
    known_picture,
    resize_canvas,
    with_ground,
    with_hole,
)
from mezzotint.verbs.filling import FillRequest, fill, fill_inputs
from mezzotint.verbs.hole_filling import fill_smoothly
from mezzotint.verbs.latent_mask import encode_known, reduce_mask, spread_mask
from mezzotint.verbs.latent_styles import StylePlan, make_styles
from mezzotint.verbs.placement import place
from mezzotint.verbs.seam import composite
from toys.latent_bundles import CODECS, IDENTITY, LOSSY, Codec, write_latent_bundle

SIDES = st.integers(1, 40)


@pytest.fixture(scope="module", params=CODECS, ids=["identity", "lossy", "plain"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    codec: Codec = request.param
    folder = tmp_path_factory.mktemp("models") / "toy"
    return open_engine(open_bundle(write_latent_bundle(folder, codec)))


@pytest.fixture
def lossy(tmp_path: Path) -> Engine:
    return open_engine(open_bundle(write_latent_bundle(tmp_path / "toy", LOSSY)))


def random_canvas(seed: int, height: int, width: int, channels: int) -> Canvas:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width, channels), np.uint8)
    top, left = random.integers(0, height), random.integers(0, width)
    is_known = np.ones((height, width), np.bool_)
    is_known[top : top + random.integers(1, height + 1), left : left + width // 2 + 1] = False
    return Canvas(pixels=pixels, is_known=is_known)


def styles_for(engine: Engine, num_pictures: int = 1) -> Any:
    layout = engine.layout()
    plan = StylePlan(embedding=np.zeros(layout.embedding_dim, np.float32))
    noise = np.random.default_rng(2).standard_normal((num_pictures, layout.noise_dim), np.float32)
    return make_styles(engine, plan, list(noise))


def request_for(engine: Engine, canvas: Canvas, **changes: Any) -> FillRequest:
    values: dict[str, Any] = {"seed": 3, "picture_indices": (0,), **changes}
    styles = styles_for(engine, len(values["picture_indices"]))
    return FillRequest(canvas=canvas, styles=styles, **values)


@given(
    seed=st.integers(0, 2**32 - 1), height=SIDES, width=SIDES, channels=st.sampled_from([1, 3, 4])
)
@settings(max_examples=30)
def test_known_bytes_come_back(
    engine: Engine, seed: int, height: int, width: int, channels: int
) -> None:
    canvas = random_canvas(seed, height, width, channels)
    (filled,) = fill(engine, request_for(engine, canvas))
    assert filled.shape == canvas.pixels.shape
    assert filled.dtype == np.uint8
    assert np.array_equal(filled[canvas.is_known], canvas.pixels[canvas.is_known])


def test_the_hole_is_painted_and_chance_decides_what(engine: Engine) -> None:
    side, channels = engine.card.height_px, engine.card.channels
    canvas = random_canvas(1, side, 2 * side, channels)
    painted = fill(engine, request_for(engine, canvas, picture_indices=(0, 1, 2)))
    holes = {picture[~canvas.is_known].tobytes() for picture in painted}
    assert len(holes) == 3
    (again,) = fill(engine, request_for(engine, canvas))
    assert again.tobytes() == painted[0].tobytes()


def test_what_lies_in_a_hole_does_not_matter(engine: Engine) -> None:
    side, channels = engine.card.height_px, engine.card.channels
    canvas = random_canvas(4, side, side, channels)
    changed = canvas.pixels.copy()
    changed[~canvas.is_known] ^= 255
    other = Canvas(pixels=changed, is_known=canvas.is_known)
    (one,) = fill(engine, request_for(engine, canvas))
    (two,) = fill(engine, request_for(engine, other))
    assert np.array_equal(one, two)


def test_a_picture_without_a_hole_comes_back(engine: Engine) -> None:
    canvas = known_picture(random_canvas(5, 50, 23, 3).pixels)
    (filled,) = fill(engine, request_for(engine, canvas))
    assert np.array_equal(filled, canvas.pixels)


def test_nothing_known_needs_no_encoder(tmp_path: Path) -> None:
    folder = write_latent_bundle(tmp_path / "toy", LOSSY, without=["encoder"])
    engine = open_engine(open_bundle(folder))
    canvas = with_hole(random_canvas(1, 32, 32, 3), np.ones((32, 32), np.bool_))
    (filled,) = fill(engine, request_for(engine, canvas))
    assert len(np.unique(filled)) > 8
    with pytest.raises(UnsupportedError):
        fill(engine, request_for(engine, random_canvas(1, 32, 32, 3)))


def test_panning_and_cutting_gives_the_parent_back(engine: Engine) -> None:
    pixels = random_canvas(6, 30, 20, engine.card.channels).pixels
    canvas = with_ground(known_picture(pixels), left_px=11, top_px=2)
    (filled,) = fill(engine, request_for(engine, canvas))
    assert np.array_equal(filled[2:, 11:], pixels)


def test_pixel_art_is_known_to_the_pixel(tmp_path: Path) -> None:
    engine = open_engine(open_bundle(write_latent_bundle(tmp_path / "toy", IDENTITY)))
    canvas = random_canvas(8, 16, 16, 4)
    inputs = fill_inputs(engine, request_for(engine, canvas), place(engine.layout(), (16, 16)))
    mask = inputs[0].mask
    assert mask is not None
    assert mask.sum() == canvas.is_known.sum()


@given(arrays(np.bool_, (24, 16)))
@settings(max_examples=30)
def test_a_latent_cell_is_known_only_if_all_its_pixels_are(
    engine: Engine, is_known: np.ndarray[Any, np.dtype[np.bool_]]
) -> None:
    layout = engine.layout()
    stride = layout.stride_px
    mask = reduce_mask(is_known, layout)
    claimed = mask.any(axis=0).repeat(stride, 0).repeat(stride, 1)
    if layout.num_mask_channels == 1:
        assert not (claimed & ~is_known).any()
        assert mask.sum() == sum(
            is_known[y : y + stride, x : x + stride].all()
            for y in range(0, 24, stride)
            for x in range(0, 16, stride)
        )
    else:
        assert mask.sum() == is_known.sum()
        pixels = np.where(is_known[..., None], 255, 0).astype(np.uint8).repeat(4, axis=2)
        (latents,) = engine.encode(pixels[None])
        assert np.array_equal(latents > 0, spread_mask(mask, layout) > 0)


def test_what_is_not_known_is_not_told(engine: Engine) -> None:
    side = engine.card.height_px
    canvas = random_canvas(9, side, side, engine.card.channels)
    known = encode_known(engine, canvas)
    free = spread_mask(known.mask, engine.layout()) == 0
    assert not known.latents[np.broadcast_to(free, known.latents.shape)].any()


@given(arrays(np.bool_, st.tuples(SIDES, SIDES)), SIDES, SIDES)
def test_scaling_never_claims_what_is_not_known(
    is_known: np.ndarray[Any, np.dtype[np.bool_]], height: int, width: int
) -> None:
    canvas = Canvas(pixels=np.zeros((*is_known.shape, 1), np.uint8), is_known=is_known)
    scaled = resize_canvas(canvas, height, width).is_known
    old_height, old_width = is_known.shape
    for y in range(height):
        rows = slice(y * old_height // height, -(-(y + 1) * old_height // height))
        for x in range(width):
            columns = slice(x * old_width // width, -(-(x + 1) * old_width // width))
            assert scaled[y, x] == is_known[rows, columns].all()


@given(seed=st.integers(0, 2**32 - 1), height=SIDES, width=SIDES, feather_px=st.integers(0, 9))
def test_a_seam_fades_inside_the_hole(seed: int, height: int, width: int, feather_px: int) -> None:
    canvas = random_canvas(seed, height, width, 3)
    flat = Canvas(pixels=np.full_like(canvas.pixels, 100), is_known=canvas.is_known)
    painted = np.full_like(canvas.pixels, 140)
    result = composite(flat, painted, feather_px=feather_px)
    depth = _depth(canvas.is_known)
    share = np.clip(1 - depth / (feather_px + 1), 0, 1)
    expected = np.where(canvas.is_known, 100, 140 - 40 * share)
    if canvas.is_known.any():
        assert np.abs(result[..., 0] - expected).max() <= 0.51
    else:
        assert np.array_equal(result, painted)


def _depth(is_known: np.ndarray[Any, np.dtype[np.bool_]]) -> Any:
    """Return the distance of each pixel to the nearest known one, king's moves."""
    known = np.argwhere(is_known)
    if not len(known):
        return np.full(is_known.shape, 999)
    places = np.argwhere(np.ones_like(is_known))
    distances = np.abs(places[:, None] - known[None]).max(axis=2).min(axis=1)
    return distances.reshape(is_known.shape)


def test_a_seam_of_transparent_pictures_keeps_what_is_known() -> None:
    canvas = random_canvas(3, 20, 20, 4)
    painted = random_canvas(4, 20, 20, 4).pixels
    result = composite(canvas, painted, feather_px=3)
    assert np.array_equal(result[canvas.is_known], canvas.pixels[canvas.is_known])


def test_holes_are_filled_from_around_them() -> None:
    pixels = np.zeros((9, 9, 3), np.uint8)
    pixels[:, :4], pixels[:, 5:] = 50, 200
    is_known = np.ones((9, 9), np.bool_)
    is_known[2:7, 2:7] = False
    filled = fill_smoothly(pixels, is_known)
    assert np.array_equal(filled[is_known], pixels[is_known])
    assert 50 <= filled[4, 2, 0] < filled[4, 6, 0] <= 200


@given(height=st.integers(1, 3000), width=st.integers(1, 3000))
def test_every_size_has_a_place(lossy_layout: Any, height: int, width: int) -> None:
    placement = place(lossy_layout, (height, width))
    rows, columns = placement.canvas_px
    unit = lossy_layout.granularity_px
    assert rows % unit == columns % unit == 0
    assert 0 <= placement.top_px <= rows - placement.height_px
    assert 0 <= placement.left_px <= columns - placement.width_px
    if 0.2 < height / width < 5:
        area = placement.height_px * placement.width_px
        assert 0.4 < area / (lossy_layout.height_px * lossy_layout.width_px) < 2


@pytest.fixture(scope="module")
def lossy_layout(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("models") / "toy"
    return open_engine(open_bundle(write_latent_bundle(folder, LOSSY))).layout()
