"""What drifts or falls between the viewer and the land: fog banks, rain, snow."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Sky, Time
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import bump, mix, smooth_step
from mezzotint.data.scenes.noise import cell_uniform


def fog_banks(batch: Batch, colour: Tensor, depth: Tensor) -> Tensor:
    """Return linear colour [B, 3, H, W] with banks of fog; `depth` is t, [B, H, W]."""
    indices = batch.find(lambda scene: scene.sky is Sky.FOG)
    if not indices:
        return colour
    chosen, part = batch.index(indices), batch.take(indices)
    y = batch.frame.rows().view(1, -1, 1)
    above = y - part.number("horizon")
    u, v = batch.x * batch.frame.repeats(0.55), y * 1.9
    bank = 0.55 + 0.9 * part.tile.at(u + 0.2, v) + 0.4 * part.tile.at(u * 2.0, v * 2.0)
    low = smooth_step(0.34, -0.02, above) * smooth_step(-0.42, -0.05, above)
    far = smooth_step(0.1, 0.6, depth.index_select(0, chosen))
    thick = (bank.clamp(0.0, 1.0) * low * far * 0.55).unsqueeze(1)
    clear = colour.index_select(0, chosen)
    return colour.index_copy_(0, chosen, mix(clear, part.light.haze, thick))


def falling(batch: Batch, display: Tensor, grain_px: int = 1) -> Tensor:
    """Return display colours [B, 3, H, W] with rain or snow, drawn at least `grain_px` wide."""
    for sky, draw in ((Sky.RAIN, _rain), (Sky.SNOWFALL, _snow)):
        indices = batch.find(lambda scene, sky=sky: scene.sky is sky)
        if indices:
            chosen, part = batch.index(indices), batch.take(indices)
            dim = 1.0 - 0.30 * part.flags(lambda s: s.time in (Time.NIGHT, Time.DUSK))
            white = (draw(part, grain_px) * dim).unsqueeze(1)
            under = display.index_select(0, chosen)
            display.index_copy_(0, chosen, under + (1.0 - under) * white)
    return display


# Slanting streaks in columns: how much light each pixel gains, [B, H, W].
def _rain(batch: Batch, grain_px: int) -> Tensor:
    frame = batch.frame
    y = frame.rows().view(1, -1, 1)
    seeds = batch.seeds.view(-1, 1, 1)
    total = torch.zeros(len(batch), frame.height_px, frame.width_px, device=frame.device)
    for layer, (rate, length) in enumerate(((26.0, 0.16), (46.0, 0.10))):
        rate = frame.repeats(rate)
        along = (batch.x + 0.16 * batch.number("side") * y) * rate
        column = along.floor()
        around = rate * frame.aspect
        own = column - (column / around).floor() * around if frame.panorama else column
        cells = own.round().to(torch.int32)
        shift = cell_uniform(seeds, 120 + layer, cells, torch.zeros_like(cells))
        fall = y / (length * 3.2) + shift * 7.0
        share = cell_uniform(seeds, 122 + layer, cells, fall.floor().to(torch.int32))
        streak = bump((fall - fall.floor() - 0.5) / 0.36) * (share < 0.45)
        half = max(0.05, 0.75 * grain_px * frame.pixel * rate)
        total += streak * bump((along - column - 0.5) / half) * (0.5 + 0.9 * share)
    return (total * 0.32).clamp(max=0.5)


# Flakes of three sizes, the far ones small and many.
def _snow(batch: Batch, grain_px: int) -> Tensor:
    frame = batch.frame
    y = frame.rows().view(1, -1, 1)
    seeds = batch.seeds.view(-1, 1, 1)
    cover = torch.zeros(len(batch), frame.height_px, frame.width_px, device=frame.device)
    for layer, (rate, share) in enumerate(((32.0, 0.34), (20.0, 0.26), (12.0, 0.17))):
        rate = frame.repeats(rate)
        u, v = batch.x * rate, y * rate + 0.37 * layer
        column, row = u.floor(), v.floor()
        cells = (column.to(torch.int32), row.to(torch.int32))
        right = u - column - 0.3 - 0.4 * cell_uniform(seeds, 130 + layer, *cells)
        up = v - row - 0.3 - 0.4 * cell_uniform(seeds, 134 + layer, *cells)
        radius = max(0.11, 0.85 * grain_px * frame.pixel * rate)
        size = radius * (0.7 + 0.6 * cell_uniform(seeds, 138 + layer, *cells))
        spot = bump((right * right + up * up).sqrt() / (1.35 * size))
        flake = spot * (cell_uniform(seeds, 142 + layer, *cells) < share)
        cover = torch.maximum(cover, flake * (0.62 + 0.14 * layer))
    return cover
