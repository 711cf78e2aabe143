"""From attributes to linear light: sky, land, water, plants and the thing, back to front."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Terrain, Water
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.canvas import Canvas
from mezzotint.data.scenes.frame import ground_row, mix, smooth_step
from mezzotint.data.scenes.land import ground_grain, land_colour
from mezzotint.data.scenes.plants import paint_plants
from mezzotint.data.scenes.relief import Seen, see, see_mirrored
from mezzotint.data.scenes.sky import paint_sky
from mezzotint.data.scenes.terrain import depth, elevation
from mezzotint.data.scenes.things import paint_things
from mezzotint.data.scenes.volcano import lava
from mezzotint.data.scenes.water import foam, mirror_rows, mirror_sky, water_colour
from mezzotint.data.scenes.weather import fog_banks


def compose(batch: Batch) -> Tensor:
    """Paint the scenes, linear light about [0, 1], [B, 3, H, W]."""
    height = elevation(batch)
    land = land_colour(batch, height)
    fiery = batch.find(lambda scene: scene.terrain is Terrain.VOLCANO)
    if fiery:
        chosen = batch.index(fiery)
        land.index_add_(0, chosen, lava(batch.take(fiery), height.index_select(0, chosen)))
    sky = paint_sky(batch)
    seen = _front_view(batch, height, land)
    ground = seen.values[:, :3] * ground_grain(batch, seen.depth).unsqueeze(1)
    wet = batch.find(lambda scene: scene.water is not Water.NONE)
    if wet:
        chosen = batch.index(wet)
        part = batch.take(wet)
        pick = lambda tensor: tensor.index_select(0, chosen)
        mirror = _mirror_view(part, pick(height), pick(land), pick(sky))
        wetness, shallow = pick(seen.values[:, 3:4]), pick(seen.values[:, 4])
        water = water_colour(part, mirror)
        water = water * (1.0 - 0.40 * smooth_step(0.55, 1.0, shallow)).unsqueeze(1)
        surf = foam(part, shallow).unsqueeze(1)
        water = mix(water, (part.light.sun + part.light.shade).clamp(max=0.95), surf * 0.7)
        ground.index_copy_(0, chosen, mix(pick(ground), water, wetness))
    canvas = Canvas(
        colour=mix(sky, ground, seen.cover.unsqueeze(1)),
        depth=seen.depth,
        y=batch.frame.rows().view(1, -1, 1),
        mirrored=False,
    )
    paint_plants(batch, canvas, height)
    paint_things(batch, canvas)
    return fog_banks(batch, canvas.colour, seen.depth)


# What each pixel sees of the land: colour, wetness, nearness of the shore.
def _front_view(batch: Batch, height: Tensor, land: Tensor) -> Seen:
    rows = ground_row(depth(batch), batch.number("horizon")) + height.clamp(min=0.0)
    wet = smooth_step(0.0005, -0.0005, height)
    shallow = smooth_step(-0.02, 0.002, height)
    values = torch.cat((land, wet.unsqueeze(1), shallow.unsqueeze(1)), dim=1)
    return see(values, rows, batch.frame.rows(), batch.frame.pixel)


def _mirror_view(batch: Batch, height: Tensor, land: Tensor, sky: Tensor) -> Tensor:
    y = mirror_rows(batch)
    ground = ground_row(depth(batch), batch.number("horizon"))
    seen = see_mirrored(land, height, ground, y)
    canvas = Canvas(
        colour=mix(mirror_sky(batch, sky, y), seen.values, seen.cover.unsqueeze(1)),
        depth=seen.depth,
        y=y.transpose(1, 2),
        mirrored=True,
    )
    paint_plants(batch, canvas, height)
    paint_things(batch, canvas)
    return canvas.colour
