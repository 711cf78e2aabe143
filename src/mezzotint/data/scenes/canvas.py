"""A view that upright things are painted into: straight ahead, or mirrored in water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import NEAREST_ROW, ground_row
from mezzotint.data.scenes.layout import Numbers


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """Hold the colours of a view and how far away each pixel is.

    Attributes:
        colour: float32 [B, 3, R, W], linear light; painted in place.
        depth: float32 [B, R, W], t of what each pixel shows.
        y: float32 [B or 1, R, 1], y of the rows.
        mirrored: True for the view in the water, whose rows run from the bottom up.
    """

    colour: Tensor
    depth: Tensor
    y: Tensor
    mirrored: bool

    def take(self, indices: Tensor) -> Canvas:
        """Return a copy of some pictures of the view."""
        return Canvas(
            colour=self.colour.index_select(0, indices),
            depth=self.depth.index_select(0, indices),
            y=self.y if self.y.shape[0] == 1 else self.y.index_select(0, indices),
            mirrored=self.mirrored,
        )

    def put(self, indices: Tensor, part: Canvas) -> None:
        """Put the colours of some pictures back."""
        self.colour.index_copy_(0, indices, part.colour)

    def band(self, batch: Batch, t: Numbers, low: float, high: float) -> Band | None:
        """Return the rows in which something upright may show.

        Args:
            batch: The scenes.
            t: Its depth in each scene, float64 [B].
            low: Its lower edge above flat ground at that depth, at most.
            high: Its upper edge above flat ground at that depth, at least.
        """
        horizon = batch.layout.horizon
        level = ground_row(t, horizon)
        count = self.colour.shape[2]
        if self.mirrored:
            row = lambda y: (y - NEAREST_ROW) / (horizon - NEAREST_ROW) * count
            start, stop = row(level - high).min(), row(level - low).max()
        else:
            row = lambda y: (1.0 - y) * count
            start, stop = row(level + high).min(), row(level + low).max()
        rows = slice(max(0, int(start) - 1), min(count, int(stop) + 2))
        if rows.start >= rows.stop:
            return None
        y = self.y[:, rows]
        if self.mirrored:
            y = 2.0 * torch.from_numpy(level.astype(np.float32)).to(y.device).view(-1, 1, 1) - y
        at = torch.from_numpy(t.astype(np.float32)).to(y.device).view(-1, 1, 1)
        return Band(rows=rows, y=y, open=(self.depth[:, rows] >= at).to(y.dtype))


@dataclass(frozen=True, kw_only=True)
class Band:
    """Hold the rows of a canvas that something at one depth may cover.

    Attributes:
        rows: Which rows.
        y: float32 [B or 1, r, 1], y that they look at (turned about the water if mirrored).
        open: float32 [B, r, W], 1 where nothing nearer stands in front.
    """

    rows: slice
    y: Tensor
    open: Tensor
