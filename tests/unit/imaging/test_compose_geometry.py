"""Laws of the geometry behind adverts, atlases, skies and surfaces."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from mezzotint.imaging.cube_map import FACES, Face, cube_face
from mezzotint.imaging.fonts import find_typeface, missing_character
from mezzotint.imaging.packing import pack
from mezzotint.imaging.pixel_art import PIXEL_ART_FACTORS, enlarge_pixel_art
from mezzotint.imaging.seamless import make_seamless, wrap_gradient_ratio
from mezzotint.imaging.surface import height_map, normal_map
from mezzotint.imaging.text_setting import fit_text

Pixels = NDArray[np.uint8]
sprites = arrays(np.uint8, (5, 4, 4), elements=st.sampled_from([0, 90, 255]))


@given(sprites, st.sampled_from(PIXEL_ART_FACTORS))
def test_pixel_art_brings_no_new_colour(sprite: Pixels, factor: int) -> None:
    large = enlarge_pixel_art(sprite, factor)
    assert large.shape == (5 * factor, 4 * factor, 4)
    known = {colour.tobytes() for colour in sprite.reshape(-1, 4)}
    assert {colour.tobytes() for colour in large.reshape(-1, 4)} <= known


@given(sprites, st.sampled_from(PIXEL_ART_FACTORS))
def test_pixel_art_turns_with_the_sprite(sprite: Pixels, factor: int) -> None:
    mirrored = enlarge_pixel_art(sprite[:, ::-1], factor)
    assert (mirrored == enlarge_pixel_art(sprite, factor)[:, ::-1]).all()
    turned = enlarge_pixel_art(sprite.swapaxes(0, 1), factor)
    assert (turned == enlarge_pixel_art(sprite, factor).swapaxes(0, 1)).all()


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=30),
    st.booleans(),
)
def test_packed_rectangles_lie_inside_and_apart(
    sizes: list[tuple[int, int]], power_of_two: bool
) -> None:
    packed = pack(sizes, max_side_px=2048, power_of_two=power_of_two)
    assert packed is not None
    taken = np.zeros((packed.height_px, packed.width_px), np.int32)
    for (width, height), (left, top) in zip(sizes, packed.places, strict=True):
        assert left + width <= packed.width_px
        assert top + height <= packed.height_px
        taken[top : top + height, left : left + width] += 1
    assert taken.max() == 1
    if power_of_two:
        assert packed.width_px.bit_count() == packed.height_px.bit_count() == 1


def test_what_does_not_fit_is_not_packed() -> None:
    assert pack([(65, 1)], max_side_px=64) is None
    assert pack([(40, 40)] * 4, max_side_px=64) is None
    assert pack([(32, 32)] * 4, max_side_px=64) is not None


def panorama(height: int = 256) -> Pixels:
    """Paint each direction in its own colour: right, up and forward as red, green and blue."""
    longitude = ((np.arange(2 * height) + 0.5) / height - 1) * math.pi
    latitude = (0.5 - (np.arange(height) + 0.5) / height) * math.pi
    across, up = np.meshgrid(longitude, latitude)
    parts = [np.cos(up) * np.sin(across), np.sin(up), np.cos(up) * np.cos(across)]
    return np.rint(127.5 + 127.5 * np.stack(parts, axis=2)).astype(np.uint8)


@pytest.mark.parametrize(
    ("face", "direction"),
    [
        ("right", (1, 0, 0)),
        ("left", (-1, 0, 0)),
        ("top", (0, 1, 0)),
        ("bottom", (0, -1, 0)),
        ("front", (0, 0, 1)),
        ("back", (0, 0, -1)),
    ],
)
def test_each_face_looks_its_way(face: Face, direction: tuple[int, int, int]) -> None:
    pixels = cube_face(panorama(), face, 33)
    middle = pixels[16, 16].astype(float) / 127.5 - 1
    assert middle == pytest.approx(direction, abs=0.04)


def test_faces_meet_at_their_edges() -> None:
    faces = {face: cube_face(panorama(), face, 64).astype(int) for face in FACES}
    for left, right in (
        ("left", "front"),
        ("front", "right"),
        ("right", "back"),
        ("back", "left"),
    ):
        assert np.abs(faces[left][:, -1] - faces[right][:, 0]).max() <= 6
    assert np.abs(faces["top"][-1] - faces["front"][0]).max() <= 6
    assert np.abs(faces["bottom"][0] - faces["front"][-1]).max() <= 6
    assert np.abs(faces["top"][:, -1] - faces["right"][0][::-1]).max() <= 6


def cloth(seed: int) -> Pixels:
    """Paint a rough surface with no period."""
    random = np.random.default_rng(seed)
    noise = random.standard_normal((96, 120, 3))
    for _ in range(3):
        noise = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 3
    ramp = np.linspace(-1, 1, 120)[None, :, None]
    return np.rint(127 + 200 * noise + 60 * ramp).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", range(4))
def test_a_tile_shows_no_seam(seed: int) -> None:
    before = wrap_gradient_ratio(cloth(seed))
    tile = make_seamless(cloth(seed), 0.2)
    assert tile.shape == (77, 96, 3)
    assert before > 1.3
    assert wrap_gradient_ratio(tile) <= 1.1


def test_normals_have_unit_length_and_lean_away_from_the_slope() -> None:
    ramp = np.repeat(np.arange(0, 256, 4, dtype=np.uint8)[None], 16, axis=0)[..., None]
    normals = normal_map(ramp, strength=1, convention="opengl").astype(float) / 127.5 - 1
    assert np.linalg.norm(normals, axis=2) == pytest.approx(1, abs=0.02)
    assert (normals[:, 2:-2, 0] < 0).all()
    steeper = normal_map(ramp, strength=3, convention="opengl")
    assert steeper[8, 8, 2] < normal_map(ramp, strength=1, convention="opengl")[8, 8, 2]


def test_conventions_differ_in_green_alone() -> None:
    heights = height_map(cloth(1))
    up = normal_map(heights, strength=1, convention="opengl").astype(int)
    down = normal_map(heights, strength=1, convention="directx").astype(int)
    assert (up[..., [0, 2]] == down[..., [0, 2]]).all()
    assert np.abs(up[..., 1] + down[..., 1] - 255).max() <= 1


def test_height_is_flat_for_one_colour() -> None:
    assert (height_map(np.full((9, 9, 3), 70, np.uint8)) == 128).all()


@given(st.integers(60, 900), st.integers(40, 400))
def test_text_fits_its_box(width_px: int, height_px: int) -> None:
    typeface = find_typeface("Walk on")
    text = fit_text("Walk on", typeface, width_px=width_px, height_px=height_px, max_size_px=120)
    assert text.width_px <= width_px
    assert text.height_px <= height_px
    assert " ".join(text.lines) == "Walk on"


def test_a_font_is_known_to_lack_a_character() -> None:
    typeface = find_typeface("abc")
    assert missing_character(typeface, "ab c") is None
    assert missing_character(typeface, "a\U0001f9ea") == "\U0001f9ea"
