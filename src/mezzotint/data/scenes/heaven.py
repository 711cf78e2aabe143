"""What shines in the sky: stars, the milky way, aurora, sun, moons and a ringed planet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import Body, Time
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import bump, mix, smooth_step
from mezzotint.data.scenes.noise import cell_uniform

if TYPE_CHECKING:
    from mezzotint.data.scenes.sky import Dome

STAR_CELLS = 72  # cells a picture height, each with one star at most


def stars(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    """Scatter stars, fewer and fainter towards the horizon."""
    light = _star_field(batch, dome, 0.10) * batch.number("stars")
    veil = smooth_step(0.02, 0.30, dome.above)
    return sky + (light * veil).unsqueeze(1)


def milky_way(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    """Draw the band of the galaxy with its dust lanes, and the stars that crowd it."""
    lean = 0.55 * batch.number("side")
    centre = batch.number("body_x") * batch.frame.aspect
    away = batch.frame.across(batch.x, centre) - lean * (dome.y - 0.62)
    warp = _texture(batch, dome, 0.8, 0.2)
    away = away + 0.07 * warp
    band = bump(away / (0.26 * batch.frame.scale))
    dust = _texture(batch, dome, 1.9, 0.4)
    fine = _texture(batch, dome, 4.3, 0.0)
    lane = bump((away + 0.03 * fine) / 0.06) * (0.55 + dust).clamp(0.0, 1.0)
    cloud = band * band * (0.75 + 0.9 * dust + 0.5 * fine).clamp(min=0.0) * (1.0 - 0.75 * lane)
    veil = smooth_step(0.0, 0.22, dome.above)
    tint = _tint(sky, (0.62, 0.60, 0.86)) * band.unsqueeze(1) + _tint(sky, (0.5, 0.36, 0.22)) * (
        bump(away / 0.10).unsqueeze(1)
    )
    extra = _star_field(batch, dome, 0.42) * band * 0.8
    return sky + (tint * (cloud * 0.55).unsqueeze(1) + extra.unsqueeze(1)) * veil.unsqueeze(1)


def aurora(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    """Hang two curtains of green light, violet above."""
    line = lambda frequency, row: batch.tile.at(
        batch.x * batch.frame.repeats(frequency / batch.frame.scale), row + 0.0 * dome.y[:, :1]
    )
    total = torch.zeros_like(sky)
    for index, (foot, tall) in enumerate(((0.12, 0.34), (0.26, 0.42))):
        shift = 0.37 * index
        bend = line(0.33, 0.3 + shift) + 0.35 * line(1.2, 0.8 + shift)
        rays = line(3.4, 0.1 + shift)
        strength = (0.62 + 0.9 * line(0.5, 0.55 + shift)).clamp(min=0.0)
        up = (dome.above - foot - 0.26 * bend) / (tall * (1.0 + 0.5 * rays))
        glow = smooth_step(-0.06, 0.04, up) / (1.0 + 14.0 * up.clamp(min=0.0) * up.clamp(min=0.0))
        glow = glow * (1.0 - up).clamp(0.0, 1.0) * (0.65 + 0.8 * rays).clamp(min=0.05) * strength
        violet = smooth_step(0.15, 0.7, up).unsqueeze(1)
        colour = mix(_tint(sky, (0.10, 0.95, 0.48)), _tint(sky, (0.55, 0.20, 0.85)), violet)
        total = total + colour * glow.unsqueeze(1)
    return sky + total * 0.85 * smooth_step(0.0, 0.08, dome.above).unsqueeze(1)


def body(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    """Draw the sun, the moon or the planet that the frame shows."""
    sky = sky.clone()
    for kind, indices in batch.groups(lambda scene: scene.body):
        chosen = batch.index(indices)
        part = _BODIES[kind](batch.take(indices), dome.take(chosen), sky.index_select(0, chosen))
        sky.index_copy_(0, chosen, part)
    return sky


def _sun(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    radius = batch.number("body_radius") * batch.frame.scale
    disc = _disc(batch, dome.distance, radius)
    corona = 0.36 / (1.0 + 16.0 * ((dome.distance / radius - 1.0).clamp(min=0.0)))
    sky = sky + (batch.light.glow * (1.0 - sky * 0.5).clamp(min=0.0)) * corona.unsqueeze(1)
    low = batch.flags(lambda s: s.time is not Time.DAY).unsqueeze(1)
    face = mix(_tint(sky, (1.5, 1.36, 0.92)), _tint(sky, (1.45, 0.66, 0.22)), low)
    return mix(sky, face, disc.unsqueeze(1))


def _full_moon(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    radius = batch.number("body_radius") * batch.frame.scale
    disc = _disc(batch, dome.distance, radius)
    seas = batch.tile.at(dome.across / radius * 0.16 + 0.3, dome.up / radius * 0.16 + 0.6)
    face = (0.95 - 0.36 * smooth_step(-0.10, 0.25, seas)).unsqueeze(1)
    halo = 0.10 / (1.0 + 10.0 * (dome.distance / radius - 1.0).clamp(min=0.0))
    sky = sky + halo.unsqueeze(1) * _tint(sky, (0.75, 0.82, 1.0))
    return mix(sky, face * _tint(sky, (1.0, 0.98, 0.92)), disc.unsqueeze(1))


def _crescent_moon(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    radius = batch.number("body_radius") * batch.frame.scale
    side = batch.number("side")
    right, up = dome.across + side * radius * 0.42, dome.up - radius * 0.26
    hidden = _disc(batch, (right * right + up * up).sqrt(), radius * 0.93)
    lit = _disc(batch, dome.distance, radius) * (1.0 - hidden)
    halo = 0.06 / (1.0 + 8.0 * (dome.distance / radius - 1.0).clamp(min=0.0))
    sky = sky + halo.unsqueeze(1) * _tint(sky, (0.75, 0.82, 1.0))
    return mix(sky, _tint(sky, (1.0, 0.96, 0.84)).expand_as(sky), lit.unsqueeze(1))


def _ringed_planet(batch: Batch, dome: Dome, sky: Tensor) -> Tensor:
    radius = batch.number("body_radius") * batch.frame.scale
    side = batch.number("side")
    u, v = dome.across / radius, dome.up / radius
    along, off = u * 0.94 + v * 0.34 * side, v * 0.94 - u * 0.34 * side  # the ring's tilt
    disc = _disc(batch, dome.distance, radius)
    band = batch.tile.at(0.2 + 0.02 * along, 0.12 * off + 0.03 * along * along)
    lit = (0.55 + 0.55 * (-side * u * 0.8 + v * 0.35)).clamp(0.06, 1.0)
    warm, pale = _tint(sky, (0.86, 0.60, 0.40)), _tint(sky, (0.98, 0.88, 0.70))
    face = mix(warm, pale, smooth_step(-0.3, 0.3, band).unsqueeze(1)) * lit.unsqueeze(1)
    reach = (along * along + off * off * 14.0).sqrt()
    edge = 14.0 * batch.frame.pixel / radius
    ring = smooth_step(1.30, 1.36, reach) * smooth_step(2.15, 2.05, reach)
    ring = ring * (1.0 - 0.8 * bump((reach - 1.78) / (0.07 + 0.1 * edge)))
    front = (off * 1.0 < 0.0).to(sky.dtype)
    ring_light = (pale * 0.85).expand_as(sky)
    veil = 1.0 - 0.55 * batch.flags(lambda s: s.time in (Time.DAY, Time.DAWN)) * 1.0
    behind = mix(sky, ring_light, (ring * (1.0 - disc) * 0.85 * veil).unsqueeze(1))
    globe = mix(behind, mix(sky, face, 0.3 + 0.7 * veil.unsqueeze(1)), disc.unsqueeze(1))
    return mix(globe, ring_light * lit.unsqueeze(1), (ring * disc * front * 0.8).unsqueeze(1))


_BODIES = {
    Body.SUN: _sun,
    Body.FULL_MOON: _full_moon,
    Body.CRESCENT_MOON: _crescent_moon,
    Body.RINGED_PLANET: _ringed_planet,
}


def _disc(batch: Batch, distance: Tensor, radius: Tensor) -> Tensor:
    return ((radius - distance) / batch.frame.pixel + 0.5).clamp(0.0, 1.0)


def _tint(like: Tensor, colour: tuple[float, float, float]) -> Tensor:
    return torch.tensor(colour, device=like.device).view(1, 3, 1, 1)


# Noise over the picture that closes around a panorama.
def _texture(batch: Batch, dome: Dome, frequency: float, shift: float) -> Tensor:
    return batch.tile.at(
        batch.x * batch.frame.repeats(frequency) + shift, dome.y * frequency + shift
    )


# One star at most in each cell, somewhere in it, of some brightness: [B, H, W].
def _star_field(batch: Batch, dome: Dome, share: float) -> Tensor:
    u, v = batch.x * STAR_CELLS, dome.y * STAR_CELLS
    column, row = u.floor(), v.floor()
    cells = (column.to(torch.int32), row.to(torch.int32))
    seeds = batch.seeds.view(-1, 1, 1)
    chance = cell_uniform(seeds, 101, *cells)
    right = u - column - 0.25 - 0.5 * cell_uniform(seeds, 102, *cells)
    up = v - row - 0.25 - 0.5 * cell_uniform(seeds, 103, *cells)
    size = max(0.10, 0.55 * STAR_CELLS * batch.frame.pixel)
    spot = (1.0 - (right * right + up * up) / (size * size)).clamp(min=0.0)
    bright = cell_uniform(seeds, 104, *cells)
    return spot * (chance < share) * (0.12 + bright * bright * bright)
