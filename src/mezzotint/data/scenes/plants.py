"""Plants in a view: looked up from drawings, hidden by nearer land, faded by the air."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.scenes.atlas import Atlas, Sketch, draw_atlas, level_of
from mezzotint.data.scenes.attributes import Plants, SceneAttributes, Season
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.canvas import Canvas
from mezzotint.data.scenes.frame import mix
from mezzotint.data.scenes.layout import PLANT_SIZE
from mezzotint.data.scenes.light import colour_tensor, moonlit
from mezzotint.data.scenes.planting import CANDIDATES, SPECIES, Standing, plant, tree_line

_OUTSIDE = 64.0  # plant heights away: outside every drawing, where a look-up gives nothing


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
        standing = plant(part, land, SPECIES[kind])
        for row in range(len(SPECIES[kind].depths)):
            _paint_row(part, view, standing, kind, tints, row, bare=bare)
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
    batch: Batch,
    canvas: Canvas,
    standing: Standing,
    kind: Plants,
    tints: _Tints,
    row: int,
    *,
    bare: bool,
) -> None:
    species, frame = SPECIES[kind], batch.frame
    t = species.depths[row]
    near = (1.0 - t) * (1.0 - t) * frame.scale * species.size
    tallest = float(batch.layout.plant_size.max()) * near * 1.25
    highest = float(tree_line(species, t))
    band = canvas.band(batch, np.full(len(batch), t), -0.03, highest + tallest)
    if band is None:
        return
    height_px = PLANT_SIZE * near * frame.height_px
    atlas = _atlas(kind, bare, level_of(height_px), frame.device)
    sunward = -torch.sign(batch.number("light_x"))
    target = canvas.colour[:, :, band.rows]
    closed = (1.0 - band.open) * _OUTSIDE
    for candidate in range(CANDIDATES):
        plants = standing.pick(row * CANDIDATES + candidate)
        u = frame.across(batch.x, plants.centre) / plants.tall * sunward
        u = u + (1.0 - plants.shown) * _OUTSIDE
        v = (band.y - plants.foot) / plants.tall + closed
        _lay(batch, target, atlas.sample(u, v, plants.variant), plants, tints)


# Lay premultiplied texels [B, 4, r, W] (cover, leaf, wood, white) over the picture.
def _lay(batch: Batch, target: Tensor, texels: Tensor, plants: Standing, tints: _Tints) -> None:
    cover, veil = texels[:, :1], plants.veil.unsqueeze(1)
    keep = 1.0 - veil  # light that comes through the air
    leaf = mix(tints.leaf, tints.other, plants.chance.unsqueeze(1)) * keep
    target *= 1.0 - cover
    target += texels[:, 1:2] * leaf
    target += texels[:, 2:3] * (tints.wood * keep)
    target += texels[:, 3:4] * (tints.white * keep)
    target += cover * (batch.light.haze * veil)


@lru_cache(maxsize=256)
def _atlas(kind: Plants, bare: bool, height_px: int, device: torch.device) -> Atlas:
    species = SPECIES[kind]
    draw: Callable[[Sketch], Tensor] = partial(species.draw, bare=bare)
    return draw_atlas(draw, height_px=height_px, half_width=species.half_width, device=device)
