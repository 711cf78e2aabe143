"""Which scenes are drawn: plausible ones, and never a held-out pair in training."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.scenes import (
    Body,
    Medium,
    Palette,
    Plants,
    SceneAttributes,
    Season,
    Sky,
    Terrain,
    Thing,
    Time,
    Water,
    held_out_pairs,
    labels,
    sample_attributes,
)
from mezzotint.data.scenes.attributes import CHOICES
from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream


def draw(count: int, split: str = "train") -> list[SceneAttributes]:
    return [
        sample_attributes(picture_stream(9, index, Purpose.SCENE), split) for index in range(count)
    ]


TRAINING = draw(3000)


def test_the_same_stream_gives_the_same_scene() -> None:
    assert draw(5) == TRAINING[:5]


@given(st.integers(0, MAX_SEED))
def test_held_out_pairs_are_fixed_by_their_seed(seed: int) -> None:
    pairs = held_out_pairs(seed)
    assert pairs == held_out_pairs(seed)
    assert pairs[0].values == ("volcano", "snowfall")
    values = [value for pair in pairs for value in pair.values]
    assert len(set(values)) == len(values)
    for pair in pairs:
        for field, value in zip(pair.fields, pair.values, strict=True):
            assert value in list(CHOICES[field])


def test_another_seed_holds_out_other_pairs() -> None:
    assert len({held_out_pairs(seed) for seed in range(5)}) > 1


def test_training_never_shows_a_held_out_pair() -> None:
    pairs = held_out_pairs()
    assert not [scene for scene in TRAINING if any(pair.matches(scene) for pair in pairs)]


def test_held_out_scenes_show_a_pair() -> None:
    pairs = held_out_pairs()
    seen = Counter(
        pair.values
        for scene in draw(150, "held_out")
        for pair in pairs
        if pair.shows(labels(scene))
    )
    assert seen.total() >= 150
    assert set(seen) == {pair.values for pair in pairs}


def test_each_half_of_a_held_out_pair_is_common_in_training() -> None:
    for pair in held_out_pairs():
        for field, value in zip(pair.fields, pair.values, strict=True):
            assert sum(getattr(scene, field) == value for scene in TRAINING) >= 15, pair


@pytest.mark.parametrize("field", list(CHOICES))
def test_every_value_is_drawn(field: str) -> None:
    drawn = Counter(getattr(scene, field) for scene in TRAINING)
    assert min(drawn[value] for value in CHOICES[field]) >= 15, drawn


IMPLAUSIBLE = {
    "cactus under snow": lambda s: s.plants is Plants.CACTUS and s.season is Season.WINTER,
    "palms under snow": lambda s: s.plants is Plants.PALM and s.season is Season.WINTER,
    "blossom out of spring": lambda s: s.plants is Plants.CHERRY and s.season is not Season.SPRING,
    "reeds without fresh water": lambda s: (
        s.plants is Plants.REEDS and s.water not in (Water.LAKE, Water.RIVER)
    ),
    "a boat on land": lambda s: s.thing is Thing.BOAT and s.water not in (Water.LAKE, Water.SEA),
    "a bridge over nothing": lambda s: s.thing is Thing.BRIDGE and s.water is not Water.RIVER,
    "cliffs without a sea": lambda s: s.terrain is Terrain.CLIFFS and s.water is not Water.SEA,
    "islands without water": lambda s: s.terrain is Terrain.ISLANDS and s.water is Water.NONE,
    "the galaxy by day": lambda s: s.sky is Sky.MILKY_WAY and s.time is not Time.NIGHT,
    "aurora by day": lambda s: s.sky is Sky.AURORA and s.time not in (Time.NIGHT, Time.DUSK),
    "a rainbow at night": lambda s: s.sky is Sky.RAINBOW and s.time is Time.NIGHT,
    "snowfall out of winter": lambda s: s.sky is Sky.SNOWFALL and s.season is not Season.WINTER,
    "rain in winter": lambda s: s.sky is Sky.RAIN and s.season is Season.WINTER,
    "the sun at night": lambda s: (
        s.body is Body.SUN and s.time in (Time.NIGHT, Time.DUSK, Time.STORM)
    ),
    "a body behind cloud": lambda s: s.body is not Body.NONE and s.sky is Sky.HEAVY,
    "a palette without colour": lambda s: (
        s.medium in (Medium.INK, Medium.PENCIL) and s.palette is not Palette.NATURAL
    ),
}


@pytest.mark.parametrize("what", list(IMPLAUSIBLE))
def test_plausible(what: str) -> None:
    assert not [scene for scene in TRAINING if IMPLAUSIBLE[what](scene)]
