"""What makes a mountain a volcano: glowing lava, and smoke above the crater."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Time
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import bump, ground_row, mix, smooth_step

DEPTH = 0.86  # t of the crater
REACH = 0.58  # radius of the cone along x, in heights
HEIGHT = 0.58  # of the cone if it had no crater
RIM = 0.644  # share of that height at which the crater cuts the cone
LAVA = (1.0, 0.20, 0.03)  # linear colour


def crater_row(batch: Batch) -> Tensor:
    """Return y of the crater's rim, [B, 1, 1]."""
    t = torch.full_like(batch.number("horizon"), DEPTH)
    return ground_row(t, batch.number("horizon")) + batch.number("relief") * HEIGHT * RIM


def lava(batch: Batch, height: Tensor) -> Tensor:
    """Return the light of the lava on the land, linear, [B, 3, W, D]."""
    top = batch.number("relief") * HEIGHT * RIM
    share = (height / top).clamp(0.0, 1.2)
    veins = batch.land_noise(8, 5.0, 2.0, 3)
    stream = bump(veins / 0.16) * smooth_step(0.30, 0.85, share)
    rim = smooth_step(0.86, 1.0, share)
    bright = batch.flags(lambda s: s.time in (Time.NIGHT, Time.DUSK, Time.STORM))
    strength = (0.10 + 1.10 * bright) * torch.maximum(stream * (0.4 + 0.6 * share), 0.6 * rim)
    colour = torch.tensor(LAVA, device=height.device).view(1, 3, 1, 1)
    return strength.unsqueeze(1) * colour


def smoke(batch: Batch, sky: Tensor) -> Tensor:
    """Draw the smoke that drifts from the crater, over the sky [B, 3, H, W]."""
    frame, light = batch.frame, batch.light
    y = frame.rows().view(1, -1, 1)
    up = (y - crater_row(batch) + 0.03).clamp(min=0.0)
    drift = batch.number("side") * (0.9 * up * up + 0.10 * up)
    away = frame.across(batch.x, batch.number("hero_x") * frame.aspect) / frame.scale + drift
    rise = batch.number("whim") * 3.0
    puffs = batch.tile.at(away * 1.1 + 0.3, up * 1.2 + rise)
    puffs = puffs + 0.45 * batch.tile.at(away * 3.0, up * 3.0 + rise)
    half = 0.030 + 0.34 * up
    dense = (1.25 - away.abs() / half + 1.1 * puffs).clamp(0.0, 1.0) * smooth_step(0.0, 0.04, up)
    dense = dense * (1.0 - 0.75 * smooth_step(0.1, 0.55, up))
    sunward = away / half * torch.sign(batch.number("light_x"))
    lit = (0.55 + 0.30 * sunward + 0.45 * puffs).clamp(0.0, 1.0).unsqueeze(1)
    colour = mix(light.cloud_shade * 0.75, light.cloud_lit * 0.85, lit)
    glow = smooth_step(0.16, 0.0, up) * batch.flags(
        lambda s: s.time in (Time.NIGHT, Time.DUSK, Time.STORM)
    )
    ember = torch.tensor(LAVA, device=sky.device).view(1, 3, 1, 1)
    colour = colour + ember * (0.75 * glow).unsqueeze(1)
    return mix(sky, colour, (dense * 0.9).unsqueeze(1))
