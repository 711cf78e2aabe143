"""Water: true mirror images, broken by ripples, darker where the viewer looks into the deep."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Time, Water
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import NEAREST_ROW, mix, smooth_step

MIRROR_ROWS = 0.45  # rows of the mirror view, in picture heights


def mirror_rows(batch: Batch) -> Tensor:
    """Return y of the mirror view's rows, bottom up to the horizon, float32 [B, 1, R]."""
    count = max(16, int(batch.frame.height_px * MIRROR_ROWS))
    steps = torch.arange(count, dtype=torch.float32, device=batch.frame.device)
    return NEAREST_ROW + (batch.number("horizon") - NEAREST_ROW) * ((steps + 0.5) / count)


def mirror_sky(batch: Batch, sky: Tensor, y: Tensor) -> Tensor:
    """Return the sky as the mirror view sees it, [B, 3, R, W]."""
    count, _, height, width = sky.shape
    up = 2.0 * batch.number("horizon") - y
    row = ((1.0 - up) * height).floor().clamp(0, height - 1).to(torch.int64)
    return sky.gather(2, row.view(count, 1, -1, 1).expand(count, 3, -1, width))


def water_colour(batch: Batch, mirror: Tensor) -> Tensor:
    """Return the water's light at every pixel below the horizon, [B, 3, H, W].

    Args:
        batch: The scenes.
        mirror: What still water would show, [B, 3, R, W], bottom row first.
    """
    light, frame, horizon = batch.light, batch.frame, batch.number("horizon")
    rough = batch.number("rough")
    y = frame.rows().view(1, -1, 1)
    below = ((horizon - y) / (horizon - NEAREST_ROW)).clamp(0.0, 1.0)
    wave = _waves(batch, below)
    push = wave * rough * (0.010 + 0.22 * below)
    image = _sample(mirror, 1.0 - below + push, batch.x / frame.aspect + wave * rough * 0.018)
    deep = light.zenith * 0.28 + light.middle * 0.05
    sea = batch.flags(lambda s: s.water is Water.SEA)
    look_in = 0.12 + 0.10 * sea + (0.36 + 0.2 * sea) * below * below
    colour = mix(image, deep + 0.02 * light.shade, look_in.unsqueeze(1))
    glint = smooth_step(0.10, 0.70, wave) * rough * (0.15 + 0.7 * below)
    colour = colour + light.low * (glint * 0.20).unsqueeze(1)
    crest = smooth_step(0.52, 0.70, wave) * batch.flags(lambda s: s.time is Time.STORM) * sea
    return mix(colour, light.low * 0.9, (crest * 0.6).unsqueeze(1))


def foam(batch: Batch, shallow: Tensor) -> Tensor:
    """Return how white the shore is, from the nearness of land [B, H, W]: surf on the sea alone."""
    surf = batch.flags(lambda s: s.water is Water.SEA)
    return smooth_step(0.35, 0.8, shallow) * smooth_step(1.0, 0.85, shallow) * surf


# Ripples in perspective: long across, narrow along, smaller with distance.
def _waves(batch: Batch, below: Tensor) -> Tensor:
    u, v = batch.frame.on_plane(batch.frame.plane_distance(below, 0.04))
    u, v = u * 0.16 + batch.number("relief") * 7.0, v * (0.16 if batch.frame.panorama else 0.9)
    soft = below / (below + 0.05)
    return (batch.tile.at(u, v) + 0.55 * batch.tile.at(u * 2.7 + 0.3, v * 2.3 + 0.1)) * soft


# mirror [B, 3, R, W] at row share `up` from the bottom and column share: nearest column,
# interpolated rows.
def _sample(mirror: Tensor, up: Tensor, across: Tensor) -> Tensor:
    count, _, num_rows, width = mirror.shape
    up, across = torch.broadcast_tensors(up, across)
    row = (up * num_rows - 0.5).clamp(0.0, num_rows - 1.001)
    low = row.floor()
    part = (row - low).unsqueeze(1)
    column = (across * width).floor().clamp(0, width - 1).to(torch.int64)
    index = (low.to(torch.int64) * width + column).view(count, 1, -1).expand(count, 3, -1)
    flat, shape = mirror.reshape(count, 3, -1), (count, 3, *up.shape[1:])
    first = flat.gather(2, index).view(shape)
    return first + (flat.gather(2, index + width).view(shape) - first) * part
