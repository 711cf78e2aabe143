"""Where plants stand: in rows at fixed depths, on low land, the thing left in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mezzotint.data.scenes import foliage
from mezzotint.data.scenes.atlas import NUM_VARIANTS
from mezzotint.data.scenes.attributes import Plants, Thing
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import ground_row
from mezzotint.data.scenes.land import air
from mezzotint.data.scenes.layout import GROVE_DEPTH
from mezzotint.data.scenes.noise import cell_uniform

CANDIDATES = 2  # plants of one row that may cover a column: the two whose places are nearest


@dataclass(frozen=True, kw_only=True)
class Species:
    """Say how one kind of plant looks and where it stands.

    Attributes:
        draw: Its drawing.
        depths: t of its rows, far to near.
        size: Height beside a tree's.
        spacing: Distance between neighbours, in heights.
        half_width: Half its width, in heights.
        highest: Land above this bears none, at the horizon; half of it close by.
    """

    draw: Callable[..., Tensor]
    depths: tuple[float, ...]
    size: float = 1.0
    spacing: float = 0.8
    half_width: float = 0.5
    highest: float = 0.12


_FOREST = (0.84, 0.79, 0.74, 0.68, 0.61, 0.53, 0.44, 0.33, 0.19)
_GROVE = (0.79, 0.73, 0.66, 0.58, 0.49, 0.39, 0.27, 0.14)
_MEADOW = (0.58, 0.51, 0.45, 0.39, 0.34, 0.29, 0.24, 0.19, 0.14, 0.09, 0.04)
_BANK = (0.42, 0.35, 0.28, 0.21, 0.14, 0.07, 0.02)

SPECIES: dict[Plants, Species] = {
    Plants.PINE: Species(draw=foliage.pine, depths=_FOREST, spacing=0.42, half_width=0.29),
    Plants.BROADLEAF: Species(draw=foliage.broadleaf, depths=_GROVE, size=0.80),
    Plants.BIRCH: Species(
        draw=foliage.birch, depths=_GROVE, size=0.92, spacing=0.45, half_width=0.29
    ),
    Plants.PALM: Species(
        draw=foliage.palm, depths=_GROVE[2:], size=0.80, spacing=0.95, half_width=0.60
    ),
    Plants.CHERRY: Species(
        draw=foliage.cherry, depths=_GROVE[1:], size=0.70, spacing=0.95, half_width=0.60
    ),
    Plants.CACTUS: Species(
        draw=foliage.cactus, depths=_GROVE[2:], size=0.50, spacing=1.1, half_width=0.32
    ),
    Plants.REEDS: Species(
        draw=foliage.reeds, depths=_BANK, size=0.40, spacing=0.45, half_width=0.42
    ),
    Plants.FLOWERS: Species(
        draw=foliage.flowers, depths=_MEADOW, size=0.17, spacing=0.85, half_width=0.50
    ),
}


def tree_line(species: Species, t: Tensor | float) -> Tensor | float:
    """Return the height of land at depth t above which nothing grows."""
    return species.highest * (0.45 + 0.65 * t)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Hold the plants that may cover each column, row by row and candidate by candidate.

    Attributes:
        centre: x of the stem, float32 [B, R, W]; R = rows times CANDIDATES, far to near.
        foot: y of the foot.
        tall: Height.
        chance: The plant's own number in [0, 1).
        variant: Which drawing, from 0.
        shown: 1 if a plant grows there.
        veil: Share of its light that the air has replaced.
    """

    centre: Tensor
    foot: Tensor
    tall: Tensor
    chance: Tensor
    variant: Tensor
    shown: Tensor
    veil: Tensor

    def pick(self, index: int) -> Standing:
        """Return one row's candidate, every field [B, 1, W]."""
        one = slice(index, index + 1)
        return Standing(
            centre=self.centre[:, one],
            foot=self.foot[:, one],
            tall=self.tall[:, one],
            chance=self.chance[:, one],
            variant=self.variant[:, one],
            shown=self.shown[:, one],
            veil=self.veil[:, one],
        )


def plant(batch: Batch, land: Tensor, species: Species) -> Standing:
    """Place the plants of one species on the land [B, W, D], all rows at once."""
    frame = batch.frame
    t = _rows(species, frame.device)
    near = (1.0 - t) * (1.0 - t)
    size = batch.number("plant_size") * (species.size * frame.scale) * near
    count = (frame.aspect / (size * species.spacing)).round().clamp(min=1.0)
    cell = frame.aspect / count
    step = torch.arange(CANDIDATES, dtype=torch.float32, device=frame.device)
    index = (batch.x / cell - 0.5).floor() + step.repeat(len(species.depths)).view(1, -1, 1)
    number = _numbers(batch, index, count)
    centre = (index + 0.5 + 0.6 * (number(1) - 0.5)) * cell
    height = _land_below(batch, land, species, centre)
    foot = height + ground_row(t, batch.number("horizon"))
    tall = size * (0.70 + 0.5 * number(2))
    shown = (number(3) < _wanted(batch, t, centre)) & (height > 0.0025)
    shown = shown & (height < tree_line(species, t))
    shown = shown & _clear(batch, t, centre, foot + tall, tall * species.half_width)
    return Standing(
        centre=centre,
        foot=foot - 0.012 * tall,
        tall=tall,
        chance=number(0),
        variant=(number(4) * NUM_VARIANTS).floor(),
        shown=shown.to(tall.dtype),
        veil=air(batch, t, height),
    )


# t of each row, once a candidate: [1, R, 1].
def _rows(species: Species, device: torch.device) -> Tensor:
    depths = torch.tensor(species.depths, dtype=torch.float32, device=device)
    return depths.repeat_interleave(CANDIDATES).view(1, -1, 1)


# Random numbers of the plants; those of one plant are the same whichever column asks.
def _numbers(batch: Batch, index: Tensor, count: Tensor) -> Callable[[int], Tensor]:
    own = index - (index / count).floor() * count if batch.frame.panorama else index
    cells = own.to(torch.int32)
    rows = torch.arange(index.shape[1], dtype=torch.int32, device=index.device)
    row = torch.div(rows, CANDIDATES, rounding_mode="floor").view(1, -1, 1)
    seeds = batch.seeds.view(-1, 1, 1)
    return lambda channel: cell_uniform(seeds, 300 + channel, cells, row)


# Height of the land under each stem.
def _land_below(batch: Batch, land: Tensor, species: Species, centre: Tensor) -> Tensor:
    frame = batch.frame
    slices = [round(t * (frame.num_slices - 1)) for t in species.depths for _ in range(CANDIDATES)]
    rows = land.index_select(2, batch.index(slices)).transpose(1, 2)
    column = (centre * frame.height_px).floor().to(torch.int64)
    column = column % frame.width_px if frame.panorama else column.clamp(0, frame.width_px - 1)
    return rows.gather(2, column)


# Share of the places that are taken: more in groves, all of them in the scene's own grove.
def _wanted(batch: Batch, t: Tensor, centre: Tensor) -> Tensor:
    frame = batch.frame
    patch = batch.tile.at(centre * frame.repeats(0.5), (t * 1.7).expand_as(centre))
    aside = frame.across(centre, batch.number("grove_x") * frame.aspect).abs()
    grove = ((t - GROVE_DEPTH).abs() < 0.08) & (aside < 0.13 * frame.scale)
    return batch.number("plant_density") + 0.9 * patch + 1.5 * grove


# Plants leave the thing, and the low sun or moon, in sight.
def _clear(batch: Batch, t: Tensor, centre: Tensor, top: Tensor, half: Tensor) -> Tensor:
    frame, scale = batch.frame, batch.frame.scale
    from_thing = frame.across(centre, batch.number("thing_x") * frame.aspect).abs()
    wide = batch.number("thing_size") * scale * batch.flags(lambda s: s.thing is not Thing.BALLOON)
    in_front = t < batch.number("thing_depth") + 0.04
    free = (from_thing > wide * 0.62 + half) | ~in_front
    radius = batch.number("body_radius") * scale * batch.number("body_shown")
    from_body = frame.across(centre, batch.number("body_x") * frame.aspect).abs()
    below = top < batch.number("body_y") - 1.3 * radius
    return free & (below | (from_body > radius * 1.5 + half))
