"""Where plants grow: rows of them at fixed depths, standing on the land and hidden by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.scenes import foliage
from mezzotint.data.scenes.atlas import NUM_VARIANTS, Atlas, Sketch, draw_atlas, level_of
from mezzotint.data.scenes.attributes import Plants, SceneAttributes, Season, Thing
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.canvas import Canvas
from mezzotint.data.scenes.frame import ground_row, mix
from mezzotint.data.scenes.land import air
from mezzotint.data.scenes.layout import GROVE_DEPTH, PLANT_SIZE
from mezzotint.data.scenes.light import colour_tensor, moonlit
from mezzotint.data.scenes.noise import cell_uniform

_OUTSIDE = 64.0  # plant heights away: outside every drawing, where a look-up gives nothing


@dataclass(frozen=True, kw_only=True)
class Species:
    """Say how one kind of plant looks and where it stands.

    Attributes:
        draw: Its drawing.
        depths: t of its rows, far to near.
        size: Height beside a tree's.
        spacing: Distance between neighbours, in heights.
        half_width: Half its width, in heights.
        highest: Land above this bears none, at the horizon; half of it close by.
    """

    draw: Callable[..., Tensor]
    depths: tuple[float, ...]
    size: float = 1.0
    spacing: float = 0.8
    half_width: float = 0.5
    highest: float = 0.12


_FOREST = (0.84, 0.79, 0.74, 0.68, 0.61, 0.53, 0.44, 0.33, 0.19)
_GROVE = (0.79, 0.73, 0.66, 0.58, 0.49, 0.39, 0.27, 0.14)
_MEADOW = (0.58, 0.51, 0.45, 0.39, 0.34, 0.29, 0.24, 0.19, 0.14, 0.09, 0.04)
_BANK = (0.42, 0.35, 0.28, 0.21, 0.14, 0.07, 0.02)

SPECIES: dict[Plants, Species] = {
    Plants.PINE: Species(draw=foliage.pine, depths=_FOREST, spacing=0.42, half_width=0.29),
    Plants.BROADLEAF: Species(draw=foliage.broadleaf, depths=_GROVE, size=0.80),
    Plants.BIRCH: Species(
        draw=foliage.birch, depths=_GROVE, size=0.92, spacing=0.45, half_width=0.29
    ),
    Plants.PALM: Species(
        draw=foliage.palm, depths=_GROVE[2:], size=0.80, spacing=0.95, half_width=0.60
    ),
    Plants.CHERRY: Species(
        draw=foliage.cherry, depths=_GROVE[1:], size=0.70, spacing=0.95, half_width=0.60
    ),
    Plants.CACTUS: Species(
        draw=foliage.cactus, depths=_GROVE[2:], size=0.50, spacing=1.1, half_width=0.32
    ),
    Plants.REEDS: Species(
        draw=foliage.reeds, depths=_BANK, size=0.40, spacing=0.45, half_width=0.42
    ),
    Plants.FLOWERS: Species(
        draw=foliage.flowers, depths=_MEADOW, size=0.17, spacing=0.85, half_width=0.50
    ),
}


def paint_plants(batch: Batch, canvas: Canvas, height: Tensor) -> None:
    """Paint the plants of every scene into a view; `height` is the land, [B, W, D]."""
    key = lambda scene: (scene.plants, scene.season is Season.WINTER)
    for (kind, bare), indices in batch.groups(key):
        if kind is Plants.NONE:
            continue
        chosen = batch.index(indices)
        part, view = batch.take(indices), canvas.take(chosen)
        land = height.index_select(0, chosen)
        tints = _Tints.of(part, kind)
        for row in range(len(SPECIES[kind].depths)):
            _paint_row(part, view, land, kind, tints, row, bare=bare)
        canvas.put(chosen, view)


@dataclass(frozen=True, kw_only=True)
class _Tints:
    """Hold what each material of a plant reflects, lit by the hour, [B, 3, 1, 1]."""

    leaf: Tensor
    other: Tensor  # a second leaf colour; each plant lies between the two
    wood: Tensor
    white: Tensor

    @classmethod
    def of(cls, batch: Batch, kind: Plants) -> _Tints:
        keys = [_tint_keys(scene, kind) for scene in batch.scenes]
        around = batch.light.sun * 0.95 + batch.light.shade * 0.70
        device = batch.frame.device
        pick = lambda i: moonlit(batch, colour_tensor([k[i] for k in keys], device)) * around
        return cls(leaf=pick(0), other=pick(1), wood=pick(2), white=pick(3))


# leaf, second leaf, wood, white
def _tint_keys(scene: SceneAttributes, kind: Plants) -> tuple[str, str, str, str]:
    if kind is Plants.FLOWERS:
        return _FLOWER_TINTS[scene.seed % len(_FLOWER_TINTS)]
    if kind in _FIXED_TINTS:
        return _FIXED_TINTS[kind]
    return (_BIRCH_TINTS if kind is Plants.BIRCH else _BROAD_TINTS)[scene.season]


_BROAD_TINTS = {
    Season.SPRING: ("86b04a", "a3c45e", "5b4636", "ffffff"),
    Season.SUMMER: ("44743a", "64903f", "54402f", "ffffff"),
    Season.AUTUMN: ("d0702a", "cfa032", "4d3a2c", "ffffff"),
    Season.WINTER: ("6b5c50", "5d5047", "5b4c40", "f2f5fa"),
}
_BIRCH_TINTS = {
    Season.SPRING: ("9cc45a", "b5d073", "6d5b4c", "efece4"),
    Season.SUMMER: ("6b9c44", "88b050", "6d5b4c", "efece4"),
    Season.AUTUMN: ("eab83a", "dd9a2e", "6d5b4c", "efece4"),
    Season.WINTER: ("8d7f72", "7c7066", "6d5b4c", "efece4"),
}
_FIXED_TINTS = {
    Plants.PINE: ("2c563b", "41703f", "4a3a2c", "eef3fa"),
    Plants.PALM: ("4c8a3c", "6f9c40", "8a6a48", "ffffff"),
    Plants.CHERRY: ("f096b4", "f7b9cc", "4a332e", "fff0f5"),
    Plants.CACTUS: ("4a7c4c", "628c52", "4f8050", "ffffff"),
    Plants.REEDS: ("7f8c46", "b09a58", "6b4228", "ffffff"),
}
_FLOWER_TINTS = (
    ("e23b3b", "f06a3c", "5c8a3c", "fff3c0"),
    ("8a5bd0", "b07be0", "5c8a3c", "ffe680"),
    ("f4d13c", "f7e98a", "5c8a3c", "e08a2c"),
    ("f06fa8", "fbd3e4", "5c8a3c", "fff3a0"),
    ("4f7be0", "9fb8f2", "5c8a3c", "fff3c0"),
)


def _paint_row(
    batch: Batch, canvas: Canvas, land: Tensor, kind: Plants, tints: _Tints, row: int, *, bare: bool
) -> None:
    species, frame = SPECIES[kind], batch.frame
    t = species.depths[row]
    near = (1.0 - t) * (1.0 - t) * frame.scale * species.size
    tallest = float(batch.layout.plant_size.max()) * near * 1.25
    highest = _tree_line(species, t)
    band = canvas.band(batch, np.full(len(batch), t), -0.03, highest + tallest)
    if band is None:
        return
    height_px = PLANT_SIZE * near * frame.height_px
    atlas = _atlas(kind, bare, level_of(height_px), frame.device)
    place = _Row.of(batch, land, species, row, t)
    sunward = -torch.sign(batch.number("light_x"))
    target = canvas.colour[:, :, band.rows]
    closed = (1.0 - band.open) * _OUTSIDE
    for step in (0, 1):
        plants = _standing(batch, place, species, step)
        u = frame.across(batch.x, plants.centre) / plants.tall * sunward
        u = u + (1.0 - plants.shown) * _OUTSIDE
        v = (band.y - plants.foot) / plants.tall + closed
        _lay(target, atlas.sample(u, v, plants.variant), plants, tints)


# Lay premultiplied texels [B, 4, r, W] (cover, leaf, wood, white) over the picture.
def _lay(target: Tensor, texels: Tensor, plants: _Standing, tints: _Tints) -> None:
    cover = texels[:, :1]
    keep = 1.0 - plants.veil.unsqueeze(1)  # light that comes through the air
    leaf = mix(tints.leaf, tints.other, plants.chance.unsqueeze(1)) * keep
    target *= 1.0 - cover
    target += texels[:, 1:2] * leaf
    target += texels[:, 2:3] * (tints.wood * keep)
    target += texels[:, 3:4] * (tints.white * keep)
    target += cover * plants.haze


def _tree_line(species: Species, t: float) -> float:
    return species.highest * (0.45 + 0.65 * t)


@lru_cache(maxsize=256)
def _atlas(kind: Plants, bare: bool, height_px: int, device: torch.device) -> Atlas:
    species = SPECIES[kind]
    draw: Callable[[Sketch], Tensor] = partial(species.draw, bare=bare)
    return draw_atlas(draw, height_px=height_px, half_width=species.half_width, device=device)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """Hold one row of places where plants may stand."""

    t: float
    channel: int
    cell: Tensor  # [B, 1, 1] distance between places
    count: Tensor  # [B, 1, 1] places across the picture
    size: Tensor  # [B, 1, 1] height of a plant
    foot: Tensor  # [B, W] y of the land
    height: Tensor  # [B, W] of the land above the plane

    @classmethod
    def of(cls, batch: Batch, land: Tensor, species: Species, row: int, t: float) -> _Row:
        frame = batch.frame
        size = batch.number("plant_size") * (species.size * (1.0 - t) * (1.0 - t) * frame.scale)
        count = (frame.aspect / (size * species.spacing)).round().clamp(min=1.0)
        height = land[:, :, round(t * (frame.num_slices - 1))]
        level = ground_row(torch.full_like(size, t), batch.number("horizon")).view(-1, 1)
        return cls(
            t=t,
            channel=300 + 8 * row,
            cell=frame.aspect / count,
            count=count,
            size=size,
            foot=level + height,
            height=height,
        )


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """Hold the plant that may cover each column, float32 [B, 1, W] ([B, 3, 1, W] for haze)."""

    centre: Tensor
    foot: Tensor
    tall: Tensor
    chance: Tensor
    variant: Tensor
    shown: Tensor
    veil: Tensor
    haze: Tensor


def _standing(batch: Batch, row: _Row, species: Species, step: int) -> _Standing:
    frame = batch.frame
    index = (batch.x / row.cell - 0.5).floor() + float(step)
    own = index - (index / row.count).floor() * row.count if frame.panorama else index
    cells = own.to(torch.int32)
    number = lambda channel: cell_uniform(
        batch.seeds.view(-1, 1, 1), row.channel + channel, cells, torch.zeros_like(cells)
    )
    centre = (index + 0.5 + 0.6 * (number(1) - 0.5)) * row.cell
    column = (centre * frame.height_px).floor().to(torch.int64)
    column = column % frame.width_px if frame.panorama else column.clamp(0, frame.width_px - 1)
    at = column.view(len(batch), -1)
    foot = row.foot.gather(1, at).view_as(centre)
    height = row.height.gather(1, at).view_as(centre)
    tall = row.size * (0.70 + 0.5 * number(2))
    grove = batch.tile.at(centre * frame.repeats(0.5), torch.full_like(centre, row.t * 1.7))
    wanted = batch.number("plant_density") + 0.9 * grove
    if abs(row.t - GROVE_DEPTH) < 0.08:
        aside = frame.across(centre, batch.number("grove_x") * frame.aspect).abs()
        wanted = wanted + 1.5 * (aside < 0.13 * frame.scale)
    shown = (number(3) < wanted) & (height > 0.0025)
    shown = shown & (height < _tree_line(species, row.t))
    shown = shown & _clear(batch, row.t, centre, foot + tall, tall * species.half_width)
    veil = air(batch, torch.full_like(height, row.t), height)
    return _Standing(
        centre=centre,
        foot=foot - 0.012 * tall,
        tall=tall,
        chance=number(0),
        variant=(number(4) * NUM_VARIANTS).floor(),
        shown=shown.to(tall.dtype),
        veil=veil,
        haze=batch.light.haze * veil.unsqueeze(1),
    )


# Plants leave the thing, and the low sun or moon, in sight.
def _clear(batch: Batch, t: float, centre: Tensor, top: Tensor, half: Tensor) -> Tensor:
    frame, scale = batch.frame, batch.frame.scale
    from_thing = frame.across(centre, batch.number("thing_x") * frame.aspect).abs()
    wide = batch.number("thing_size") * scale * batch.flags(lambda s: s.thing is not Thing.BALLOON)
    in_front = t < batch.number("thing_depth") + 0.04
    free = (from_thing > wide * 0.62 + half) | ~in_front
    radius = batch.number("body_radius") * scale * batch.number("body_shown")
    from_body = frame.across(centre, batch.number("body_x") * frame.aspect).abs()
    below = top < batch.number("body_y") - 1.3 * radius
    return free & (below | (from_body > radius * 1.5 + half))
