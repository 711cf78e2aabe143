"""Region, zoom, pan, square, uncrop: what is known stays, on models of every codec."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.bundles.read import open_bundle
from mezzotint.domain.errors import UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import Engine
from mezzotint.prompt import Prompt, parse
from mezzotint.verbs.edit import EditRequest, edit, seen_without_hole
from mezzotint.verbs.ground import (
    Direction,
    Ground,
    ground_of_aspect,
    ground_of_pan,
    ground_of_zoom,
    steps_to,
)
from mezzotint.verbs.hole_shapes import (
    Box,
    Stroke,
    hole_of_box,
    hole_of_mask,
    hole_of_polygon,
    hole_of_strokes,
)
from mezzotint.verbs.window import find_window
from toys.latent_bundles import CODECS, LOSSY, Codec, write_latent_bundle

SIDES = st.integers(1, 60)
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module", params=CODECS, ids=["identity", "lossy", "plain"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    codec: Codec = request.param
    folder = tmp_path_factory.mktemp("models") / "toy"
    return open_engine(open_bundle(write_latent_bundle(folder, codec)))


def picture(seed: int, height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def prompt(text: str) -> Prompt:
    return parse(text).prompts[0]


@given(seed=SEEDS, height=SIDES, width=SIDES, channels=st.sampled_from([1, 3, 4]))
@settings(max_examples=20, deadline=None)
def test_outside_the_region_no_byte_changes(
    engine: Engine, seed: int, height: int, width: int, channels: int
) -> None:
    pixels = picture(seed, height, width, channels)
    hole = np.random.default_rng(seed).random((height, width)) < 0.1
    request = EditRequest(
        pixels=pixels,
        hole=hole,
        prompt=prompt("red fox"),
        seed=seed,
        picture_indices=(0,),
        feather_px=3,
    )
    (made,) = edit(engine, request).pictures
    assert made.shape == pixels.shape
    assert (made[~hole] == pixels[~hole]).all()


@given(
    seed=SEEDS,
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    lengths=st.tuples(*[st.integers(0, 30)] * 4),
)
@settings(max_examples=20, deadline=None)
def test_new_ground_cut_off_again_gives_the_parent(
    engine: Engine, seed: int, height: int, width: int, lengths: tuple[int, int, int, int]
) -> None:
    pixels = picture(seed, height, width, 4)
    ground = Ground(
        top_px=lengths[0], right_px=lengths[1], bottom_px=lengths[2], left_px=lengths[3]
    )
    request = EditRequest(
        pixels=pixels, ground=ground, prompt=prompt("snow"), seed=seed, picture_indices=(1,)
    )
    (made,) = edit(engine, request).pictures
    assert made.shape[:2] == ground.around((height, width))
    top, left = ground.top_px, ground.left_px
    assert (made[top : top + height, left : left + width] == pixels).all()


def test_the_region_is_painted_and_follows_seed_index_and_words(engine: Engine) -> None:
    pixels = picture(1, 48, 48)
    hole = hole_of_box(Box(left_px=8, top_px=8, width_px=30, height_px=30), (48, 48))

    def paint(text: str, seed: int, indices: tuple[int, ...]) -> list[bytes]:
        request = EditRequest(
            pixels=pixels, hole=hole, prompt=prompt(text), seed=seed, picture_indices=indices
        )
        return [made[hole].tobytes() for made in edit(engine, request).pictures]

    first = paint("fox", 3, (0, 1))
    assert paint("fox", 3, (1,)) == first[1:]
    others = [pixels[hole].tobytes(), *paint("fox", 4, (0,)), *paint("lake", 3, (0,)), first[1]]
    assert first[0] not in others


def test_words_for_another_canvas_are_named(engine: Engine) -> None:
    request = EditRequest(
        pixels=picture(1, 20, 20),
        ground=ground_of_pan("left", 9),
        prompt=prompt("fox --ar 3:2 --tile --q 2"),
        seed=3,
        picture_indices=(0,),
    )
    said = [str(warning) for warning in edit(engine, request).warnings]
    assert said[:3] == [
        f"--{name} has no effect here: the size is that of the picture."
        for name in ("aspect", "tile", "quality")
    ]


@pytest.mark.parametrize(
    ("left_out", "code"),
    [("encoder", "engine.no_encoder"), ("mapping", "engine.no_latents")],
)
def test_a_model_that_cannot_is_refused(tmp_path: Path, left_out: str, code: str) -> None:
    if left_out == "mapping":
        from toys.bundles import write_toy_bundle

        folder = write_toy_bundle(tmp_path / "toy")
    else:
        folder = write_latent_bundle(tmp_path / "toy", without=["encoder"])
    request = EditRequest(
        pixels=picture(1, 20, 20),
        ground=ground_of_pan("left", 9),
        prompt=prompt("fox"),
        seed=3,
        picture_indices=(0,),
    )
    with pytest.raises(UnsupportedError) as caught:
        edit(open_engine(open_bundle(folder)), request)
    assert caught.value.code == code
    assert caught.value.hint is not None


@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    top=st.floats(0, 1),
    left=st.floats(0, 1),
    share=st.floats(0.01, 1),
)
def test_the_window_holds_the_hole_and_context(
    engine: Engine, size: tuple[int, int], top: float, left: float, share: float
) -> None:
    layout = engine.layout()
    hole = np.zeros(size, np.bool_)
    first_row, first_column = int(top * (size[0] - 1)), int(left * (size[1] - 1))
    hole[first_row : first_row + 1 + int(share * size[0])][:, first_column] = True
    window = find_window(layout, ~hole)
    inside = hole[window.rows, window.columns]
    assert inside.sum() == hole.sum()
    assert inside.shape[0] >= min(size[0], max(layout.height_px, 2 * int(hole.any(1).sum())))
    assert inside.shape[1] >= min(size[1], layout.width_px)
    assert max(inside.shape) <= max(*layout_sides(layout), 4 * int(hole.sum()) + 2)


def layout_sides(layout: object) -> tuple[int, int]:
    return getattr(layout, "height_px"), getattr(layout, "width_px")  # noqa: B009


@given(st.tuples(SIDES, SIDES), st.floats(0.1, 10))
def test_another_aspect_only_adds(size: tuple[int, int], ratio: float) -> None:
    height, width = ground_of_aspect(size, ratio).around(size)
    assert height == size[0] or width == size[1]
    assert (height, width) >= size
    # One pixel more or less would be farther off.
    assert abs(width - height * ratio) <= 0.5 * max(1.0, ratio) + 1e-9


@given(st.tuples(SIDES, SIDES), st.tuples(*[st.integers(0, 500)] * 4))
def test_steps_add_up(size: tuple[int, int], lengths: tuple[int, int, int, int]) -> None:
    top, right, bottom, left = lengths
    ground = Ground(top_px=top, right_px=right, bottom_px=bottom, left_px=left)
    steps = list(steps_to(ground, size))
    total = [sum(column) for column in zip(*map(sides, steps), strict=True)] or [0] * 4
    assert total == [top, right, bottom, left]


def sides(ground: Ground) -> tuple[int, int, int, int]:
    return ground.top_px, ground.right_px, ground.bottom_px, ground.left_px


def test_zooming_keeps_the_picture_in_the_middle() -> None:
    ground = ground_of_zoom((30, 41), 2)
    assert sides(ground) == (15, 21, 15, 20)


def test_shapes_mark_what_they_enclose() -> None:
    size = (20, 30)
    polygon = hole_of_polygon([(5, 5), (15, 5), (15, 15), (5, 15)], size)
    assert polygon[5:16, 5:16].all()
    assert polygon.sum() == 121
    dab = hole_of_strokes([Stroke(radius_px=4, points=[(10, 10)])], size)
    rows, columns = np.nonzero(dab)
    assert np.hypot(rows - 10, columns - 10).max() <= 4.6
    assert dab[10, 6:15].all()
    line = hole_of_strokes([Stroke(radius_px=2, points=[(2, 10), (28, 10)])], size)
    assert line[10, :].sum() >= 27
    assert not line[16:].any()
    outside = Box(left_px=-50, top_px=-50, width_px=10, height_px=10)
    assert not hole_of_box(outside, size).any()


def test_masks_are_white_or_transparent() -> None:
    white = np.zeros((4, 4, 3), np.uint8)
    white[:2] = 255
    assert hole_of_mask(white, (8, 8)).sum() == 32
    clear = np.full((4, 4, 4), 255, np.uint8)
    clear[:, 0, 3] = 0
    assert hole_of_mask(clear, (4, 4)).sum() == 4


def test_what_lies_in_the_hole_does_not_ask(engine: Engine) -> None:
    pixels = np.full((64, 64, 3), 20, np.uint8)
    hole = hole_of_box(Box(left_px=16, top_px=16, width_px=32, height_px=32), (64, 64))
    pixels[hole] = 255
    assert int(seen_without_hole(engine.card, pixels, hole).max()) == 20


def test_every_part_is_told(engine: Engine) -> None:
    told: list[tuple[int, int]] = []
    hole = np.zeros((20, 24), np.bool_)
    hole[3:9, 3:9] = True
    request = EditRequest(
        pixels=np.full((20, 24, 3), 90, np.uint8),
        hole=hole,
        ground=Ground(right_px=45),
        prompt=parse("fox").prompts[0],
        seed=1,
        picture_indices=range(2),
    )
    edit(engine, request, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 8) for number in range(1, 9)]


@settings(max_examples=20, deadline=None)
@given(st.integers(8, 50), st.integers(1, 60), st.sampled_from(["left", "right", "up", "down"]))
def test_a_ring_keeps_the_picture(
    engine: Engine, side_px: int, length_px: int, direction: Direction
) -> None:
    pixels = np.random.default_rng(side_px).integers(0, 256, (side_px, side_px, 3), np.uint8)
    request = EditRequest(
        pixels=pixels,
        ground=ground_of_pan(direction, length_px),
        is_ring=True,
        prompt=parse("fox").prompts[0],
        seed=1,
        picture_indices=(0,),
    )
    (made,) = edit(engine, request).pictures
    axis = int(direction in ("left", "right"))
    assert made.shape[axis] == side_px + length_px
    start = length_px if direction in ("left", "up") else 0
    kept = made.take(range(start, start + side_px), axis=axis)
    assert (kept == pixels).all()


@pytest.mark.parametrize("engine", [LOSSY], indirect=True)  # in the others no cell sees another
def test_a_ring_sees_both_ends(engine: Engine) -> None:
    def painted(left_level: int) -> np.ndarray:
        pixels = np.full((32, 64, 3), 90, np.uint8)
        pixels[:, :32] = left_level
        request = EditRequest(
            pixels=pixels,
            ground=Ground(right_px=16),
            is_ring=True,
            prompt=parse("fox").prompts[0],
            seed=1,
            picture_indices=(0,),
            feather_px=8,
        )
        return edit(engine, request).pictures[0][:, 64:].astype(int)

    change = np.abs(painted(20) - painted(200))
    assert change[:, -1].mean() > 10  # what is new beside the left end goes with it
    assert change[:, 0].mean() < change[:, -1].mean()
