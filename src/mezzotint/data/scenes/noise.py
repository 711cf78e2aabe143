"""Noise that is the same everywhere: integer hashes of (seed, lattice), exactly rounded arithmetic.

Everything here and in the painter uses + - * / sqrt, floor, comparisons and integers alone. IEEE
754 rounds those correctly, so a picture does not depend on the batch it is drawn in, on the number
of threads or on vector lanes, which exp, sin or a matrix product would not promise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

TABLE_SIZE = 64  # lattice points a side; noise repeats after so many cells
TILE_SIZE = 128  # texels a side of a baked tile; a power of two
_UNIT = 1.0 / 16_777_216  # 24 bits to [0, 1)


def slot_uniform(seeds: NDArray[np.uint32], slot: int) -> NDArray[np.float64]:
    """Return one number in [0, 1) a seed [N], for one purpose (`slot`)."""
    keys = seeds.astype(np.uint32) * np.uint32(0x9E3779B1) + np.uint32(slot * 0x85EBCA6B & _MASK)
    return (_mix_numpy(keys) >> np.uint32(8)).astype(np.float64) * _UNIT


def cell_uniform(seeds: Tensor, channel: int, first: Tensor, last: Tensor) -> Tensor:
    """Return one number in [0, 1) a lattice cell, from int32 seeds and cell indices (broadcast)."""
    keys = first * _signed(0x27D4EB2D) ^ last * _signed(0x165667B1)
    return _to_unit(_mix(keys + seeds * _signed(0x9E3779B1) + _signed(channel * 0x85EBCA6B)))


@dataclass(frozen=True, kw_only=True)
class NoiseTable:
    """Hold the random lattice of each picture, from which all smooth noise is interpolated.

    Attributes:
        gradients: float32 [B, 2, S, S] in [-1, 1); S = TABLE_SIZE.
    """

    gradients: Tensor

    @classmethod
    def of_seeds(cls, seeds: Tensor) -> NoiseTable:
        """Hash the table of each seed, int32 [B]."""
        steps = torch.arange(TABLE_SIZE, dtype=torch.int32, device=seeds.device)
        sides = torch.arange(2, dtype=torch.int32, device=seeds.device) * TABLE_SIZE
        first = steps.view(1, 1, -1, 1) + sides.view(1, 2, 1, 1)
        values = cell_uniform(seeds.view(-1, 1, 1, 1), 0, first, steps.view(1, 1, 1, -1))
        return cls(gradients=values * 2.0 - 1.0)

    def take(self, indices: Tensor) -> NoiseTable:
        """Return the tables of some pictures of the batch."""
        return NoiseTable(gradients=self.gradients.index_select(0, indices))


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Place points along one axis of the noise lattice.

    Attributes:
        positions: float32 [n], from 0 to `extent`.
        extent: Length of the axis in picture heights.
        wraps: True if the noise must repeat after `extent`.
    """

    positions: Tensor
    extent: float
    wraps: bool = False

    def lattice(self, frequency: NDArray[np.float64]) -> _Lattice:
        """Return cell indices and fractions for `frequency` [B] cells a picture height."""
        if self.wraps:
            frequency = np.maximum(np.round(frequency * self.extent), 1.0) / self.extent
        scale = torch.from_numpy(frequency.astype(np.float32)).to(self.positions.device)
        points = scale.view(-1, 1) * self.positions.view(1, -1)
        cells = points.floor()
        low = cells.to(torch.int64)
        count = int(np.ceil(float(frequency.max()) * self.extent)) + 2
        high = low + 1
        if self.wraps:
            period = torch.from_numpy(np.round(frequency * self.extent).astype(np.int64))
            period = period.to(low.device).view(-1, 1)
            low, high = low % period, high % period
        return _Lattice(low=low, high=high, fraction=points - cells, count=count)


@dataclass(frozen=True, kw_only=True)
class _Lattice:
    low: Tensor  # int64 [B, n]
    high: Tensor  # int64 [B, n]
    fraction: Tensor  # float32 [B, n]
    count: int  # lattice points in use


def grid_noise(
    table: NoiseTable, channel: int, first: Axis, last: Axis, frequency: Frequencies
) -> Tensor:
    """Return gradient noise (Perlin 2002) on a regular grid, about [-1, 1], [B, n, m].

    Interpolates the axes one after the other: the first pass runs over lattice rows only, so
    that a whole octave costs four row copies and seven operations a point.
    """
    rows, columns = first.lattice(frequency[0]), last.lattice(frequency[1])
    window = _window(table, channel, rows.count, columns.count)
    batch = window.shape[0]
    slopes = _along_last(window, columns)  # [B, 2, rows, m]
    flat = slopes.transpose(0, 1).reshape(2, batch * rows.count, -1)
    base = torch.arange(batch, device=flat.device).view(-1, 1) * rows.count
    low, high = (base + rows.low % rows.count).view(-1), (base + rows.high % rows.count).view(-1)
    shape = (batch, rows.fraction.shape[1], -1)
    fraction = rows.fraction.unsqueeze(-1)
    near = flat[0].index_select(0, low).view(shape) * fraction
    near += flat[1].index_select(0, low).view(shape)
    far = flat[0].index_select(0, high).view(shape) * (fraction - 1.0)
    far += flat[1].index_select(0, high).view(shape)
    far -= near
    far *= _fade(fraction)
    return near.add_(far).mul_(1.2)


Frequencies = tuple[NDArray[np.float64], NDArray[np.float64]]


def fractal_noise(
    table: NoiseTable,
    channel: int,
    first: Axis,
    last: Axis,
    frequency: Frequencies,
    *,
    octaves: int,
    gain: float = 0.5,
    ridged: bool = False,
) -> Tensor:
    """Sum octaves of `grid_noise`; plain in about [-1, 1], ridged (sharp crests) in [0, 1]."""
    total = previous = None
    amplitude, weight = 1.0, 0.0
    for octave in range(octaves):
        scale = float(2**octave)
        scaled = (frequency[0] * scale, frequency[1] * scale)
        layer = grid_noise(table, channel * 16 + octave, first, last, scaled)
        if ridged:
            crest = 1.0 - layer.abs_()
            layer = crest * crest
            if previous is not None:  # fine ridges on coarse ones, valleys stay smooth
                layer *= 0.35 + 0.65 * previous
            previous = layer
        weight += amplitude
        total = layer * amplitude if total is None else total + layer * amplitude
        amplitude *= gain
    assert total is not None
    return total.div_(weight)


@dataclass(frozen=True, kw_only=True)
class NoiseTile:
    """Hold fractal noise baked into a tile that repeats, for look-ups at warped places.

    Attributes:
        texels: float32 [B, 1, TILE_SIZE + 1, TILE_SIZE + 1]; the last row and column repeat the
            first.
    """

    texels: Tensor

    def take(self, indices: Tensor) -> NoiseTile:
        """Return the tiles of some pictures of the batch."""
        return NoiseTile(texels=self.texels.index_select(0, indices))

    def at(self, across: Tensor, along: Tensor) -> Tensor:
        """Interpolate at (across, along) in tiles, broadcast to [B, H, W]; any real numbers."""
        across, along = torch.broadcast_tensors(across - across.floor(), along - along.floor())
        grid = torch.stack((across, along), dim=-1).mul_(2.0).sub_(1.0)
        grid = grid.expand(self.texels.shape[0], -1, -1, -1)
        return F.grid_sample(self.texels, grid, mode="bilinear", align_corners=True)[:, 0]


def bake_tile(
    table: NoiseTable, channel: int, *, cells: int, octaves: int, gain: float = 0.5
) -> NoiseTile:
    """Bake plain fractal noise of `cells` lattice cells a side into a repeating tile."""
    device = table.gradients.device
    positions = torch.arange(TILE_SIZE, dtype=torch.float32, device=device) / TILE_SIZE
    axis = Axis(positions=positions, extent=1.0, wraps=True)
    frequency = np.full(table.gradients.shape[0], float(cells))
    texels = fractal_noise(
        table, channel, axis, axis, (frequency, frequency), octaves=octaves, gain=gain
    )
    texels = torch.cat((texels, texels[:, :1]), dim=1)
    texels = torch.cat((texels, texels[:, :, :1]), dim=2)
    return NoiseTile(texels=texels.unsqueeze(1))


_MASK = 0xFFFFFFFF


# Where a channel starts in the table; channels differ by odd steps so that they share few values.
def _window(table: NoiseTable, channel: int, num_rows: int, num_columns: int) -> Tensor:
    device = table.gradients.device
    rows = (torch.arange(num_rows, device=device) + channel * 23) % TABLE_SIZE
    columns = (torch.arange(num_columns, device=device) + channel * 41 + 7) % TABLE_SIZE
    return table.gradients.index_select(2, rows).index_select(3, columns)


# => [B, 2, rows, m]: slope along the first axis and offset, both interpolated along the last.
def _along_last(window: Tensor, columns: _Lattice) -> Tensor:
    batch, _, num_rows, count = window.shape
    width = columns.fraction.shape[1]
    fraction = columns.fraction.view(-1, 1, width)
    fade = _fade(fraction)
    low = (columns.low % count).view(-1, 1, width).expand(batch, num_rows, width)
    high = (columns.high % count).view(-1, 1, width).expand(batch, num_rows, width)
    slope, offset = window[:, 0], window[:, 1]
    slope_low, slope_high = slope.gather(2, low), slope.gather(2, high)
    near = offset.gather(2, low) * fraction
    far = offset.gather(2, high) * (fraction - 1.0)
    slopes = slope_low + (slope_high - slope_low) * fade
    return torch.stack((slopes, near + (far - near) * fade), dim=1)


def _fade(fraction: Tensor) -> Tensor:
    return fraction * fraction * fraction * (fraction * (fraction * 6.0 - 15.0) + 10.0)


# lowbias32 (Wellons 2018) in wrapping 32-bit arithmetic.
def _mix(keys: Tensor) -> Tensor:
    keys = (keys ^ (keys >> 16 & 0xFFFF)) * _signed(0x7FEB352D)
    keys = (keys ^ (keys >> 15 & 0x1FFFF)) * _signed(0x846CA68B)
    return keys ^ (keys >> 16 & 0xFFFF)


def _mix_numpy(keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    keys = (keys ^ keys >> np.uint32(16)) * np.uint32(0x7FEB352D)
    keys = (keys ^ keys >> np.uint32(15)) * np.uint32(0x846CA68B)
    return keys ^ keys >> np.uint32(16)


def _to_unit(keys: Tensor) -> Tensor:
    return (keys >> 8 & 0xFFFFFF).to(torch.float32) * _UNIT


def _signed(value: int) -> int:
    value &= _MASK
    return value - (1 << 32) if value >= 1 << 31 else value
