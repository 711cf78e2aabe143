"""Histograms count every picture once, and words are cut as people read them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mezzotint.data.check.caption_statistics import caption_statistics, num_words, words
from mezzotint.data.check.examine import needed_channels, working_picture
from mezzotint.data.check.json_form import json_text
from mezzotint.data.check.shape_statistics import (
    ASPECTS,
    most_frequent,
    nearest_aspect,
    shape_statistics,
)

SIDE = st.integers(1, 5000)


@given(st.lists(st.tuples(SIDE, SIDE), min_size=1, max_size=30))
def test_every_picture_is_in_one_bin(sizes: list[tuple[int, int]]) -> None:
    found = shape_statistics(sizes)
    assert found is not None
    assert sum(count.num for count in found.sides) == len(sizes)
    assert sum(count.num for count in found.aspects) == len(sizes)
    assert found.num_sizes == len(set(sizes))
    assert found.smallest_side_px == min(min(size) for size in sizes)
    assert found.largest_side_px == max(max(size) for size in sizes)
    assert found.smallest_side_px <= found.tenth_percentile_side_px <= found.median_side_px


@pytest.mark.parametrize(("width", "height"), ASPECTS)
def test_an_exact_aspect_is_its_own_nearest(width: int, height: int) -> None:
    assert nearest_aspect(height * 60, width * 60) == f"{width}:{height}"


@given(SIDE, SIDE)
def test_turning_a_picture_turns_its_aspect(height: int, width: int) -> None:
    turned = ":".join(reversed(nearest_aspect(height, width).split(":")))
    assert nearest_aspect(width, height) == turned


@pytest.mark.parametrize(
    ("side", "name"),
    [(1, "< 32"), (31, "< 32"), (32, "32-63"), (255, "128-255"), (2048, "2048 +")],
)
def test_sides_fall_into_their_bins(side: int, name: str) -> None:
    found = shape_statistics([(side, side)])
    assert found is not None
    assert [count.name for count in found.sides] == [name]


def test_equal_counts_are_ordered_by_name() -> None:
    counts = most_frequent(Counter({"b": 2, "a": 2, "c": 3}))
    assert [count.name for count in counts] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("A red-haired fox", ["a", "red", "haired", "fox"]),
        ("it's 3pm", ["it's", "3pm"]),
        ("Élan café", ["élan", "café"]),
        ("雪山湖", ["雪山", "山湖"]),
        ("猫 in a box", ["猫", "in", "a", "box"]),
        ("猫cat狗", ["猫", "cat", "狗"]),
        ("snake_case", ["snake", "case"]),
        ("...!", []),
    ],
)
def test_captions_are_cut_into_words(caption: str, expected: list[str]) -> None:
    assert list(words(caption)) == expected


@given(st.text(max_size=60))
def test_any_caption_can_be_cut(caption: str) -> None:
    assert all(word and word == word.strip() for word in words(caption))
    assert num_words(caption) >= 0


def test_captions_are_counted_by_picture_and_not_by_mention() -> None:
    found = caption_statistics(["fox, fox, fox", "a fox", "FOX,  fox, fox ", None, " "])
    assert found is not None
    assert (found.num_captioned, found.num_distinct) == (3, 2)
    assert [(count.name, count.num) for count in found.vocabulary] == [("fox", 3), ("a", 1)]
    assert [(count.name, count.num) for count in found.repeated] == [("fox, fox, fox", 2)]
    assert (found.num_words, found.num_rare_words) == (2, 2)


def test_sides_are_noticed_in_both_languages() -> None:
    found = caption_statistics(["tower on the left", "塔在左边", "a leftover"])
    assert found is not None
    assert found.num_naming_sides == 2


def test_without_captions_there_are_no_statistics() -> None:
    assert caption_statistics([None, ""]) is None
    assert shape_statistics([]) is None


@pytest.mark.parametrize(
    ("mode", "colour", "channels"),
    [
        ("L", 7, 1),
        ("RGB", (90, 92, 88), 1),
        ("RGB", (90, 120, 88), 3),
        ("RGBA", (90, 120, 88, 255), 3),
        ("RGBA", (90, 90, 90, 254), 4),
    ],
)
def test_unused_colour_and_transparency_do_not_count(
    mode: str, colour: int | tuple[int, ...], channels: int
) -> None:
    assert needed_channels(Image.new(mode, (9, 5), colour)) == channels


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from(["L", "RGB", "RGBA"]))
def test_the_working_picture_is_small_and_keeps_its_aspect(
    height: int, width: int, mode: str
) -> None:
    small = working_picture(Image.new(mode, (width, height)))
    assert small.mode == mode
    assert max(small.size) < 2 * 4 * 192
    if min(height, width) < 2 * 192 and max(height, width) < 2 * 4 * 192:
        assert small.size == (width, height)
    elif max(height, width) <= 4 * min(height, width):
        assert 192 <= min(small.size) < 2 * 192
    assert small.width / small.height == pytest.approx(width / height, rel=0.02, abs=1)


def test_a_long_strip_is_reduced_to_a_short_one() -> None:
    assert working_picture(Image.new("RGB", (10, 20_000))).size == (1, 770)


def test_json_holds_what_no_encoding_has() -> None:
    assert "\\udc80" in json_text({"key": "bad\udc80name"})
    assert "猫" in json_text({"key": "猫"})
