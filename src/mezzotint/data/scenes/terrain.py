"""The shape of the land: height above the ground plane over (column, depth), water below 0."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mezzotint.data.scenes import volcano
from mezzotint.data.scenes.attributes import Plants, SceneAttributes, Terrain, Thing, Water
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import bump, ground_row, mix, smooth_step
from mezzotint.data.scenes.layout import GROVE_DEPTH

WATER_BED = -0.02  # depth of water where it is deep enough to look flat


def elevation(batch: Batch) -> Tensor:
    """Return the land's height above the ground plane, in picture heights as seen, [B, W, D]."""
    frame = batch.frame
    height = torch.empty(len(batch), frame.width_px, frame.num_slices, device=frame.device)
    for terrain, indices in batch.groups(lambda scene: scene.terrain):
        height.index_copy_(0, batch.index(indices), _SHAPES[terrain](batch.take(indices)))
    for (water, coast), indices in batch.groups(_waters_key):
        chosen, part = batch.index(indices), batch.take(indices)
        shape = _COASTS.get((water, coast), _WATERS[water])
        height.index_copy_(0, chosen, shape(part, height.index_select(0, chosen)))
    return _settle(batch, _open_sky(batch, height))


def across(batch: Batch, name: str) -> Tensor:
    """Return the signed distance of each column from a place in the layout, [B, W, 1]."""
    x = batch.frame.columns().view(1, -1, 1)
    return batch.frame.across(x, batch.number(name) * batch.frame.aspect) / batch.frame.scale


def depth(batch: Batch) -> Tensor:
    """Return t of the slices, [1, 1, D]."""
    return batch.frame.depths().view(1, 1, -1)


# How far each column lies on the land's side of the main mountain, [B, W, 1].
def _inland(batch: Batch) -> Tensor:
    side = batch.number("side")
    if not batch.frame.panorama:
        return across(batch, "hero_x") * side
    x = batch.frame.columns().view(1, -1, 1)
    middle = (batch.number("hero_x") + 0.22 * side) * batch.frame.aspect
    away = batch.frame.across(x, middle)
    return 0.24 * batch.frame.aspect - (away * away + 0.06).sqrt()


def _peaks(batch: Batch) -> Tensor:
    t, side = depth(batch), batch.number("side")
    whim, caprice = batch.number("whim"), batch.number("caprice")
    ridges = batch.land_noise(1, 1.7, 2.3, 7, ridged=True, gain=0.50)
    broad = batch.land_noise(2, 1.2, 1.4, 2)
    hero = across(batch, "hero_x") + 0.11 * batch.land_noise(4, 2.6, 2.0, 4)
    behind = (t - 0.84).abs() * 1.5
    tent = lambda aside, width: (1.0 - ((hero - aside * side).abs() / width + behind)).clamp(min=0)
    crown = tent(0.0, 0.36 + 0.12 * whim)
    crown = torch.maximum(crown, (0.40 + 0.40 * caprice) * tent(-0.30 - 0.4 * whim, 0.32))
    crown = torch.maximum(crown, (0.35 + 0.35 * whim) * tent(0.26 + 0.25 * caprice, 0.28))
    massif = (0.30 + 0.34 * broad).clamp(min=0.08)
    rise = smooth_step(0.34, 0.90, t)
    foot = 0.05 * smooth_step(0.1, 0.6, t) * (0.6 + batch.land_noise(3, 3.0, 5.0, 4))
    rugged = (0.50 + 0.85 * ridges) * (0.50 + 0.50 * crown)
    high = rise * (0.66 * massif * ridges + 0.44 * crown * rugged) * batch.number("relief")
    return foot.clamp(min=0.0) + high / (1.0 + 0.75 * high)


def _hills(batch: Batch) -> Tensor:
    t = depth(batch)
    rolls = batch.land_noise(1, 1.4, 4.6, 3, gain=0.36)
    fine = batch.land_noise(2, 6.0, 12.0, 2)
    rise = 0.03 + 0.17 * smooth_step(0.1, 0.95, t)
    return batch.number("relief") * rise * (0.8 + 1.15 * rolls + 0.05 * fine).clamp(min=0.0)


def _dunes(batch: Batch) -> Tensor:
    t = depth(batch)
    crest = (1.0 - 1.6 * batch.land_noise(1, 1.2, 3.4, 2, gain=0.4).abs()).clamp(min=0.0)
    rise = 0.05 + 0.15 * smooth_step(0.05, 0.9, t)
    return batch.number("relief") * rise * crest * (0.5 + 0.5 * crest)


def _mesa(batch: Batch) -> Tensor:
    field = batch.land_noise(1, 1.6, 3.2, 4, gain=0.40) - 0.08
    field = field + 0.42 * bump(across(batch, "hero_x") / 0.42)
    walls = 0.58 * smooth_step(0.10, 0.145, field) + 0.42 * smooth_step(0.27, 0.305, field)
    talus = 0.30 * smooth_step(-0.16, 0.12, field)
    rise = smooth_step(0.38, 0.78, depth(batch))
    floor = 0.010 * (1.0 + batch.land_noise(2, 4.0, 6.0, 3))
    return batch.number("relief") * rise * 0.29 * (talus + walls) + floor


def _volcano(batch: Batch) -> Tensor:
    t = depth(batch)
    away = across(batch, "hero_x")
    rough = batch.land_noise(1, 3.0, 4.0, 6, ridged=True, gain=0.5)
    behind = (t - volcano.DEPTH) / 0.42
    reach = (away * away / volcano.REACH**2 + behind * behind + 1e-6).sqrt() + 0.10 * (rough - 0.5)
    cone = (1.0 - reach).clamp(min=0.0)
    cone = cone * (0.40 + 0.60 * cone)
    crater = torch.minimum(cone, volcano.RIM - 1.25 * (cone - volcano.RIM))
    low = 0.05 * smooth_step(0.1, 0.7, t) * (0.6 + batch.land_noise(2, 2.4, 4.0, 4))
    return batch.number("relief") * volcano.HEIGHT * crater + low.clamp(min=0.0)


def _cliffs(batch: Batch) -> Tensor:
    t = depth(batch)
    coast = batch.land_noise(1, 1.3, 3.0, 5)
    inland = _inland(batch) + 0.12 + 0.42 * coast + 0.3 * (t - 0.5)
    wall = smooth_step(0.02, 0.075, inland)
    top = 0.15 * smooth_step(0.02, 0.5, t) + 0.11 * smooth_step(0.1, 0.6, inland)
    stack = batch.land_noise(4, 4.0, 8.0, 2) + 0.5 * inland
    stacks = 0.10 * smooth_step(0.44, 0.52, stack) * smooth_step(0.25, 0.5, t)
    height = batch.number("relief") * wall * top * (1.0 + 0.3 * batch.land_noise(2, 2.0, 3.0, 4))
    return torch.maximum(height, stacks) + WATER_BED * (1.0 - wall)


def _islands(batch: Batch) -> Tensor:
    t = depth(batch)
    hero = bump(across(batch, "hero_x") / 0.36) * bump((t - 0.72) / 0.2)
    blobs = batch.land_noise(1, 1.8, 4.0, 6, gain=0.5) * smooth_step(0.15, 0.4, t) + 0.42 * hero
    shore = smooth_step(0.14, 0.75, blobs)
    high = 0.06 + 0.38 * smooth_step(0.4, 0.9, t)
    return batch.number("relief") * shore * high + WATER_BED * smooth_step(0.17, 0.10, blobs)


def _plain(batch: Batch) -> Tensor:
    t = depth(batch)
    far = 0.05 * smooth_step(0.80, 0.97, t) * (0.35 + batch.land_noise(2, 1.6, 3.0, 4))
    return 0.020 + 0.006 * batch.land_noise(1, 2.0, 4.0, 3) + far.clamp(min=0.0)


_SHAPES: dict[Terrain, Callable[[Batch], Tensor]] = {
    Terrain.PEAKS: _peaks,
    Terrain.HILLS: _hills,
    Terrain.DUNES: _dunes,
    Terrain.MESA: _mesa,
    Terrain.VOLCANO: _volcano,
    Terrain.CLIFFS: _cliffs,
    Terrain.ISLANDS: _islands,
    Terrain.PLAIN: _plain,
}


def _as_it_is(_: Batch, height: Tensor) -> Tensor:
    return height


def _dry(_: Batch, height: Tensor) -> Tensor:
    return height.clamp(min=0.001)


# Islands in a lake: the far shore closes the view.
def _island_lake(batch: Batch, height: Tensor) -> Tensor:
    shore = 0.05 + 0.05 * batch.land_noise(6, 1.4, 2.0, 5)
    return torch.maximum(height, smooth_step(0.86, 0.97, depth(batch)) * shore + WATER_BED)


def _lake(batch: Batch, height: Tensor) -> Tensor:
    t = depth(batch)
    edge = 0.07 * batch.land_noise(5, 1.4, 2.2, 5)
    near = t - batch.number("water_near") - edge
    far = batch.number("water_far") + edge - t
    calm = smooth_step(-0.16, 0.04, near) * smooth_step(-0.22, 0.02, far)
    wet = smooth_step(0.0, 0.03, torch.minimum(near, far))
    return (height * (1.0 - calm) + 0.002) * (1.0 - wet) + WATER_BED * wet


def _river(batch: Batch, height: Tensor) -> Tensor:
    t = depth(batch)
    away = (across(batch, "river_x") + _meander(batch)).abs()
    near = 1.0 - t
    half = 0.005 + 0.20 * near * near
    valley = smooth_step(3.2, 1.2, away / (half + 0.02)) * smooth_step(0.97, 0.75, t)
    wet = smooth_step(1.12, 0.92, away / half) * smooth_step(0.92, 0.86, t)
    return (height * (1.0 - 0.97 * valley) + 0.002) * (1.0 - wet) + WATER_BED * wet


# How far the river bends aside at each depth, 0 at the depth of the thing: [B, 1, D].
def _meander(batch: Batch) -> Tensor:
    t = depth(batch)
    wave = lambda t: _swing(t * 1.9 + batch.number("hero_x")) * 0.20 * (1.0 - t)
    drift = 0.35 * batch.number("side") * (t - batch.number("thing_depth"))
    return drift * (1.0 - t * 0.5) + wave(t) - wave(batch.number("thing_depth"))


# A parabola's answer to the sine: period 1, from -1 to 1.
def _swing(phase: Tensor) -> Tensor:
    part = phase - phase.floor()
    half = torch.where(part < 0.5, part, part - 0.5) * 2.0
    arch = 4.0 * half * (1.0 - half)
    return torch.where(part < 0.5, arch, -arch)


def _sea(batch: Batch, height: Tensor) -> Tensor:
    t = depth(batch)
    coast = 0.16 * batch.land_noise(5, 1.4, 3.0, 5)
    inland = _inland(batch) + 0.34 + coast - 0.25 * (1.0 - t)
    beach = batch.number("water_near") + 0.3 * coast - t
    inland = torch.maximum(inland, beach * 2.0)
    land = smooth_step(0.0, 0.30, inland)
    wet = smooth_step(0.02, -0.01, inland)
    return (height * land + 0.003) * (1.0 - wet) + WATER_BED * wet


_WATERS: dict[Water, Callable[[Batch, Tensor], Tensor]] = {
    Water.NONE: _dry,
    Water.LAKE: _lake,
    Water.RIVER: _river,
    Water.SEA: _sea,
}


# Cliffs and islands bring their own coast.
_COASTS: dict[tuple[Water, Terrain | None], Callable[[Batch, Tensor], Tensor]] = {
    (Water.NONE, Terrain.CLIFFS): _as_it_is,
    (Water.NONE, Terrain.ISLANDS): _as_it_is,
    (Water.SEA, Terrain.CLIFFS): _as_it_is,
    (Water.SEA, Terrain.ISLANDS): _as_it_is,
    (Water.LAKE, Terrain.ISLANDS): _island_lake,
}


def _waters_key(scene: SceneAttributes) -> tuple[Water, Terrain | None]:
    own = (scene.water, scene.terrain) in _COASTS
    return scene.water, scene.terrain if own else None


# Keep the land below the sun or moon that the frame shows.
def _open_sky(batch: Batch, height: Tensor) -> Tensor:
    away = across(batch, "body_x").abs()
    radius = batch.number("body_radius")
    room = batch.number("body_y") - 2.2 * radius - batch.number("horizon")
    beside = (away - radius).clamp(min=0.0)
    room = room + 2.0 * beside * beside + 9.0 * (1.0 - batch.number("body_shown"))
    high = height.clamp(min=0.0)
    return torch.minimum(height, high * room / (high * high + room * room).sqrt())


# Level the places where the thing and the plants stand, and what lies in front of them.
def _settle(batch: Batch, height: Tensor) -> Tensor:
    standing = batch.flags(lambda s: s.thing not in (Thing.NONE, Thing.BALLOON))
    wide = 1.0 + 0.6 * batch.flags(lambda s: s.thing is Thing.SKYLINE)
    uneven = 0.35 * batch.land_noise(7, 5.0, 7.0, 3)
    grown = batch.flags(lambda s: s.plants is not Plants.NONE)
    away = across(batch, "grove_x").abs() / 0.17 + uneven
    grove = torch.full_like(grown, GROVE_DEPTH)
    height = _level(batch, height, away, grove, torch.full_like(grown, 0.02), grown)
    away = across(batch, "thing_x").abs() / (batch.number("thing_size") * wide + 1e-3) + uneven
    return _level(
        batch, height, away, batch.number("thing_depth"), batch.number("thing_y"), standing
    )


def _level(
    batch: Batch, height: Tensor, away: Tensor, at: Tensor, foot: Tensor, wanted: Tensor
) -> Tensor:
    t, horizon = depth(batch), batch.number("horizon")
    near = smooth_step(0.16, 0.05, (t - at).abs())
    height = mix(height, foot.expand_as(height), smooth_step(1.5, 0.7, away) * near * wanted)
    limit = foot + ground_row(at, horizon) - ground_row(t, horizon)
    in_front = smooth_step(1.3, 0.9, away) * (t < at) * wanted
    return mix(height, torch.minimum(height, limit), in_front)
