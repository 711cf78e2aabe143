"""Which scenes there are: plausible combinations, and pairs kept out of training."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from mezzotint.data.scenes.attributes import (
    Body,
    Distance,
    Medium,
    Palette,
    Place,
    Plants,
    SceneAttributes,
    Season,
    Sky,
    Terrain,
    Thing,
    Time,
    Water,
)
from mezzotint.data.scenes.light import OVERCAST
from mezzotint.data.scenes.visibility import labels
from mezzotint.domain.streams import MAX_SEED

if TYPE_CHECKING:
    from numpy.random import Generator

Split = Literal["train", "held_out"]
Choice = TypeVar("Choice", bound=StrEnum)

HELD_OUT_SEED = 2026  # of the pairs that the shipped models have never seen
_NUM_PAIRS = 10
_MAX_DRAWS = 20_000


@dataclass(frozen=True, kw_only=True)
class HeldOutPair:
    """Name two values that never meet in a training picture.

    Attributes:
        fields: Names of two attributes.
        values: The value of each.
    """

    fields: tuple[str, str]
    values: tuple[str, str]

    def matches(self, scene: SceneAttributes) -> bool:
        """Say whether the scene has both values."""
        first, second = (getattr(scene, field) for field in self.fields)
        return (first, second) == self.values

    def shows(self, shown: Mapping[str, str]) -> bool:
        """Say whether both can be seen, from the labels of a scene."""
        return (shown[self.fields[0]], shown[self.fields[1]]) == self.values


@lru_cache(maxsize=16)
def held_out_pairs(seed: int = HELD_OUT_SEED) -> tuple[HeldOutPair, ...]:
    """Return the pairs that training never shows, fixed by the seed.

    Volcano in snowfall is always among them; the rest are drawn from pairs that are plausible and
    easy to see, no value more than once.
    """
    pairs = [_VOLCANO_IN_SNOWFALL]
    taken = set(pairs[0].values)
    candidates = [
        HeldOutPair(fields=fields, values=(str(first), str(second)))
        for fields, combinations in _CANDIDATES.items()
        for first, second in combinations
    ]
    order = np.random.Generator(np.random.Philox(key=seed)).permutation(len(candidates))
    for index in order:
        pair = candidates[int(index)]
        if len(pairs) < _NUM_PAIRS and not taken & set(pair.values):
            pairs.append(pair)
            taken |= set(pair.values)
    return tuple(pairs)


def sample_attributes(
    stream: Generator,
    split: Split = "train",
    *,
    pairs: tuple[HeldOutPair, ...] | None = None,
    panorama: bool = False,
) -> SceneAttributes:
    """Draw one plausible scene.

    Args:
        stream: Where the choices come from: `picture_stream(seed, index, Purpose.SCENE)`.
        split: "train" draws scenes without any held-out pair; "held_out" draws scenes that show at
            least one.
        pairs: The held-out pairs; None = `held_out_pairs()`.
        panorama: True to draw scenes that wrap around.

    Example:
        >>> from mezzotint.domain.streams import Purpose, picture_stream
        >>> scene = sample_attributes(picture_stream(7, 0, Purpose.SCENE))
        >>> scene == sample_attributes(picture_stream(7, 0, Purpose.SCENE))
        True
    """
    chosen = held_out_pairs() if pairs is None else pairs
    for _ in range(_MAX_DRAWS):
        scene = _draw(stream, panorama=panorama)
        if split == "train":
            if not any(pair.matches(scene) for pair in chosen):
                return scene
        elif any(pair.matches(scene) for pair in chosen):
            shown = labels(scene)
            if any(pair.shows(shown) for pair in chosen):
                return scene
    raise AssertionError("the pairs leave nothing to draw")


def _draw(stream: Generator, *, panorama: bool) -> SceneAttributes:
    medium = _pick(stream, dict.fromkeys(Medium, 1))
    palette = _pick(stream, _PALETTES)
    if medium in (Medium.INK, Medium.PENCIL):
        palette = Palette.NATURAL
    time = _pick(stream, _TIMES)
    terrain = _pick(stream, _TERRAINS)
    season = _pick(stream, _SEASONS.get(terrain, dict.fromkeys(Season, 1)))
    water = _pick(stream, _WATERS[terrain])
    sky = _pick(stream, _skies(time, season, terrain, medium))
    body = _pick(stream, _bodies(time, sky))
    plants = _pick(stream, _plants(terrain, season, water))
    things = _things(terrain, water, sky, time)
    near_only = medium in (Medium.LOW_POLY, Medium.POSTER) or sky is Sky.FOG
    if near_only:
        things.pop(Thing.SKYLINE, None)
    thing = _pick(stream, things)
    distance = _pick(stream, {Distance.NEAR: 5, Distance.FAR: 0 if near_only else 4})
    if thing is Thing.SKYLINE:
        distance = Distance.FAR
    return SceneAttributes(
        seed=int(stream.integers(0, MAX_SEED, endpoint=True)),
        time=time,
        season=season,
        terrain=terrain,
        water=water,
        plants=plants,
        sky=sky,
        body=body,
        thing=thing,
        place=_pick(stream, dict.fromkeys(Place, 1)),
        distance=distance,
        palette=palette,
        medium=medium,
        panorama=panorama,
    )


def _pick(stream: Generator, weights: Mapping[Choice, float]) -> Choice:
    edges = list(accumulate(weights.values()))
    place = float(stream.random()) * edges[-1]
    return list(weights)[bisect_right(edges, place)]


_TIMES = {
    Time.DAWN: 16, Time.DAY: 28, Time.SUNSET: 20, Time.DUSK: 12, Time.NIGHT: 18, Time.STORM: 6,
}  # fmt: skip
_PALETTES = {
    Palette.NATURAL: 60, Palette.WARM: 8, Palette.COLD: 8, Palette.PASTEL: 8, Palette.NEON: 8,
    Palette.SEPIA: 8,
}  # fmt: skip
_TERRAINS = {
    Terrain.PEAKS: 18, Terrain.HILLS: 15, Terrain.DUNES: 10, Terrain.MESA: 10, Terrain.VOLCANO: 12,
    Terrain.CLIFFS: 11, Terrain.ISLANDS: 11, Terrain.PLAIN: 13,
}  # fmt: skip
# Sand and bare rock look the same all year, but for snow.
_SEASONS = {
    Terrain.DUNES: {Season.SUMMER: 1},
    Terrain.MESA: {Season.SUMMER: 5, Season.WINTER: 1},
}
_WATERS: dict[Terrain, dict[Water, float]] = {
    Terrain.PEAKS: {Water.NONE: 30, Water.LAKE: 40, Water.RIVER: 20, Water.SEA: 10},
    Terrain.HILLS: {Water.NONE: 38, Water.LAKE: 25, Water.RIVER: 27, Water.SEA: 10},
    Terrain.DUNES: {Water.NONE: 60, Water.LAKE: 20, Water.SEA: 20},
    Terrain.MESA: {Water.NONE: 50, Water.LAKE: 20, Water.RIVER: 30},
    Terrain.VOLCANO: {Water.NONE: 35, Water.LAKE: 30, Water.RIVER: 15, Water.SEA: 20},
    Terrain.CLIFFS: {Water.SEA: 1},
    Terrain.ISLANDS: {Water.SEA: 3, Water.LAKE: 1},
    Terrain.PLAIN: {Water.NONE: 42, Water.LAKE: 18, Water.RIVER: 30, Water.SEA: 10},
}


def _skies(time: Time, season: Season, terrain: Terrain, medium: Medium) -> dict[Sky, float]:
    winter, dry = season is Season.WINTER, terrain is Terrain.DUNES
    rain = 0 if winter or dry else 7
    snow = 22 if winter else 0
    if time is Time.STORM:
        return {Sky.HEAVY: 5, Sky.RAIN: 6 if rain else 0, Sky.SNOWFALL: snow / 4}
    coarse = medium in (Medium.LOW_POLY, Medium.PIXEL)
    skies: dict[Sky, float] = {
        Sky.CLEAR: 28, Sky.SCATTERED: 34, Sky.HEAVY: 8, Sky.FOG: 0 if coarse else 2 if dry else 8,
        Sky.RAIN: rain, Sky.SNOWFALL: snow,
    }  # fmt: skip
    if time is Time.NIGHT:
        skies[Sky.FOG] /= 4
        galaxy = 0 if medium in (Medium.POSTER, Medium.LOW_POLY) else 18
        return skies | {Sky.AURORA: 18, Sky.MILKY_WAY: galaxy}
    if time is Time.DUSK:
        return skies | {Sky.AURORA: 6}
    return skies | {Sky.RAINBOW: 0 if winter or dry else 7}


def _bodies(time: Time, sky: Sky) -> dict[Body, float]:
    if time is Time.STORM or sky in OVERCAST or sky is Sky.RAINBOW:
        return {Body.NONE: 1}
    if sky is Sky.MILKY_WAY:
        return {Body.NONE: 8, Body.RINGED_PLANET: 2}
    if sky is Sky.AURORA:
        return {Body.NONE: 6, Body.CRESCENT_MOON: 2, Body.RINGED_PLANET: 2}
    return _BODIES[time]


_BODIES: dict[Time, dict[Body, float]] = {
    Time.DAWN: {Body.SUN: 58, Body.NONE: 24, Body.CRESCENT_MOON: 8, Body.RINGED_PLANET: 10},
    Time.DAY: {Body.SUN: 46, Body.NONE: 44, Body.RINGED_PLANET: 10},
    Time.SUNSET: {Body.SUN: 62, Body.NONE: 20, Body.CRESCENT_MOON: 8, Body.RINGED_PLANET: 10},
    Time.DUSK: {Body.NONE: 32, Body.CRESCENT_MOON: 30, Body.FULL_MOON: 22, Body.RINGED_PLANET: 16},
    Time.NIGHT: {Body.NONE: 14, Body.CRESCENT_MOON: 30, Body.FULL_MOON: 36, Body.RINGED_PLANET: 20},
}


def _plants(terrain: Terrain, season: Season, water: Water) -> dict[Plants, float]:
    weights = dict(_GROWTH[terrain])
    if season is Season.WINTER:
        hardy = (Plants.NONE, Plants.PINE, Plants.BROADLEAF, Plants.BIRCH)
        weights = {kind: weight for kind, weight in weights.items() if kind in hardy}
    if season is not Season.SPRING:
        weights.pop(Plants.CHERRY, None)
    if season not in (Season.SPRING, Season.SUMMER):
        weights.pop(Plants.FLOWERS, None)
    if water not in (Water.LAKE, Water.RIVER):
        weights.pop(Plants.REEDS, None)
    return weights


_GROWTH: dict[Terrain, dict[Plants, float]] = {
    Terrain.PEAKS: {
        Plants.NONE: 20, Plants.PINE: 40, Plants.BIRCH: 12, Plants.BROADLEAF: 8, Plants.FLOWERS: 16,
        Plants.REEDS: 12,
    },
    Terrain.HILLS: {
        Plants.NONE: 16, Plants.BROADLEAF: 22, Plants.BIRCH: 14, Plants.CHERRY: 34, Plants.PINE: 12,
        Plants.FLOWERS: 22, Plants.REEDS: 14,
    },
    Terrain.DUNES: {Plants.NONE: 45, Plants.PALM: 28, Plants.CACTUS: 27},
    Terrain.MESA: {Plants.NONE: 42, Plants.CACTUS: 46, Plants.PINE: 12},
    Terrain.VOLCANO: {
        Plants.NONE: 26, Plants.PALM: 22, Plants.PINE: 14, Plants.BROADLEAF: 10, Plants.CHERRY: 24,
        Plants.FLOWERS: 14, Plants.REEDS: 10,
    },
    Terrain.CLIFFS: {Plants.NONE: 44, Plants.FLOWERS: 26, Plants.PINE: 18, Plants.BROADLEAF: 12},
    Terrain.ISLANDS: {Plants.NONE: 36, Plants.PALM: 44, Plants.PINE: 20},
    Terrain.PLAIN: {
        Plants.NONE: 14, Plants.BROADLEAF: 18, Plants.BIRCH: 14, Plants.FLOWERS: 30,
        Plants.CHERRY: 22, Plants.CACTUS: 8, Plants.PALM: 8, Plants.REEDS: 18,
        Plants.PINE: 8,
    },
}  # fmt: skip


def _things(terrain: Terrain, water: Water, sky: Sky, time: Time) -> dict[Thing, float]:
    built: dict[Thing, float] = {Thing.NONE: 46, Thing.CASTLE: 9, Thing.TENT: 9}
    if terrain is not Terrain.DUNES:
        built[Thing.CABIN] = 11
    if water in (Water.LAKE, Water.SEA):
        built[Thing.BOAT] = 16
    if water is Water.SEA:
        built[Thing.LIGHTHOUSE] = 22
    if water is Water.RIVER:
        built[Thing.BRIDGE] = 26
    if terrain in (Terrain.HILLS, Terrain.PLAIN, Terrain.CLIFFS):
        built[Thing.WINDMILL] = 12
    if terrain in (Terrain.PEAKS, Terrain.HILLS, Terrain.VOLCANO, Terrain.ISLANDS):
        built[Thing.PAGODA] = 11
    if terrain in (Terrain.PLAIN, Terrain.HILLS, Terrain.DUNES) and sky is not Sky.FOG:
        built[Thing.SKYLINE] = 10
    if terrain in (Terrain.DUNES, Terrain.MESA, Terrain.PLAIN, Terrain.VOLCANO):
        built[Thing.ROCKET] = 13
    calm = sky in (Sky.CLEAR, Sky.SCATTERED, Sky.RAINBOW, Sky.FOG) and time is not Time.STORM
    if calm:
        built[Thing.BALLOON] = 11
    return built


_VOLCANO_IN_SNOWFALL = HeldOutPair(
    fields=("terrain", "sky"), values=(Terrain.VOLCANO.value, Sky.SNOWFALL.value)
)
# Pairs that may be held out, by the fields they join.
_CANDIDATES: dict[tuple[str, str], tuple[tuple[StrEnum, StrEnum], ...]] = {
    ("terrain", "sky"): (
        (Terrain.MESA, Sky.RAINBOW), (Terrain.DUNES, Sky.AURORA), (Terrain.PEAKS, Sky.RAINBOW),
        (Terrain.ISLANDS, Sky.MILKY_WAY), (Terrain.CLIFFS, Sky.AURORA), (Terrain.HILLS, Sky.FOG),
    ),
    ("terrain", "time"): (
        (Terrain.MESA, Time.DAWN), (Terrain.DUNES, Time.NIGHT), (Terrain.PLAIN, Time.DUSK),
        (Terrain.HILLS, Time.SUNSET),
    ),
    ("thing", "time"): (
        (Thing.LIGHTHOUSE, Time.DAWN), (Thing.CASTLE, Time.NIGHT), (Thing.TENT, Time.SUNSET),
        (Thing.BALLOON, Time.DUSK), (Thing.BOAT, Time.NIGHT), (Thing.PAGODA, Time.DAY),
    ),
    ("thing", "season"): (
        (Thing.CABIN, Season.AUTUMN), (Thing.WINDMILL, Season.WINTER),
        (Thing.PAGODA, Season.AUTUMN), (Thing.CASTLE, Season.SPRING),
    ),
    ("thing", "terrain"): (
        (Thing.CABIN, Terrain.VOLCANO), (Thing.ROCKET, Terrain.MESA), (Thing.TENT, Terrain.DUNES),
        (Thing.CASTLE, Terrain.CLIFFS), (Thing.BOAT, Terrain.PEAKS),
    ),
    ("plants", "medium"): (
        (Plants.CHERRY, Medium.PIXEL), (Plants.PINE, Medium.LOW_POLY), (Plants.PALM, Medium.OIL),
        (Plants.BIRCH, Medium.WATERCOLOUR), (Plants.CACTUS, Medium.POSTER),
    ),
    ("body", "palette"): (
        (Body.FULL_MOON, Palette.WARM), (Body.RINGED_PLANET, Palette.COLD),
        (Body.SUN, Palette.NEON), (Body.CRESCENT_MOON, Palette.PASTEL),
    ),
    ("thing", "medium"): (
        (Thing.LIGHTHOUSE, Medium.OIL), (Thing.ROCKET, Medium.WATERCOLOUR),
        (Thing.BALLOON, Medium.INK), (Thing.BRIDGE, Medium.PIXEL), (Thing.SKYLINE, Medium.PENCIL),
    ),
}  # fmt: skip
