"""Drawings of plants: u across, v from 0 at the foot to 1 at the top, light from the left.

Each returns the light and material of the plant as texels: cover, leaf, wood and white, the last
three being brightness times share.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.atlas import Sketch
from mezzotint.data.scenes.frame import smooth_step


class Growth:
    """Build up a plant, each part over what is there: leaf 0, wood 1, white 2."""

    def __init__(self, sketch: Sketch) -> None:
        shape = (sketch.chance.shape[0], 4, sketch.v.shape[1], sketch.u.shape[2])
        self.texels = torch.zeros(shape)

    def add(self, material: int, cover: Tensor, bright: Tensor) -> None:
        """Lay `cover` [V, h, w] of one material, lit by `bright`, over the plant."""
        cover = cover.expand(self.texels[:, 0].shape)
        self.texels *= (1.0 - cover).unsqueeze(1)
        self.texels[:, 0] += cover
        self.texels[:, 1 + material] += cover * bright.clamp(0.10, 1.6)


LEAF, WOOD, WHITE = 0, 1, 2


def pine(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a spruce: drooping boughs in tiers, snow on them in winter."""
    growth = Growth(s)
    growth.add(WOOD, _stem(s, 0.020, 0.5), _round(s.u / 0.02))
    rough, fine = s.noise(1.2), s.noise(3.5)
    tiers = 7.0 + 3.0 * s.own(1)
    droop = s.v - 0.30 * s.u.abs() + 0.035 * rough
    phase = (1.0 - droop) * tiers
    part = phase - phase.floor()
    lean = 0.02 * (s.own(2) - 0.5)
    taper = (1.02 - s.v).clamp(min=0.0)
    slim = 0.19 + 0.06 * s.own(3)
    half = slim * taper * (0.72 + 0.45 * taper) * (0.45 + 0.60 * part + 0.75 * rough)
    u = s.u - lean * s.v
    crown = s.edge(half - u.abs()) * s.edge(s.v - 0.07 - 0.03 * fine)
    side = (-u / (half.abs() + 0.02)).clamp(-1.0, 1.0)
    bright = (0.40 + 0.62 * part) * (0.85 + 0.40 * side) + 0.55 * fine
    growth.add(LEAF, crown, bright)
    if bare:
        snow = smooth_step(0.30, 0.75, part + 0.25 * side + 0.8 * rough) * crown
        growth.add(WHITE, snow, 0.92 + 0.25 * side)
    return growth.texels


_BROAD = (
    (-0.20, 0.44, 0.18), (0.21, 0.47, 0.17), (0.02, 0.52, 0.21), (-0.25, 0.58, 0.16),
    (0.25, 0.61, 0.15), (-0.10, 0.66, 0.19), (0.13, 0.71, 0.18), (-0.05, 0.82, 0.15),
)  # fmt: skip
_SLENDER = (
    (0.05, 0.34, 0.10), (-0.07, 0.42, 0.11), (0.07, 0.52, 0.12), (-0.07, 0.60, 0.12),
    (0.05, 0.70, 0.11), (-0.03, 0.79, 0.10), (0.01, 0.89, 0.08),
)  # fmt: skip
_SPREADING = (
    (-0.36, 0.50, 0.15), (0.37, 0.53, 0.15), (0.0, 0.56, 0.19), (-0.22, 0.62, 0.18),
    (0.22, 0.66, 0.18), (-0.38, 0.64, 0.12), (0.40, 0.67, 0.11), (-0.06, 0.76, 0.18),
    (0.14, 0.82, 0.13),
)  # fmt: skip


def broadleaf(s: Sketch, *, bare: bool) -> Tensor:
    """Draw an oak-like tree; in winter its bare branches."""
    growth = Growth(s)
    growth.add(WOOD, _stem(s, 0.038, 0.55), _round(s.u / 0.038))
    if bare:
        _branches(growth, s)
    else:
        _crown(growth, s, _BROAD, rough=0.60, material=LEAF)
    return growth.texels


def birch(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a birch: a white stem with dark marks, a light and slender crown."""
    growth = Growth(s)
    marks = smooth_step(0.12, 0.30, s.noise(2.5, 2.2))
    stem = _stem(s, 0.024, 0.92)
    growth.add(WHITE, stem, (1.12 - 0.80 * marks) * _round(s.u / 0.024))
    if bare:
        _branches(growth, s)
        growth.add(WHITE, stem, (1.12 - 0.80 * marks) * _round(s.u / 0.024))
    else:
        _crown(growth, s, _SLENDER, rough=0.85, material=LEAF, holes=0.25)
    return growth.texels


def cherry(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a cherry tree in blossom: a wide crown of pink clouds on a dark, bent stem."""
    growth = Growth(s)
    bend = 0.16 * (s.own(1) - 0.5) * s.v * (1.0 - s.v) * 4.0
    stem = (
        s.edge(0.045 * (1.25 - s.v) - (s.u - bend).abs()) * s.edge(0.62 - s.v) * s.edge(s.v + 0.02)
    )
    growth.add(WOOD, stem, _round((s.u - bend) / 0.045))
    for side in (-1.0, 1.0):
        out = (s.u - bend) * side
        rise = 0.30 + 0.06 * s.own(2) + 0.75 * out - 0.5 * out * out
        branch = s.edge(0.018 - 0.6 * (s.v - rise).abs()) * s.edge(out) * s.edge(0.34 - out)
        growth.add(WOOD, branch, torch.full_like(branch, 0.75))
    _crown(growth, s, _SPREADING, rough=0.60, material=LEAF)
    spots = smooth_step(0.12, 0.34, s.noise(4.5)) * growth.texels[:, 1].clamp(0.0, 1.0)
    growth.add(WHITE, spots * 0.75, torch.full_like(spots, 1.08))
    return growth.texels


def palm(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a palm: a curved, ringed stem and drooping fronds."""
    growth = Growth(s)
    lean = 0.55 * (s.own(1) - 0.5)
    stem = s.u - lean * s.v * s.v
    ring = s.v * 22.0
    bright = _round(stem / 0.024) * (0.85 + 0.3 * (ring - ring.floor()))
    thick = 0.026 * (1.25 - 0.55 * s.v)
    growth.add(WOOD, s.edge(thick - stem.abs()) * s.edge(s.v + 0.02) * s.edge(0.78 - s.v), bright)
    du, dv = s.u - lean * 0.60, s.v - 0.775
    for index, (cosine, sine) in enumerate(_FRONDS):
        along = du * cosine + dv * sine
        off = dv * cosine - du * sine
        curve = (1.0 if cosine >= 0.0 else -1.0) * (1.0 + 0.5 * s.own(2 + index)) * along * along
        off = off + curve
        reach = 0.36 + 0.07 * s.own(3 + index)
        share = (along / reach).clamp(0.0, 1.0)
        comb = along * 30.0 - off.abs() * 24.0
        width = 0.075 * share * (1.12 - share) * 2.0 + 0.006
        width = width * (0.55 + 0.45 * ((comb - comb.floor()) > 0.32))
        leaf = s.edge(width - off.abs()) * s.edge(along) * s.edge(reach - along)
        lit = 0.60 + 0.34 * sine - 0.20 * cosine + 3.0 * off.clamp(-0.06, 0.06)
        growth.add(LEAF, leaf, lit)
    return growth.texels


# Directions of fronds, back ones first, as (cosine, sine).
_FRONDS = (
    (-0.50, 0.87), (0.50, 0.87), (-0.99, 0.12), (0.99, 0.12), (-0.09, 1.0),
    (-0.85, 0.53), (0.85, 0.53), (-0.94, -0.34), (0.94, -0.34), (-0.60, -0.40), (0.60, -0.40),
)  # fmt: skip


def cactus(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a saguaro: a ribbed column with raised arms."""
    growth = Growth(s)
    for side, spot in ((-1.0, 1), (1.0, 2)):
        out = s.u * side
        height, reach = 0.30 + 0.22 * s.own(spot), 0.19 + 0.04 * s.own(spot + 3)
        tall = 0.20 + 0.16 * s.own(spot + 5)
        elbow = s.edge(0.050 - (s.v - height).abs()) * s.edge(out) * s.edge(reach - out)
        growth.add(LEAF, elbow, _round((height - s.v) / 0.05) + 0.0 * s.u)
        arm = _capsule(s, reach * side, height, height + tall, 0.050)
        growth.add(LEAF, arm, _ribbed((s.u - reach * side) / 0.050))
    growth.add(LEAF, _capsule(s, 0.0, 0.0, 0.92, 0.078), _ribbed(s.u / 0.078))
    return growth.texels


def reeds(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a clump of reeds: bending blades and cat-tails."""
    growth = Growth(s)
    for index in range(11):
        own, other = s.own(index), s.own(index + 13)
        root = (index - 5.0) * 0.045 + 0.05 * (own - 0.5)
        tall = 0.50 + 0.48 * other
        stem = s.u - root - (own - 0.45) * 0.42 * s.v * s.v
        within = s.edge(s.v + 0.03) * s.edge(tall - s.v)
        blade = s.edge(0.012 * (1.2 - s.v / tall) - stem.abs()) * within
        growth.add(LEAF, blade, 0.40 + 0.70 * s.v + 0.25 * (other - 0.5) + 0.0 * s.u)
        if index % 3 == 1:
            head = (
                s.edge(0.019 - stem.abs()) * s.edge(s.v - tall + 0.15) * s.edge(tall - 0.01 - s.v)
            )
            growth.add(WOOD, head, _round(stem / 0.019))
    return growth.texels


def flowers(s: Sketch, *, bare: bool) -> Tensor:
    """Draw a tuft of grass with three flowers."""
    growth = Growth(s)
    for index in range(9):
        stem = s.u - (index - 4.0) * 0.09 - (s.own(index) - 0.5) * 0.5 * s.v * s.v
        tall = 0.35 + 0.35 * s.own(index + 4)
        blade = s.edge(0.030 * (1.1 - s.v / tall) - stem.abs()) * s.edge(tall - s.v)
        growth.add(WOOD, blade * s.edge(s.v + 0.04), 0.55 + 0.7 * s.v + 0.0 * s.u)
    for index, (right, up, radius) in enumerate(
        ((-0.26, 0.62, 0.15), (0.27, 0.55, 0.14), (0.02, 0.82, 0.17))
    ):
        du = s.u - right - 0.12 * (s.own(index + 2) - 0.5)
        dv = s.v - up - 0.10 * (s.own(index + 5) - 0.5)
        stalk = s.edge(0.018 - du.abs()) * s.edge(-dv) * s.edge(s.v)
        growth.add(WOOD, stalk, torch.full_like(stalk, 0.8))
        distance = (du * du + 1.5 * dv * dv + 1e-8).sqrt()
        growth.add(LEAF, s.edge(radius - distance), 0.88 + 1.6 * dv - 0.9 * du)
        growth.add(WHITE, s.edge(0.32 * radius - distance), torch.full_like(du + dv, 0.9))
    return growth.texels


# A crown of leafy lobes, lower and hinder ones first, each lit from above left.
def _crown(
    growth: Growth,
    s: Sketch,
    lobes: tuple[tuple[float, float, float], ...],
    *,
    rough: float,
    material: int,
    holes: float = 0.0,
) -> None:
    noise, fine = s.noise(1.4), s.noise(4.0)
    for index, (right, up, radius) in enumerate(lobes):
        size = radius * (0.85 + 0.3 * s.own(index + 1))
        du = (s.u - right - 0.10 * (s.own(index + 3) - 0.5)) / size
        dv = (s.v - up - 0.06 * (s.own(index + 7) - 0.5)) / (size * 0.88)
        inside = 1.0 - (du * du + dv * dv).sqrt() + rough * (0.55 * noise + 0.45 * fine)
        cover = s.edge(inside * size)
        if holes:
            cover = cover * smooth_step(-0.30 - holes, 0.05 - holes, fine)
        facing = (0.75 * dv - 0.5 * du).clamp(-1.0, 1.0)
        bright = 0.66 + 0.36 * facing + 0.75 * fine + 0.25 * noise + 0.18 * (up - 0.6)
        growth.add(material, cover, bright)


# Bare branches: thin arcs that fork out of the stem, and twigs out of them.
def _branches(growth: Growth, s: Sketch) -> None:
    top = s.edge(0.016 * (1.1 - s.v) - s.u.abs()) * s.edge(s.v - 0.45) * s.edge(0.90 - s.v)
    growth.add(WOOD, top, _round(s.u / 0.016))
    for index in range(14):
        side = -1.0 if index % 2 else 1.0
        start = 0.30 + 0.04 * index + 0.04 * (s.own(index) - 0.5)
        slope = 0.75 + 0.75 * s.own(index + 20)
        length = (0.38 - 0.021 * index) * (0.75 + 0.4 * s.own(index + 40))
        out = s.u * side
        arc = start + slope * out - 0.5 * out * out + 0.04 * s.noise(1.2)
        thick = 0.012 * (1.15 - out / length)
        branch = s.edge(thick - 0.65 * (s.v - arc).abs()) * s.edge(out) * s.edge(length - out)
        growth.add(WOOD, branch, 0.75 - 0.25 * side + 0.0 * s.v)
        for fork, turn in ((0.30, 2.6), (0.52, 0.1), (0.72, 2.2)):
            off = out - length * fork
            reach = 0.12 * (1.1 - fork)
            twig = (s.v - arc - (turn - slope) * off).abs() / (1.0 + 0.4 * turn)
            cover = s.edge(0.0055 - twig) * s.edge(off) * s.edge(reach - off)
            growth.add(WOOD, cover, 0.8 + 0.0 * s.v * s.u)


def _stem(s: Sketch, half: float, top: float) -> Tensor:
    return s.edge(half * (1.25 - s.v) - s.u.abs()) * s.edge(s.v + 0.02) * s.edge(top - s.v)


# Light on something round, from the left; `across` runs from -1 to 1.
def _round(across: Tensor) -> Tensor:
    return 0.72 - 0.42 * across.clamp(-1.0, 1.0)


def _ribbed(across: Tensor) -> Tensor:
    ribs = across * 2.5
    return _round(across) + 0.55 * ((ribs - ribs.floor() - 0.5).abs() - 0.25)


# An upright column with round ends.
def _capsule(
    s: Sketch, centre: Tensor | float, low: Tensor | float, high: Tensor | float, half: float
) -> Tensor:
    out = s.u - centre
    beyond = torch.maximum((s.v - high).clamp(min=0.0), (low - s.v).clamp(min=0.0))
    return s.edge(half - (out * out + beyond * beyond + 1e-8).sqrt())
