"""How the land looks: grass, rock, sand, snow, lit from the sun's side and faded by the air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import SceneAttributes, Season, Terrain, Water
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import NEAREST_ROW, mix, smooth_step
from mezzotint.data.scenes.layout import FOG_END, FOG_MOST, FOG_START
from mezzotint.data.scenes.light import colour_tensor, moonlit
from mezzotint.data.scenes.terrain import depth

DEPTH_SLOPE = 0.16  # how strongly height differences along depth tilt the land


@dataclass(frozen=True, kw_only=True)
class Soil:
    """Hold the colours of the ground, float32 [B, 3, 1, 1]."""

    grass: Tensor
    meadow: Tensor
    rock: Tensor
    sand: Tensor


_GRASS = {
    Season.SPRING: ("7fa648", "a3bd5c"),
    Season.SUMMER: ("557d3d", "7d974a"),
    Season.AUTUMN: ("a8843f", "b8693a"),
    Season.WINTER: ("dfe6f0", "eef2f8"),
}
_BARE = {Terrain.DUNES: ("dbb27a", "d09a62"), Terrain.MESA: ("c48a58", "a8744a")}
_ROCK = {
    Terrain.PEAKS: ("857f80", "8b8578"),
    Terrain.HILLS: ("83796b", "8b8060"),
    Terrain.DUNES: ("d8ae76", "d8ae76"),
    Terrain.MESA: ("b5613c", "c08a5c"),
    Terrain.VOLCANO: ("5a4f4d", "6a5a50"),
    Terrain.CLIFFS: ("b3a58e", "c9bda2"),
    Terrain.ISLANDS: ("8c8070", "dcc79a"),
    Terrain.PLAIN: ("8b8060", "a39468"),
}


def soil_of(scenes: Sequence[SceneAttributes], device: torch.device) -> Soil:
    """Look up the ground colours of each scene."""
    pick = lambda keys: colour_tensor(list(keys), device)
    grass = lambda s, i: (
        _GRASS[s.season] if s.season is Season.WINTER else _BARE.get(s.terrain, _GRASS[s.season])
    )[i]
    return Soil(
        grass=pick(grass(s, 0) for s in scenes),
        meadow=pick(grass(s, 1) for s in scenes),
        rock=pick(_ROCK[s.terrain][0] for s in scenes),
        sand=pick(_ROCK[s.terrain][1] for s in scenes),
    )


def land_colour(batch: Batch, height: Tensor) -> Tensor:
    """Return the light that leaves the land towards the viewer, linear, [B, 3, W, D].

    Args:
        batch: The scenes.
        height: Their elevation, [B, W, D].
    """
    light = batch.light
    rise, along = _slopes(batch, height)
    norm = 1.0 / (1.0 + rise * rise + along * along).sqrt()
    albedo = moonlit(batch, _albedo(batch, height, norm))
    towards = batch.number("light_up") - rise * batch.number("light_x")
    towards = (towards - along * batch.number("light_depth")) * norm
    direct = (towards.clamp(min=0.0) * _unshadowed(batch, height)).unsqueeze(1)
    around = (0.62 + 0.38 * norm).unsqueeze(1)
    lit = albedo * (light.sun * direct * 1.5 + light.shade * around * 0.75)
    return mix(lit, light.haze, air(batch, depth(batch), height).unsqueeze(1))


def air(batch: Batch, t: Tensor, height: Tensor) -> Tensor:
    """Return how much of the light from depth t and that height the air has replaced."""
    t2 = t * t
    clear = batch.number("air") * (0.08 * t2 + 0.72 * t2 * t2 * t2)
    mist = 0.35 * smooth_step(0.55, 0.95, t) * (1.0 - smooth_step(0.0, 0.16, height))
    fog = batch.number("fog")
    thick = fog * FOG_MOST * smooth_step(FOG_START, FOG_END, t)
    thick = thick * (1.0 - 0.45 * smooth_step(0.05, 0.30, height))
    veil = (clear + mist * batch.number("air")).clamp(max=0.95)
    return veil + (1.0 - veil) * thick


def _albedo(batch: Batch, height: Tensor, flat: Tensor) -> Tensor:
    soil = soil_of(batch.scenes, batch.frame.device)
    mottle = batch.land_noise(11, 7.0, 16.0, 4, gain=0.6)
    patch = batch.land_noise(12, 1.6, 5.0, 3)
    ground = mix(soil.grass, soil.meadow, smooth_step(-0.3, 0.4, patch + 0.3 * mottle).unsqueeze(1))
    rocky = smooth_step(0.80, 0.58, flat + 0.14 * mottle)
    bare = batch.flags(lambda s: s.terrain in (Terrain.PEAKS, Terrain.VOLCANO))
    rocky = torch.maximum(rocky, smooth_step(0.06, 0.20, height + 0.08 * mottle) * 0.92 * bare)
    rock = soil.rock * _strata(batch, height, mottle).unsqueeze(1)
    ground = mix(ground, rock, rocky.unsqueeze(1))
    shore = batch.flags(lambda s: s.water is not Water.NONE) * smooth_step(0.012, 0.003, height)
    ground = mix(ground, soil.sand * 0.9, (shore * 0.85).unsqueeze(1))
    blades = batch.land_noise(13, 34.0, 70.0, 2, gain=0.7)
    ground = ground * (1.0 + 0.36 * mottle + 0.22 * blades).unsqueeze(1)
    line = mix(
        batch.number("snow_line") + 0.10 * mottle,
        torch.full_like(mottle, -0.03),
        batch.number("snow"),
    )
    snow = smooth_step(-0.01, 0.04, height - line) * smooth_step(0.40, 0.62, flat + 0.12 * mottle)
    white = 0.86 + 0.06 * mottle
    return mix(ground, white.unsqueeze(1), snow.unsqueeze(1))


# Layers of rock, one above the other: brightness by height.
def _strata(batch: Batch, height: Tensor, mottle: Tensor) -> Tensor:
    layered = batch.flags(lambda s: s.terrain in (Terrain.MESA, Terrain.CLIFFS))
    band = (height + 0.006 * mottle) * 42.0
    part = band - band.floor()
    return 1.0 + 0.3 * mottle + layered * 0.5 * ((part - 0.5).abs() - 0.25)


def ground_grain(batch: Batch, depth: Tensor) -> Tensor:
    """Return the brightness of grass, sand or pebbles close by, about 1, [B, H, W].

    Args:
        batch: The scenes.
        depth: t that each pixel sees, [B, H, W].
    """
    frame, horizon = batch.frame, batch.number("horizon")
    y = frame.rows().view(1, -1, 1)
    below = ((horizon - y) / (horizon - NEAREST_ROW)).clamp(min=0.0)
    u, v = frame.on_plane(frame.plane_distance(below, 0.05))
    stretch = 0.55 if frame.panorama else 2.2
    coarse = batch.tile.at(u * 0.55, v * stretch)
    fine = batch.tile.at(u * 1.5 + 0.3, v * stretch * 2.6)
    near = smooth_step(0.62, 0.25, depth) * smooth_step(0.0, 0.25, below)
    calm = 1.0 - 0.65 * batch.number("snow")
    return 1.0 + (0.30 * coarse + 0.34 * fine) * near * calm


# Slopes as seen: rise over run across, and along depth away from the viewer.
def _slopes(batch: Batch, height: Tensor) -> tuple[Tensor, Tensor]:
    first, last = height[:, :1], height[:, -1:]
    ends = (last, height, first) if batch.frame.panorama else (first, height, last)
    padded = torch.cat(ends, dim=1)
    rise = (padded[:, 2:] - padded[:, :-2]) * (0.5 * batch.frame.height_px)
    along = torch.zeros_like(height)
    step = 0.5 * (height.shape[2] - 1) * DEPTH_SLOPE
    along[:, :, 1:-1] = (height[:, :, 2:] - height[:, :, :-2]) * step
    return rise, along


# Shadow of land on land, the sun standing to one side: a running maximum towards it.
def _unshadowed(batch: Batch, height: Tensor) -> Tensor:
    side = batch.number("light_x")
    x = batch.frame.columns().view(1, -1, 1)
    run = torch.where(side < 0, x, batch.frame.aspect - x)
    level = height + run * (0.9 * batch.number("light_up"))
    mirrored = torch.where(side < 0, level, level.flip(1))
    if batch.frame.panorama:  # the sun's side continues around the back
        period = batch.frame.aspect * 0.9 * batch.number("light_up")
        mirrored = torch.cat((mirrored - period, mirrored), dim=1)
    blocked = (torch.cummax(mirrored, dim=1)[0] - mirrored)[:, -height.shape[1] :]
    blocked = torch.where(side < 0, blocked, blocked.flip(1))
    return 1.0 - 0.75 * smooth_step(0.0, 0.05, blocked)
