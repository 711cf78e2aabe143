"""The picture's grid: rows, columns and depth, in units of one picture height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mezzotint.data.scenes.noise import Axis

NEAREST_ROW = -0.06  # where the ground starts, a little below the lower edge


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Say how large the picture is and where it is computed.

    Lengths are in picture heights: x runs from 0 at the left to `aspect`, y from 0 at the bottom
    to 1. Depth t runs from 0 at the viewer's feet to 1 at the horizon.
    """

    height_px: int
    width_px: int
    panorama: bool
    device: torch.device

    @property
    def aspect(self) -> float:
        """Return width / height."""
        return self.width_px / self.height_px

    @property
    def pixel(self) -> float:
        """Return the side of one pixel."""
        return 1.0 / self.height_px

    @property
    def scale(self) -> float:
        """Return the size of things; below 1 in upright pictures, so that they fit across."""
        return min(1.0, self.aspect * 1.1)

    @property
    def num_slices(self) -> int:
        """Return how many depths the land is cut into."""
        return max(48, self.height_px)

    def rows(self) -> Tensor:
        """Return y of the pixel centres from the top row down, float32 [H]."""
        steps = torch.arange(self.height_px, dtype=torch.float32, device=self.device)
        return 1.0 - (steps + 0.5) * self.pixel

    def columns(self) -> Tensor:
        """Return x of the pixel centres, float32 [W]."""
        steps = torch.arange(self.width_px, dtype=torch.float32, device=self.device)
        return (steps + 0.5) * self.pixel

    def depths(self) -> Tensor:
        """Return t of the slices, near to far, float32 [D]."""
        steps = torch.arange(self.num_slices, dtype=torch.float32, device=self.device)
        return steps / (self.num_slices - 1)

    def column_axis(self) -> Axis:
        """Return the columns as an axis of noise."""
        return Axis(positions=self.columns(), extent=self.aspect, wraps=self.panorama)

    def row_axis(self) -> Axis:
        """Return the rows, top down, as an axis of noise."""
        return Axis(positions=1.0 - self.rows(), extent=1.0)

    def depth_axis(self) -> Axis:
        """Return the slices as an axis of noise."""
        return Axis(positions=self.depths(), extent=1.0)

    def repeats(self, frequency: float) -> float:
        """Return about `frequency`, such that a tile repeated so often a height fits a panorama."""
        if not self.panorama:
            return frequency
        return max(1.0, round(frequency * self.aspect)) / self.aspect

    def plane_distance(self, share: Tensor, least: float) -> Tensor:
        """Return how far away rays meet a level plane.

        Args:
            share: 0 at the horizon, 1 at the picture's edge (overhead in a panorama).
            least: Added to `share`, so that the horizon stays at a finite distance.
        """
        reach = 1.0 / (share + least).clamp(min=0.04)
        return reach * (1.0 - share).clamp(min=0.0) if self.panorama else reach

    def on_plane(self, distance: Tensor) -> tuple[Tensor, Tensor]:
        """Return where rays meet a level plane, across and along, from their distance [B, H, 1].

        A panorama looks all around, so there the plane's points lie on circles about the viewer.
        """
        if not self.panorama:
            return (self.columns().view(1, 1, -1) - 0.5 * self.aspect) * distance, distance
        turn = (np.arange(self.width_px) + 0.5) * (2.0 * np.pi / self.width_px)
        circle = np.stack((np.sin(turn), np.cos(turn))).astype(np.float32)
        sine, cosine = torch.from_numpy(circle).to(self.device).view(2, 1, 1, -1)
        return sine * distance, cosine * distance

    def across(self, x: Tensor, centre: Tensor) -> Tensor:
        """Return x - centre, the short way around in a panorama."""
        delta = x - centre
        if not self.panorama:
            return delta
        return delta - (delta / self.aspect + 0.5).floor() * self.aspect


Number = TypeVar("Number", Tensor, "NDArray[np.float64]")


def ground_row(t: Number, horizon: Number) -> Number:
    """Return y at which flat ground at depth t is seen."""
    near = 1.0 - t
    return NEAREST_ROW + (horizon - NEAREST_ROW) * (1.0 - near * near)


def smooth_step(low: Tensor | float, high: Tensor | float, x: Tensor) -> Tensor:
    """Rise smoothly from 0 at `low` to 1 at `high` (falls if high < low)."""
    t = ((x - low) / (high - low)).clamp(0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def mix(a: Tensor, b: Tensor, weight: Tensor | float) -> Tensor:
    """Return a where `weight` is 0, b where it is 1."""
    return a + (b - a) * weight


def bump(distance: Tensor) -> Tensor:
    """Fall smoothly from 1 at 0 to 0 at 1 and beyond."""
    t = (1.0 - distance * distance).clamp(min=0.0)
    return t * t
