"""Drawings of buildings, one height tall, lit from the left."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.atlas import Sketch
from mezzotint.data.scenes.drawing import Drawing, tint
from mezzotint.data.scenes.frame import smooth_step

SNOW = "f0f4fa"


def cabin(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a log cabin: a gable with a door, a long side under a steep roof, a chimney."""
    d = Drawing(s)
    d.foot(0.72)
    logs = s.v * 15.0
    seam = 0.82 + 0.26 * smooth_step(0.0, 0.35, logs - logs.floor())
    wall = tint("8a5a34", "7a4c2e", "95683e", "6e4a35")
    d.add("6e6a68", d.box(0.30, 0.42, 0.60, 1.0), d.round(0.36, 0.08))
    d.add(wall, d.box(-0.20, 0.62, 0.0, 0.46), 0.62 * seam)
    gable = s.edge(0.92 - 1.25 * (s.u + 0.30).abs() - s.v)
    d.add(wall, d.box(-0.62, 0.02, 0.0, 0.92) * gable, 1.0 * seam)
    roof = tint("9c3f30", "5a4a44", "45566a", "7a3d2c") if not snow else tint(SNOW)
    slope = (s.v - 0.42) * 0.66
    d.add(
        roof,
        s.edge(s.u + 0.64 - slope)
        * s.edge(0.70 - s.u)
        * s.edge(s.v - 0.40)
        * s.edge(0.94 - s.v)
        * s.edge(s.u + 0.30 - (0.97 - s.v) * 0.80),
        0.80 - 0.25 * s.u,
    )
    edge = (s.v - (0.97 - 1.25 * (s.u + 0.30).abs())).abs()
    d.add(roof, s.edge(0.05 - edge) * d.box(-0.72, 0.12, 0.38, 1.0), 1.05)
    d.add("4a2f1e", d.box(-0.36, -0.22, 0.0, 0.34), 0.9)
    d.lamp(d.box(-0.55, -0.43, 0.20, 0.34))
    d.lamp(d.box(-0.14, -0.04, 0.20, 0.34))
    d.lamp(d.box(0.14, 0.26, 0.17, 0.32))
    d.lamp(d.box(0.40, 0.52, 0.17, 0.32))
    return d.texels


def lighthouse(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a lighthouse: a tapering tower with bands, a gallery, a lantern and a cap."""
    d = Drawing(s)
    d.foot(0.24)
    d.add(tint("d8d2c6", "b8b0a4"), d.box(0.06, 0.26, 0.0, 0.13), 0.75)
    d.add("9c4a3a" if not snow else SNOW, d.tower(0.16, 0.13, 0.20, 0.12, 0.0), 0.8)
    band = s.v * 6.0 + 0.3
    white = d.tower(0.0, 0.0, 0.76, 0.135, 0.085)
    d.add("f4f0e8", white, d.round(0.0, 0.12))
    stripes = s.edge((((band - band.floor()) - 0.5).abs() - 0.25) / 6.0)
    plain = (s.own(1) < 0.25).to(white.dtype)
    d.add(
        tint("c2362c", "2d4f8a", "c2362c", "30343c"),
        white * stripes * (1.0 - plain),
        d.round(0.0, 0.12),
    )
    for low in (0.22, 0.46):
        d.lamp(d.box(-0.018, 0.018, low, low + 0.06))
    d.add("3a3c42", d.box(-0.125, 0.125, 0.755, 0.785), 1.0)
    d.lamp(d.box(-0.062, 0.062, 0.785, 0.885), "c9d6de")
    d.add("3a3c42", d.box(-0.006, 0.006, 0.785, 0.885), 1.0)
    d.add(
        tint("c2362c", "2d4f8a", "c2362c", "30343c"),
        d.tower(0.0, 0.885, 0.965, 0.085, 0.015),
        d.round(0.0, 0.09),
    )
    d.add("3a3c42", d.box(-0.006, 0.006, 0.95, 1.0), 1.0)
    return d.texels


def castle(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a castle: a keep, round towers with pointed roofs, battlements and a gate."""
    d = Drawing(s)
    d.foot(0.62)
    stone = tint("b3a793", "a8a3a0", "bda98c", "9b958f")
    roof = tint("4d6386", "8a4038", "5b5a70", "3f6a63") if not snow else tint(SNOW)
    course = s.noise(3.0, 2.0) * 0.22
    for middle, half, top, point in (
        (-0.16, 0.085, 0.66, 0.90),
        (0.20, 0.10, 0.74, 1.0),
        (0.02, 0.12, 0.60, 0.60),
    ):
        d.add(stone, d.tower(middle, 0.0, top, half, half), d.round(middle, half) + course)
        if point > top:
            d.add(
                roof,
                d.tower(middle, top - 0.01, point, half * 1.22, 0.0),
                d.round(middle, half * 1.2),
            )
        d.lamp(d.box(middle - 0.013, middle + 0.013, top - 0.16, top - 0.09))
    _battlements(d, s, stone, -0.12, 0.15, 0.60)
    d.add(stone, d.box(-0.46, 0.46, 0.0, 0.34), 0.86 + course)
    _battlements(d, s, stone, -0.46, 0.46, 0.34)
    for middle, top, point in ((-0.48, 0.46, 0.68), (0.48, 0.50, 0.74)):
        d.add(stone, d.tower(middle, 0.0, top, 0.095, 0.090), d.round(middle, 0.09) + course)
        d.add(roof, d.tower(middle, top - 0.01, point, 0.120, 0.0), d.round(middle, 0.11))
        d.lamp(d.box(middle - 0.014, middle + 0.014, top - 0.16, top - 0.08))
    gate = torch.maximum(d.box(-0.075, 0.075, 0.0, 0.13), d.disc(0.0, 0.13, 0.075))
    d.add("2e2622", gate, 0.8)
    d.lamp(d.box(-0.27, -0.245, 0.16, 0.24))
    d.lamp(d.box(0.245, 0.27, 0.16, 0.24))
    flag = s.edge(0.035 - (s.u - 0.24).abs()) * s.edge(0.012 - (s.v - 1.0 + 0.0).abs())
    d.add(tint("c2362c", "e0b23a"), flag)
    return d.texels


def _battlements(
    d: Drawing, s: Sketch, stone: Tensor, left: float, right: float, top: float
) -> None:
    teeth = (s.u - left) * 16.0
    tooth = s.edge(0.016 - ((teeth - teeth.floor()) - 0.5).abs() / 16.0)
    d.add(stone, d.box(left, right, top, top + 0.035) * tooth, 0.95)


def windmill(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a tower mill: a tapering body, a cap, four sails with their lattice."""
    d = Drawing(s)
    d.foot(0.24)
    body = tint("e9e2d2", "b98a62", "d8cdbc", "8e6a50")
    d.add(body, d.tower(0.0, 0.0, 0.60, 0.185, 0.115), d.round(0.0, 0.17))
    d.add("4a3426", d.box(-0.04, 0.04, 0.0, 0.13), 0.9)
    d.lamp(d.box(-0.022, 0.022, 0.24, 0.30))
    d.lamp(d.box(-0.020, 0.020, 0.42, 0.475))
    cap = torch.maximum(d.tower(0.0, 0.60, 0.70, 0.135, 0.07), d.disc(0.0, 0.655, 0.10, 0.7))
    d.add(SNOW if snow else tint("6a4030", "4a5a68", "7a4a34", "5a4a44"), cap, d.round(0.0, 0.13))
    turn = s.own(1) * 0.9 + 0.15
    cosine, sine = 1.0 - turn * turn * 0.45, turn * (1.0 - turn * turn * 0.12)
    size = (cosine * cosine + sine * sine).sqrt()
    cosine, sine = cosine / size, sine / size
    du, dv = s.u, s.v - 0.635
    for x, y in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)):
        ahead = cosine * x - sine * y, sine * x + cosine * y
        along = du * ahead[0] + dv * ahead[1]
        off = dv * ahead[0] - du * ahead[1]
        d.add("54402f", s.edge(0.011 - off.abs()) * s.edge(along) * s.edge(0.365 - along))
        sail = (
            s.edge(off - 0.006) * s.edge(0.085 - off) * s.edge(along - 0.08) * s.edge(0.36 - along)
        )
        bars, rods = along * 17.0, off * 26.0
        lattice = torch.maximum(
            (bars - bars.floor() > 0.72).to(sail.dtype), (rods - rods.floor() > 0.72).to(sail.dtype)
        )
        d.add("f2ead8", sail * (0.80 + 0.2 * lattice), 0.95 - 0.30 * lattice)
    d.add("3d2f26", d.disc(0.0, 0.635, 0.024))
    return d.texels


def pagoda(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a pagoda of five storeys with upturned eaves and a spire."""
    d = Drawing(s)
    d.foot(0.34)
    wall = tint("b23a2c", "a84432", "8a5a3a", "c24a34")
    roof = tint("39434c", "3c5a4c", "45414c", "2f4a5a")
    d.add("9a948c", d.box(-0.30, 0.30, 0.0, 0.04), 0.9)
    for level in range(5):
        low, half = 0.04 + 0.160 * level, 0.200 - 0.026 * level
        d.add(wall, d.box(-half, half, low, low + 0.105), d.round(0.0, half * 1.1))
        for share in (-0.62, 0.0, 0.62):
            d.lamp(d.box(half * share - 0.024, half * share + 0.024, low + 0.025, low + 0.085))
        for share in (-0.95, -0.31, 0.31, 0.95):
            d.add(
                "5a2018", d.box(half * share - 0.008, half * share + 0.008, low, low + 0.105), 0.9
            )
        reach, base = half + 0.115, low + 0.088
        away = (s.u.abs() / reach).clamp(0.0, 1.2)
        under = base + 0.040 * away * away * away
        over = base + 0.085 - 0.070 * away + 0.052 * away * away * away
        eave = s.edge(s.v - under) * s.edge(over - s.v) * s.edge(reach - s.u.abs())
        d.add(roof, eave, d.round(0.0, reach) + 0.15)
        if snow:
            d.add(SNOW, eave * s.edge(s.v - over + 0.030), d.round(0.0, reach) + 0.2)
    d.add("c8a040", d.tower(0.0, 0.86, 1.0, 0.016, 0.003), 1.0)
    for height in (0.89, 0.92, 0.95):
        d.add("c8a040", d.disc(0.0, height, 0.026, 0.4), 1.0)
    return d.texels


def bridge(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a stone bridge with round arches and a hump."""
    d = Drawing(s)
    stone = tint("a89c8a", "9a9690", "b5a184", "8d8a88")
    hump = 0.80 - 0.085 * s.u * s.u
    grain = s.noise(2.2, 1.6) * 0.30
    wall = s.edge(hump - s.v) * s.edge(s.v + 0.1) * s.edge(2.05 - s.u.abs())
    arches = torch.zeros_like(wall)
    for middle, half in ((0.0, 0.52), (-1.10, 0.40), (1.10, 0.40)):
        opening = torch.maximum(
            d.disc(middle, 0.12, half), d.box(middle - half, middle + half, -0.2, 0.12)
        )
        ring = torch.maximum(
            d.disc(middle, 0.12, half + 0.075),
            d.box(middle - half - 0.075, middle + half + 0.075, -0.2, 0.12),
        )
        wall = torch.maximum(wall, 0.0 * ring)
        arches = torch.maximum(arches, opening)
    body = wall * (1.0 - arches)
    d.add(stone, body, 0.80 + grain - 0.06 * s.u)
    for middle, half in ((0.0, 0.52), (-1.10, 0.40), (1.10, 0.40)):
        right, up = s.u - middle, (s.v - 0.12).clamp(min=0.0)
        ring = s.edge(0.038 - ((right * right + up * up + 1e-9).sqrt() - half - 0.038).abs())
        d.add(stone, ring * body * s.edge(s.v - 0.05), 1.12 + grain)
    parapet = s.edge(hump + 0.17 - s.v) * s.edge(s.v - hump + 0.02) * s.edge(2.05 - s.u.abs())
    d.add(SNOW if snow else stone, parapet, 0.95 + 0.5 * grain)
    d.add("6a625a", s.edge(0.014 - (s.v - hump).abs()) * s.edge(2.05 - s.u.abs()), 0.8)
    return d.texels


def skyline(s: Sketch, *, snow: bool) -> Tensor:
    """Draw the skyline of a city: towers of many heights with lit windows."""
    d = Drawing(s)
    front = tint("5c6878", "6a6f7c", "566474", "707482")
    for layer, (count, tall) in enumerate(((15, 1.0), (19, 0.62))):
        for index in range(count):
            own = s.own(40 * layer + index)
            middle = (index + 0.5 + 0.5 * (s.own(index + 90) - 0.5)) / count * 2.5 - 1.25
            centre = 1.0 - (index + 0.5 - 0.5 * count).__abs__() / (0.5 * count) * 0.65
            top = tall * centre * (0.35 + 0.65 * own)
            half = 0.045 + 0.045 * s.own(index + 17 + 31 * layer)
            tower = s.edge(half - (s.u - middle).abs()) * s.edge(top - s.v) * s.edge(s.v + 0.05)
            d.add(front, tower, (0.72 + 0.30 * layer) * d.round(middle, half * 1.6))
            if index % 4 == 1 and layer == 0:
                d.add(front, d.tower(middle, top, top + 0.12, half * 0.5, 0.0), 0.8)
            _windows(d, s, middle, half, top)
    return d.texels


def _windows(d: Drawing, s: Sketch, middle: Tensor, half: Tensor, top: Tensor) -> None:
    column, row = (s.u - middle) * 42.0, s.v * 30.0
    pane = ((column - column.floor()) > 0.38) & ((row - row.floor()) > 0.42)
    lit = s.noise(9.0, 0.8) > -0.05
    inside = s.edge(half - 0.012 - (s.u - middle).abs()) * s.edge(top - 0.02 - s.v) * s.edge(s.v)
    d.shade(inside * pane, 0.72)
    d.texels[:, 4] *= 1.0 - s.edge(half - (s.u - middle).abs()) * s.edge(top - s.v)
    d.shine(inside * pane * lit * 0.8)
