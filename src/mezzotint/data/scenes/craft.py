"""Drawings of tents, boats, rockets and balloons, one height tall, lit from the left."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.atlas import Sketch
from mezzotint.data.scenes.drawing import Drawing, tint
from mezzotint.data.scenes.frame import smooth_step


def tent(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a ridge tent: a lit front with its opening, a long side in the shade, guy ropes."""
    d = Drawing(s)
    d.foot(0.85)
    cloth = tint("e07a2c", "d9b23a", "3f8a6a", "c2403a")
    for end in (-0.86, 0.88):
        d.add("d8d0c0", d.line((end, 0.0), (end * 0.55, 0.80), 0.008))
    top = 0.90 - 0.06 * s.u
    side = (
        s.edge(top - s.v)
        * s.edge(s.v)
        * s.edge(0.62 + 0.20 * (1.0 - s.v) - s.u)
        * s.edge(s.u + 0.15)
    )
    d.add(cloth, side, 0.66 - 0.12 * s.v)
    d.shine(side * 0.30)
    half = (0.95 - s.v) * 0.62
    front = s.edge(half - (s.u + 0.18).abs()) * s.edge(s.v)
    d.add(cloth, front, 1.0)
    d.shine(front * 0.35)
    opening = s.edge((0.72 - s.v) * 0.26 - (s.u + 0.18).abs()) * s.edge(s.v)
    d.add("3a2a24", opening, 0.9)
    d.shine(opening * 0.75)
    flap = s.edge((0.72 - s.v) * 0.10 - (s.u + 0.18 - (0.72 - s.v) * 0.30).abs()) * s.edge(s.v)
    d.add(cloth, flap, 1.15)
    return d.texels


def sailing_boat(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a sailing boat: a hull, a mast, a mainsail and a jib that fill with wind."""
    d = Drawing(s)
    hull = tint("7a4a30", "f0ece2", "2f4a6a", "8a2f2a")
    bottom = 0.02 + 0.16 * s.u * s.u
    rim = 0.155 + 0.05 * s.u * s.u + 0.03 * s.u
    d.add(
        hull,
        s.edge(s.v - bottom + 0.03) * s.edge(rim - s.v) * s.edge(0.42 - s.u.abs()),
        0.95 - 0.5 * s.u,
    )
    d.add("e8dcc4", s.edge(0.012 - (s.v - rim).abs()) * s.edge(0.42 - s.u.abs()), 1.0)
    d.add("4a3626", d.box(-0.012, 0.012, 0.14, 1.0), 0.9)
    cloth = tint("faf6ec", "f0e2c4", "f4f0ea", "d9583c")
    height = ((s.v - 0.24) / 0.72).clamp(0.0, 1.0)
    belly = 0.43 * (1.0 - height) * (1.0 + 0.25 * height)
    main = s.edge(s.u - 0.022) * s.edge(belly - s.u) * s.edge(s.v - 0.24 + 0.04 * s.u)
    seam = s.v * 7.0
    crease = 0.06 * smooth_step(0.08, 0.0, seam - seam.floor())
    d.add(cloth, main, 1.06 - 0.75 * s.u - crease)
    rise = ((s.v - 0.22) / 0.64).clamp(0.0, 1.0)
    front = 0.34 * (1.0 - rise)
    jib = s.edge(-0.022 - s.u - 0.05 * (1.0 - rise)) * s.edge(s.u + front) * s.edge(s.v - 0.22)
    d.add(cloth, jib, 0.86 + 0.4 * s.u)
    d.add(
        tint("c2362c", "e0b23a", "2d6aa0"),
        s.edge(s.u - 0.01) * s.edge(0.10 - s.u) * s.edge(0.022 - (s.v - 0.975).abs()),
    )
    d.lamp(d.disc(-0.14, 0.115, 0.020))
    return d.texels


def rocket(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a rocket of the old kind: a slim body with a pointed nose, fins and a porthole."""
    d = Drawing(s)
    d.foot(0.30)
    fin = tint("c8322c", "d97a2a", "2d5fa8", "c8322c")
    swell = (s.v - 0.42) / 0.60
    half = 0.128 * (1.0 - swell * swell).clamp(min=0.0)
    for side in (-1.0, 1.0):
        out = s.u * side
        fin_edge = 0.10 + 0.17 * ((0.34 - s.v) / 0.34).clamp(0.0, 1.0)
        d.add(
            fin,
            s.edge(fin_edge - out) * s.edge(out) * s.edge(s.v) * s.edge(0.34 - s.v),
            0.95 - 0.3 * side,
        )
    d.add("3c3f46", d.tower(0.0, 0.015, 0.09, 0.085, 0.060), d.round(0.0, 0.08))
    body = s.edge(half - s.u.abs()) * s.edge(s.v - 0.085)
    d.add(
        tint("eeeae4", "d9dde2", "f2e8d4", "c9d0d8"),
        body,
        d.round(0.0, half.clamp(min=0.02)) * 1.08,
    )
    d.add(fin, body * s.edge(s.v - 0.79), d.round(0.0, half.clamp(min=0.02)))
    d.add(fin, body * s.edge(0.016 - (s.v - 0.30).abs()), d.round(0.0, half.clamp(min=0.02)))
    for height in (0.62, 0.48):
        d.add("7a828c", d.disc(0.0, height, 0.045), 0.9)
        d.lamp(d.disc(0.0, height, 0.031), "31506e")
    d.add(fin, s.edge(0.016 - s.u.abs()) * s.edge(s.v) * s.edge(0.30 - s.v), 0.8)
    return d.texels


def balloon(s: Sketch, *, snow: bool) -> Tensor:
    """Draw a hot-air balloon: gores of two colours, ropes and a basket."""
    d = Drawing(s)
    for end in (-0.055, 0.055):
        d.add("4a3a2c", d.line((end, 0.115), (end * 1.4, 0.30), 0.004))
    d.add("8a5f38", d.box(-0.062, 0.062, 0.0, 0.115), d.round(0.0, 0.07))
    d.add("5f3f24", d.box(-0.068, 0.068, 0.100, 0.122), 0.9)
    up = s.v - 0.655
    below = (-up).clamp(min=0.0)
    radius = 0.345 - 1.97 * below * below
    inside = radius - (s.u * s.u + (up.clamp(min=0.0)) ** 2 + 1e-9).sqrt()
    envelope = s.edge(inside) * s.edge(s.v - 0.285)
    half = (0.345 * 0.345 - up.clamp(min=0.0) ** 2).clamp(min=1e-4).sqrt()
    half = torch.where(up < 0.0, radius, half).clamp(min=0.05)
    across = (s.u / half).clamp(-1.0, 1.0)
    bulge = across * (0.64 + 0.36 * across * across)  # gores crowd together at the rim
    gore = bulge * 3.5 + 0.5
    odd = (gore.floor() * 0.5 - (gore.floor() * 0.5).floor()) > 0.25
    bright = 0.92 - 0.34 * across + 0.38 * up
    first = tint("d8352e", "2f6fc0", "e8902c", "8a3fa8", "d8352e", "2f9a8a", "e04a7a", "3f4fb0")
    second = tint("f6e7c4", "f4d24a", "f6f0e4", "f2c43a", "f2b23a", "f4efe0", "fbe4b0", "f2f2f2")
    d.add(first, envelope, bright)
    d.add(second, envelope * odd, bright)
    d.add(first, envelope * s.edge(0.030 - (s.v - 0.66).abs()), bright)
    d.shine(envelope * smooth_step(0.62, 0.30, s.v) * 0.35)
    return d.texels
