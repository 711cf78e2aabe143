"""What falls or drifts between the viewer and the land: fog banks, rain, snow."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Sky
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import bump, mix, smooth_step
from mezzotint.data.scenes.noise import cell_uniform


def paint_weather(batch: Batch, colour: Tensor, depth: Tensor) -> Tensor:
    """Return linear colour [B, 3, H, W] with the weather in front; `depth` is t, [B, H, W]."""
    for sky, paint in _WEATHER.items():
        indices = batch.find(lambda scene, sky=sky: scene.sky is sky)
        if indices:
            chosen = batch.index(indices)
            part = paint(
                batch.take(indices), colour.index_select(0, chosen), depth.index_select(0, chosen)
            )
            colour.index_copy_(0, chosen, part)
    return colour


def _fog(batch: Batch, colour: Tensor, depth: Tensor) -> Tensor:
    y = batch.frame.rows().view(1, -1, 1)
    above = y - batch.number("horizon")
    u, v = batch.x * batch.frame.repeats(0.55), y * 1.9
    bank = 0.55 + 0.9 * batch.tile.at(u + 0.2, v) + 0.4 * batch.tile.at(u * 2.0, v * 2.0)
    low = smooth_step(0.34, -0.02, above) * smooth_step(-0.42, -0.05, above)
    thick = (bank.clamp(0.0, 1.0) * low * 0.55 * smooth_step(0.1, 0.6, depth)).unsqueeze(1)
    return mix(colour, batch.light.haze, thick)


def _rain(batch: Batch, colour: Tensor, depth: Tensor) -> Tensor:
    y = batch.frame.rows().view(1, -1, 1)
    slant = 0.16 * batch.number("side")
    pixel = batch.frame.pixel
    total = torch.zeros_like(depth)
    for layer, (columns, length) in enumerate(((34.0, 0.20), (58.0, 0.13))):
        columns = batch.frame.repeats(columns)
        along = batch.x * columns + slant * y * columns
        column = along.floor()
        own = column - (column / (columns * batch.frame.aspect)).floor() * (
            columns * batch.frame.aspect
        )
        cells = (own if batch.frame.panorama else column).round().to(torch.int32)
        seeds = batch.seeds.view(-1, 1, 1)
        shift = cell_uniform(seeds, 120 + layer, cells, torch.zeros_like(cells))
        fall = y / (length * 3.2) + shift * 7.0
        drop = fall.floor().to(torch.int32)
        share = cell_uniform(seeds, 122 + layer, cells, drop)
        streak = bump((fall - fall.floor() - 0.5) / 0.36) * (share < 0.75)
        half = max(0.06, 0.7 * pixel * columns)
        line = bump((along - column - 0.5) / half)
        total = total + streak * line * (0.5 + 0.5 * share)
    bright = (batch.light.low * 0.7 + 0.12).clamp(max=0.9)
    return mix(colour, bright, (total * 0.42).clamp(max=0.75).unsqueeze(1))


def _snowfall(batch: Batch, colour: Tensor, depth: Tensor) -> Tensor:
    y = batch.frame.rows().view(1, -1, 1)
    cover = torch.zeros_like(depth)
    seeds = batch.seeds.view(-1, 1, 1)
    for layer, (rate, share) in enumerate(((30.0, 0.30), (19.0, 0.26), (11.0, 0.20))):
        rate = batch.frame.repeats(rate)
        u, v = batch.x * rate, y * rate + 0.37 * layer
        column, row = u.floor(), v.floor()
        cells = (column.to(torch.int32), row.to(torch.int32))
        right = u - column - 0.3 - 0.4 * cell_uniform(seeds, 130 + layer, *cells)
        up = v - row - 0.3 - 0.4 * cell_uniform(seeds, 134 + layer, *cells)
        radius = max(0.13, 0.75 * batch.frame.pixel * rate)
        size = radius * (0.75 + 0.5 * cell_uniform(seeds, 138 + layer, *cells))
        spot = (2.2 - 2.2 * (right * right + up * up) / (size * size)).clamp(0.0, 1.0)
        flake = spot * (cell_uniform(seeds, 142 + layer, *cells) < share)
        cover = torch.maximum(cover, flake * (0.55 + 0.15 * layer))
    white = (batch.light.low * 0.35 + 0.55).clamp(max=0.98)
    return mix(colour, white, cover.unsqueeze(1))


_WEATHER = {Sky.FOG: _fog, Sky.RAIN: _rain, Sky.SNOWFALL: _snowfall}
