"""The one thing that somebody made: where it stands, its lamps, its beam and its mirror image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import torch
from torch import Tensor

from mezzotint.data.scenes import buildings, craft
from mezzotint.data.scenes.atlas import NUM_VARIANTS, Atlas, draw_atlas, level_of
from mezzotint.data.scenes.attributes import Distance, Season, Thing
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.canvas import Band, Canvas
from mezzotint.data.scenes.frame import ground_row, smooth_step
from mezzotint.data.scenes.land import air
from mezzotint.data.scenes.layout import thing_size
from mezzotint.data.scenes.light import moonlit
from mezzotint.data.scenes.noise import cell_uniform


@dataclass(frozen=True, kw_only=True)
class Model:
    """Say how a thing is drawn and how far it reaches to each side, in its heights."""

    draw: Callable[..., Tensor]
    half_width: float


MODELS: dict[Thing, Model] = {
    Thing.CABIN: Model(draw=buildings.cabin, half_width=0.80),
    Thing.LIGHTHOUSE: Model(draw=buildings.lighthouse, half_width=0.30),
    Thing.CASTLE: Model(draw=buildings.castle, half_width=0.66),
    Thing.WINDMILL: Model(draw=buildings.windmill, half_width=0.42),
    Thing.PAGODA: Model(draw=buildings.pagoda, half_width=0.36),
    Thing.BOAT: Model(draw=craft.sailing_boat, half_width=0.48),
    Thing.TENT: Model(draw=craft.tent, half_width=0.95),
    Thing.BRIDGE: Model(draw=buildings.bridge, half_width=2.1),
    Thing.SKYLINE: Model(draw=buildings.skyline, half_width=1.35),
    Thing.ROCKET: Model(draw=craft.rocket, half_width=0.32),
    Thing.BALLOON: Model(draw=craft.balloon, half_width=0.38),
}
LAMP = (1.0, 0.70, 0.30)  # linear colour of lamplight


def paint_things(batch: Batch, canvas: Canvas) -> None:
    """Paint the thing of every scene into a view."""
    key = lambda scene: (scene.thing, scene.season is Season.WINTER, scene.distance)
    for (thing, snow, distance), indices in batch.groups(key):
        if thing is Thing.NONE:
            continue
        chosen = batch.index(indices)
        part, view = batch.take(indices), canvas.take(chosen)
        _paint(part, view, thing, distance, snow=snow)
        canvas.put(chosen, view)


def _paint(batch: Batch, canvas: Canvas, thing: Thing, distance: Distance, *, snow: bool) -> None:
    frame, layout = batch.frame, batch.layout
    size = layout.thing_size * frame.scale
    foot = layout.thing_y
    band = canvas.band(
        batch,
        layout.thing_depth,
        float(foot.min() - 0.25 * size.max()),
        float((foot + size).max() * 1.05),
    )
    if band is None:
        return
    height_px = thing_size(thing, distance) * frame.scale * frame.height_px
    atlas = _atlas(thing, snow, level_of(height_px), frame.device)
    u, v = _coordinates(batch, band)
    zero = torch.zeros_like(batch.seeds)
    number = cell_uniform(batch.seeds, 90, zero, zero).view(-1, 1, 1)
    variant = (number * NUM_VARIANTS).floor()
    texels = atlas.sample(
        -u * torch.sign(batch.number("light_x")), v, variant
    ) * band.open.unsqueeze(1)
    _lay(batch, canvas.colour[:, :, band.rows], texels, batch.number("thing_depth"))
    if bool((layout.lamp > 0).any()):
        _glow(batch, canvas, thing)


# Lay premultiplied texels [B, 5, r, W] (cover, red, green, blue, lamp) over the picture.
def _lay(batch: Batch, target: Tensor, texels: Tensor, depth: Tensor) -> None:
    light, cover = batch.light, texels[:, :1]
    veil = air(batch, depth, batch.number("thing_y")).unsqueeze(1)
    lit = moonlit(batch, texels[:, 1:4]) * (light.sun * 0.95 + light.shade * 0.70)
    lamp = batch.number("lamp").unsqueeze(1) * texels[:, 4:5] * _lamp(target)
    target *= 1.0 - cover
    target += (lit + lamp) * (1.0 - veil) + light.haze * (cover * veil)


# The light that lamps throw into the air around, and the beam of a lighthouse.
def _glow(batch: Batch, canvas: Canvas, thing: Thing) -> None:
    band = canvas.band(batch, batch.layout.thing_depth, -0.6, 1.2)
    if band is None:
        return
    u, v = _coordinates(batch, band)
    spot, strength = _HALOS.get(thing, (0.35, 0.10))
    up = v - spot
    reach = u * u + up * up
    light = strength / (1.0 + 14.0 * reach) * smooth_step(1.6, 0.2, reach)
    if thing is Thing.LIGHTHOUSE:
        out = u.abs() + 1e-3
        ray = (1.0 - (up / (0.03 + 0.11 * out)).abs()).clamp(min=0.0) / (1.0 + 1.3 * out * out)
        light = light + 0.55 * ray * smooth_step(0.0, 0.10, out)
    light = light * batch.number("lamp") * (0.35 + 0.65 * band.open)
    canvas.colour[:, :, band.rows] += light.unsqueeze(1) * _lamp(canvas.colour)


# Where each pixel of the band lies on the thing, in its heights.
def _coordinates(batch: Batch, band: Band) -> tuple[Tensor, Tensor]:
    tall = batch.number("thing_size") * batch.frame.scale
    level = ground_row(batch.number("thing_depth"), batch.number("horizon"))
    u = batch.frame.across(batch.x, batch.number("thing_x") * batch.frame.aspect) / tall
    return u, (band.y - level - batch.number("thing_y")) / tall


# Height of the lamps, and how much light they throw.
_HALOS = {
    Thing.LIGHTHOUSE: (0.83, 0.30),
    Thing.CASTLE: (0.40, 0.12),
    Thing.PAGODA: (0.45, 0.16),
    Thing.SKYLINE: (0.25, 0.14),
    Thing.TENT: (0.30, 0.26),
    Thing.CABIN: (0.25, 0.18),
    Thing.BRIDGE: (0.30, 0.0),
}


@lru_cache(maxsize=128)
def _atlas(thing: Thing, snow: bool, height_px: int, device: torch.device) -> Atlas:
    model = MODELS[thing]
    draw = partial(model.draw, snow=snow)
    return draw_atlas(
        draw, height_px=height_px, half_width=model.half_width, low=-0.16, device=device
    )


def _lamp(like: Tensor) -> Tensor:
    return torch.tensor(LAMP, device=like.device).view(1, 3, 1, 1)
