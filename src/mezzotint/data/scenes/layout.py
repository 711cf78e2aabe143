"""Where everything stands: the numbers of each scene, drawn from its seed.

The painter draws with these numbers and the captions are decided by them, so that a caption never
names what the picture hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mezzotint.data.scenes.attributes import (
    Body,
    Distance,
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
from mezzotint.data.scenes.frame import ground_row
from mezzotint.data.scenes.noise import slot_uniform

Numbers = NDArray[np.float64]

GROVE_DEPTH = 0.33  # t of the plants that are sure to be seen
NO_SNOW = 9.0  # a snow line above everything
SNOW_CAPPED = 0.7  # share of mountain scenes with snow on the peaks outside winter
_SNOW_SLOT = 19
PLANT_SIZE = 0.5  # height of a middling tree at the viewer's feet
# Depth t of things: least and most.
THING_DEPTHS = {Distance.FAR: (0.52, 0.58), Distance.NEAR: (0.24, 0.32)}
SKYLINE_DEPTHS = (0.64, 0.70)
# How thick fog lies in foggy and in wet weather: least and most.
FOG_START, FOG_END = 0.05, 0.85  # depths t between which fog thickens
FOG_MOST = 0.88  # share of the light that the thickest fog replaces there
THICK_FOG, THIN_FOG = (0.85, 1.0), (0.25, 0.40)
THING_SIZE = {Distance.FAR: 0.23, Distance.NEAR: 0.36}  # height of a middling thing


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Hold the numbers of N scenes, float64 [N]; lengths in picture heights, x in widths.

    Attributes:
        horizon: y of the horizon.
        side: -1 or 1; mirrors the composition.
        hero_x: Where the main mountain stands.
        relief: How high the land rises, about 1.
        whim: 0 to 1, free to vary shapes with.
        caprice: 0 to 1, another one.
        body_x: Where sun, moon or planet stand.
        body_y: Their y.
        body_radius: Their radius.
        body_shown: 1 if they are drawn, 0 if the frame shows none.
        light_x: Light direction across, -1 from the left, 1 from the right.
        light_depth: Light direction along the view, 1 from behind the scene.
        light_up: Light direction from above.
        air: How much distance fades the land, 0 to 1.
        fog: How thick fog lies, 0 to 1.
        snow: 1 where the ground is under snow.
        snow_line: Height above ground from which snow lies.
        cloud_cover: Share of the sky under cloud, 0 to 1.
        stars: How bright the stars are, 0 to 1.
        lamp: 1 where windows are lit.
        water_near: Depth t where the water begins.
        water_far: Depth t where it ends.
        river_x: Where the river crosses the thing's depth.
        rough: Height of the waves, 0 = a mirror.
        grove_x: Where plants are sure to stand.
        plant_density: Share of places where something grows.
        plant_size: Height of a tree at the viewer's feet.
        thing_x: Where the thing stands.
        thing_depth: At which depth t.
        thing_size: Its height.
        thing_y: y of its foot above the ground plane at that depth.
    """

    horizon: Numbers
    side: Numbers
    hero_x: Numbers
    relief: Numbers
    whim: Numbers
    caprice: Numbers
    body_x: Numbers
    body_y: Numbers
    body_radius: Numbers
    body_shown: Numbers
    light_x: Numbers
    light_depth: Numbers
    light_up: Numbers
    air: Numbers
    fog: Numbers
    snow: Numbers
    snow_line: Numbers
    cloud_cover: Numbers
    stars: Numbers
    lamp: Numbers
    water_near: Numbers
    water_far: Numbers
    river_x: Numbers
    rough: Numbers
    grove_x: Numbers
    plant_density: Numbers
    plant_size: Numbers
    thing_x: Numbers
    thing_depth: Numbers
    thing_size: Numbers
    thing_y: Numbers

    def take(self, indices: Sequence[int]) -> Layout:
        """Return the numbers of some scenes."""
        chosen = list(indices)
        return Layout(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def layout_of(scenes: Sequence[SceneAttributes]) -> Layout:
    """Draw the numbers of each scene from its seed and attributes."""
    draft = _Draft(scenes)
    side = draft.side()
    horizon = draft.horizon()
    numbers = {"side": side, "horizon": horizon}
    numbers |= draft.heaven(side, horizon)
    numbers |= draft.weather()
    numbers |= draft.land(side)
    numbers |= draft.thing(horizon)
    numbers["river_x"] = np.where(
        draft.has(Thing.BRIDGE), numbers["thing_x"], 0.5 - side * draft.draw(30, 0.0, 0.2)
    )
    standing = draft.has(Thing.NONE) | (np.abs(numbers["thing_x"] - 0.5) < 0.1)
    aside = np.where(standing, side, -np.sign(numbers["thing_x"] - 0.5))
    numbers["grove_x"] = 0.5 + aside * draft.draw(31, 0.34, 0.40)
    return Layout(**numbers)


def is_snow_capped(scene: SceneAttributes) -> bool:
    """Say whether snow lies on the peaks, in winter or all year."""
    if scene.terrain is not Terrain.PEAKS:
        return False
    number = slot_uniform(np.array([scene.seed], dtype=np.uint32), _SNOW_SLOT)
    return scene.season is Season.WINTER or bool(number[0] < SNOW_CAPPED)


class _Draft:
    """Draw groups of numbers; each draw has its own slot, so that adding one shifts no other."""

    def __init__(self, scenes: Sequence[SceneAttributes]) -> None:
        self.scenes = scenes
        self.seeds = np.array([scene.seed for scene in scenes], dtype=np.uint32)

    def draw(self, slot: int, low: float, high: float) -> Numbers:
        return low + (high - low) * slot_uniform(self.seeds, slot)

    def has(self, *values: StrEnum) -> NDArray[np.bool_]:
        """Test each scene for any of the values, all of one enumeration."""
        field = type(values[0]).__name__.lower()
        return np.array([getattr(scene, field) in values for scene in self.scenes])

    def side(self) -> Numbers:
        side = np.where(self.draw(1, 0, 1) < 0.5, -1.0, 1.0)
        there = self.has(Thing.NONE)
        # The land of a seaside lies on `side`: buildings stand there, boats sail on the other.
        toward = np.where(self.has(Thing.BOAT), -1.0, 1.0)
        side = np.where(~there & self.has(Place.LEFT), -toward, side)
        return np.where(~there & self.has(Place.RIGHT), toward, side)

    def horizon(self) -> Numbers:
        horizon = self.draw(2, 0.36, 0.44)
        tall = self.has(Sky.AURORA, Sky.MILKY_WAY) | self.has(Terrain.PLAIN)
        horizon = np.where(tall, horizon - 0.05, horizon)
        return np.where([scene.panorama for scene in self.scenes], 0.46, horizon)

    def heaven(self, side: Numbers, horizon: Numbers) -> dict[str, Numbers]:
        low = self.has(Time.DAWN, Time.SUNSET)
        moon = self.has(Body.FULL_MOON, Body.CRESCENT_MOON)
        planet = self.has(Body.RINGED_PLANET)
        centred = self.has(Place.CENTRE) & ~self.has(Thing.NONE)
        x = 0.5 - side * np.where(centred, self.draw(3, 0.25, 0.3), self.draw(3, 0.08, 0.28))
        high = self.draw(4, 0.74, 0.84)
        y = np.where(low & ~moon & ~planet, horizon + self.draw(4, 0.17, 0.26), high)
        # A sun outside the frame: just set, or above the upper edge.
        unseen = self.has(Body.NONE)
        y = np.where(unseen & (low | self.has(Time.DUSK)), horizon - 0.01, y)
        y = np.where(unseen & ~low & ~self.has(Time.DUSK), 1.2, y)
        radius = np.select(
            [planet, moon],
            [self.draw(5, 0.085, 0.11), self.draw(5, 0.045, 0.06)],
            self.draw(5, 0.035, 0.05),
        )
        dusky = low | self.has(Time.DUSK)
        return {
            "body_x": x,
            "body_y": y,
            "body_radius": radius,
            "body_shown": np.where(self.has(Body.NONE), 0.0, 1.0),
            "light_x": -side * np.where(dusky, 0.9, 0.65),
            "light_depth": np.where(dusky, 0.2, -0.3),
            "light_up": np.where(dusky, 0.38, 0.7),
        }

    def weather(self) -> dict[str, Numbers]:
        cover = np.select(
            [
                self.has(Sky.SCATTERED),
                self.has(Sky.HEAVY, Sky.RAIN, Sky.SNOWFALL),
                self.has(Sky.RAINBOW),
            ],
            [self.draw(6, 0.48, 0.64), self.draw(6, 0.95, 1.1), self.draw(6, 0.50, 0.62)],
            0.0,
        )
        cover = np.where(self.has(Time.STORM), 1.1, cover)
        fog = np.select(
            [self.has(Sky.FOG), self.has(Sky.RAIN, Sky.SNOWFALL)],
            [self.draw(7, *THICK_FOG), self.draw(7, *THIN_FOG)],
            0.0,
        )
        dark = self.has(Time.NIGHT)
        open_sky = self.has(Sky.CLEAR, Sky.SCATTERED, Sky.AURORA, Sky.MILKY_WAY)
        return {
            "cloud_cover": cover,
            "fog": fog,
            "air": self.draw(8, 0.6, 0.85),
            "stars": np.select([dark & open_sky, self.has(Time.DUSK) & open_sky], [1.0, 0.3], 0.0),
            "lamp": np.where(dark | self.has(Time.DUSK, Time.STORM), 1.0, 0.0),
        }

    def land(self, side: Numbers) -> dict[str, Numbers]:
        winter = self.has(Season.WINTER)
        high = self.has(Terrain.PEAKS)
        bank = self.has(Plants.REEDS, Plants.FLOWERS)
        sea = self.has(Water.SEA)
        return {
            "hero_x": 0.5 + side * self.draw(9, 0.06, 0.2),
            "relief": self.draw(10, 0.85, 1.15),
            "whim": self.draw(17, 0.0, 1.0),
            "caprice": self.draw(18, 0.0, 1.0),
            "snow": np.where(winter, 1.0, 0.0),
            "snow_line": np.where(
                high & (self.draw(_SNOW_SLOT, 0, 1) < SNOW_CAPPED),
                self.draw(11, 0.12, 0.20),
                NO_SNOW,
            ),
            "water_near": np.where(bank, self.draw(12, 0.12, 0.18), self.draw(12, -0.05, 0.10)),
            "water_far": np.where(sea, 2.0, self.draw(13, 0.55, 0.72)),
            "rough": np.select(
                [self.has(Time.STORM), sea],
                [1.6, self.draw(14, 0.7, 1.1)],
                self.draw(14, 0.25, 0.6),
            ),
            "plant_density": self.draw(15, 0.35, 0.95),
            "plant_size": PLANT_SIZE * self.draw(16, 0.84, 1.16),
        }

    def thing(self, horizon: Numbers) -> dict[str, Numbers]:
        far = self.has(Distance.FAR)
        place = np.select([self.has(Place.LEFT), self.has(Place.RIGHT)], [-1.0, 1.0], 0.0)
        offset = np.where(place == 0, self.draw(20, -0.05, 0.05), place * self.draw(20, 0.23, 0.28))
        on_water = self.has(Thing.BOAT)
        depth = np.where(
            far,
            self.draw(21, *THING_DEPTHS[Distance.FAR]),
            self.draw(21, *THING_DEPTHS[Distance.NEAR]),
        )
        depth = np.where(self.has(Thing.SKYLINE), self.draw(21, *SKYLINE_DEPTHS), depth)
        nominal = np.array([thing_size(s.thing, s.distance) for s in self.scenes])
        size = nominal * self.draw(22, 0.92, 1.08)
        knoll = np.select(
            [self.has(Terrain.CLIFFS), self.has(Thing.CASTLE)],
            [self.draw(23, 0.10, 0.13) + 0.04 * far, self.draw(23, 0.05, 0.10)],
            self.draw(23, 0.012, 0.03),
        )
        knoll = np.where(on_water | self.has(Thing.BRIDGE), -0.012, knoll)
        knoll = np.where(self.has(Thing.SKYLINE), 0.004, knoll)
        aloft = self.draw(24, 0.54, 0.60) + 0.08 * far - ground_row(depth, horizon)
        return {
            "thing_x": 0.5 + offset,
            "thing_depth": depth,
            "thing_size": size,
            "thing_y": np.where(self.has(Thing.BALLOON), aloft, knoll),
        }


# Heights beside each other: a lighthouse is taller than a tent.
_SIZES = {
    Thing.NONE: 0.0,
    Thing.CABIN: 0.66,
    Thing.LIGHTHOUSE: 1.2,
    Thing.CASTLE: 1.05,
    Thing.WINDMILL: 1.1,
    Thing.PAGODA: 1.15,
    Thing.BOAT: 0.85,
    Thing.TENT: 0.58,
    Thing.BRIDGE: 0.48,
    Thing.SKYLINE: 0.75,
    Thing.ROCKET: 1.2,
    Thing.BALLOON: 0.85,
}


def thing_size(thing: Thing, distance: Distance) -> float:
    """Return the middling height of a thing in the picture."""
    return _SIZES[thing] * THING_SIZE[distance]
