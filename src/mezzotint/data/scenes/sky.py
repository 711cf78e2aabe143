"""The sky behind everything: gradient, glow, clouds, and the spectacles of the air."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Body, Sky, Terrain, Time
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import bump, mix, smooth_step
from mezzotint.data.scenes.heaven import aurora, body, milky_way, stars
from mezzotint.data.scenes.light import OVERCAST
from mezzotint.data.scenes.noise import NoiseTile
from mezzotint.data.scenes.volcano import smoke


def paint_sky(batch: Batch) -> Tensor:
    """Return the sky behind the land, linear, [B, 3, H, W]."""
    dome = Dome.of(batch)
    sky = _gradient(batch, dome)
    for paint, test in _LAYERS:
        indices = batch.find(test)
        if indices:
            part, chosen = batch.take(indices), batch.index(indices)
            painted = paint(part, dome.take(chosen), sky.index_select(0, chosen))
            sky.index_copy_(0, chosen, painted)
    return sky


@dataclass(frozen=True, kw_only=True)
class Dome:
    """Hold the sky's grid.

    Attributes:
        y: float32 [1, H, 1].
        above: float32 [B, H, 1], height above the horizon, negative below it.
        rise: float32 [B, H, 1], 0 at the horizon, 1 at the top.
        across: float32 [B, 1, W], distance from the sun's x, signed.
        up: float32 [B, H, 1], distance from the sun's y, signed.
        distance: float32 [B, H, W], distance from the sun.
    """

    y: Tensor
    above: Tensor
    rise: Tensor
    across: Tensor
    up: Tensor
    distance: Tensor

    @classmethod
    def of(cls, batch: Batch) -> Dome:
        """Lay out the sky of each picture."""
        frame, horizon = batch.frame, batch.number("horizon")
        y = frame.rows().view(1, -1, 1)
        across = frame.across(batch.x, batch.number("body_x") * frame.aspect)
        up = y - batch.number("body_y")
        return cls(
            y=y,
            above=y - horizon,
            rise=((y - horizon) / (1.0 - horizon)).clamp(0.0, 1.0),
            across=across,
            up=up,
            distance=(across * across + up * up).sqrt(),
        )

    def take(self, indices: Tensor) -> Dome:
        """Return the sky of some pictures."""
        pick = lambda tensor: tensor.index_select(0, indices)
        return Dome(
            y=self.y,
            above=pick(self.above),
            rise=pick(self.rise),
            across=pick(self.across),
            up=pick(self.up),
            distance=pick(self.distance),
        )


def _gradient(batch: Batch, dome: Dome) -> Tensor:
    light, rise = batch.light, dome.rise.unsqueeze(1)
    low = mix(light.low, light.middle, smooth_step(0.0, 0.45, rise))
    sky = mix(low, light.zenith, smooth_step(0.25, 1.05, rise))
    clear = 1.0 - 0.75 * (batch.number("cloud_cover") - 0.2).clamp(0.0, 1.0)
    dim = batch.flags(lambda s: s.time is not Time.NIGHT or s.body is not Body.NONE)
    dim = dim * batch.flags(lambda s: s.sky not in OVERCAST and s.time is not Time.STORM)
    d2 = (dome.distance * dome.distance).unsqueeze(1)
    glow = 0.30 / (1.0 + 9.0 * d2) * (1.0 - rise) + 0.32 / (1.0 + 120.0 * d2)
    return sky + light.glow * glow * (1.0 - sky * 0.6) * (clear * dim).unsqueeze(1)


def _clouds(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    light, tile, cover = batch.light, batch.tile, batch.number("cloud_cover")
    frame = batch.frame
    up = dome.rise if frame.panorama else dome.above
    u, v = frame.on_plane(frame.plane_distance(up, 0.21))
    across, along = (0.30, 0.30) if frame.panorama else (0.27, 0.34)
    u, v = u * across + batch.number("whim") * 5.0, v * along + batch.number("caprice")
    shape = _billow(tile, u, v)
    toward = dome.across / (0.25 + dome.across.abs())
    if frame.panorama:  # opposite the sun, no side is the nearer one
        share = dome.across * (2.0 / frame.aspect)
        toward = toward * (1.0 - share * share)
    other = _billow(tile, u - 0.022 * toward, v - 0.016)
    threshold = 0.52 - 0.95 * cover
    threshold = threshold + 0.6 * bump(dome.distance / 0.22) * batch.number("body_shown")
    dense = smooth_step(threshold, threshold + 0.24, shape)
    fade = smooth_step(-0.02, 0.12, dome.above)
    bright = ((shape - other) * 3.2 + 0.66 - 0.40 * dense).clamp(0.0, 1.0)
    halo = 0.5 / (1.0 + 30.0 * dome.distance * dome.distance)
    halo = halo * batch.flags(lambda s: s.sky not in OVERCAST)
    colour = mix(light.cloud_shade, light.cloud_lit, bright.unsqueeze(1))
    colour = colour + light.glow * (halo * (1.2 - dense)).unsqueeze(1) * 0.6
    colour = mix(colour, light.low, 0.45 * smooth_step(0.25, 0.0, dome.above).unsqueeze(1))
    return mix(sky, colour, (dense * fade * 0.96).unsqueeze(1))


def _billow(tile: NoiseTile, u: Tensor, v: Tensor) -> Tensor:
    broad = tile.at(u, v)
    detail = tile.at(u * 2.9 + 0.37, v * 2.9 + 0.21)
    return broad + 0.34 * detail


# The rainbow: red outside, violet inside, 42 degrees around the point opposite the sun.
def _rainbow(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    frame = batch.frame
    across = frame.across(batch.x, (0.5 + 0.10 * batch.number("side")) * frame.aspect)
    down = dome.above + 0.16
    radius = 0.58 * frame.scale
    distance = (across * across + down * down).sqrt() - radius
    position = distance / 0.052
    band = lambda centre, width: bump((position - centre) / width)
    red = band(0.62, 0.62) + 0.25 * band(-0.72, 0.35)
    green = band(0.02, 0.62)
    blue = band(-0.55, 0.62)
    bow = torch.stack((red, green, blue), dim=1)
    inside = 0.10 * smooth_step(0.0, -0.3, distance).unsqueeze(1) * dome.rise.unsqueeze(1)
    return sky + bow * 0.30 + inside * (1.0 - sky)


# A forked stroke of light in some storms.
def _lightning(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    fall = (dome.y - batch.number("horizon")).clamp(min=0.0)
    steps = batch.tile.at(torch.zeros_like(fall) + 0.31, dome.y * 0.9)
    fine = batch.tile.at(torch.zeros_like(fall) + 0.67, dome.y * 3.1)
    path = (steps * 0.22 + fine * 0.05) * batch.frame.scale
    away = (dome.across - path).abs()
    core = 0.0016 / (0.0009 + away * away * 60.0) * smooth_step(0.0, 0.02, dome.above)
    sheet = 0.10 / (1.0 + 18.0 * away * away)
    return sky + (core.clamp(max=1.4) + sheet).unsqueeze(1) * torch.tensor(
        [0.85, 0.88, 1.0], device=sky.device
    ).view(1, 3, 1, 1)


_CLOUDLESS = frozenset({Sky.CLEAR, Sky.FOG, Sky.AURORA, Sky.MILKY_WAY})
_LAYERS = (
    (stars, lambda s: s.time in (Time.NIGHT, Time.DUSK)),
    (milky_way, lambda s: s.sky is Sky.MILKY_WAY),
    (aurora, lambda s: s.sky is Sky.AURORA),
    (body, lambda s: s.body is not Body.NONE),
    (
        _clouds,
        lambda s: s.sky not in _CLOUDLESS or s.time is Time.STORM,
    ),
    (lambda batch, _, sky: smoke(batch, sky), lambda s: s.terrain is Terrain.VOLCANO),
    (_rainbow, lambda s: s.sky is Sky.RAINBOW),
    (_lightning, lambda s: s.time is Time.STORM and s.seed % 3 != 0),
)
