"""A batch of scenes on its way to becoming pictures: grid, noise, numbers and light together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import SceneAttributes
from mezzotint.data.scenes.frame import Frame
from mezzotint.data.scenes.layout import Layout, layout_of
from mezzotint.data.scenes.light import Light, light_of
from mezzotint.data.scenes.noise import NoiseTable, NoiseTile, bake_tile, fractal_noise

Key = TypeVar("Key")
_NUMBER_ROWS = {field.name: index for index, field in enumerate(fields(Layout))}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Hold what B pictures are painted from.

    Attributes:
        scenes: What they show.
        frame: Their common grid.
        layout: Their numbers, on the host.
        numbers: The same, float32 [F, B] on the device.
        seeds: int32 [B].
        table: Their noise lattices.
        tile: Their noise tiles, for warped look-ups.
        light: The light of their hour.
    """

    scenes: tuple[SceneAttributes, ...]
    frame: Frame
    layout: Layout
    numbers: Tensor
    seeds: Tensor
    table: NoiseTable
    tile: NoiseTile
    light: Light

    @classmethod
    def of(cls, scenes: Sequence[SceneAttributes], frame: Frame) -> Batch:
        """Draw the numbers and the noise of each scene from its seed."""
        layout = layout_of(scenes)
        rows = np.stack([getattr(layout, name) for name in _NUMBER_ROWS]).astype(np.float32)
        host_seeds = np.array([s.seed for s in scenes], dtype=np.uint32).view(np.int32)
        seeds = torch.from_numpy(host_seeds).to(frame.device)
        table = NoiseTable.of_seeds(seeds)
        return cls(
            scenes=tuple(scenes),
            frame=frame,
            layout=layout,
            numbers=torch.from_numpy(rows).to(frame.device),
            seeds=seeds,
            table=table,
            tile=bake_tile(table, 9, cells=4, octaves=5),
            light=light_of(scenes, frame.device),
        )

    def __len__(self) -> int:
        return len(self.scenes)

    @property
    def x(self) -> Tensor:
        """Return the columns of a picture, float32 [1, 1, W]."""
        return self.frame.columns().view(1, 1, -1)

    def number(self, name: str) -> Tensor:
        """Return one number of the layout, float32 [B, 1, 1]."""
        return self.numbers[_NUMBER_ROWS[name]].view(-1, 1, 1)

    def flags(self, test: Callable[[SceneAttributes], bool]) -> Tensor:
        """Return 1.0 for the scenes that pass the test, float32 [B, 1, 1]."""
        values = torch.tensor([float(test(scene)) for scene in self.scenes])
        return values.to(self.frame.device).view(-1, 1, 1)

    def find(self, test: Callable[[SceneAttributes], bool]) -> list[int]:
        """Return the indices of the scenes that pass the test."""
        return [index for index, scene in enumerate(self.scenes) if test(scene)]

    def groups(self, key: Callable[[SceneAttributes], Key]) -> list[tuple[Key, list[int]]]:
        """Return the indices of the scenes by key, in order of first appearance."""
        members: dict[Key, list[int]] = {}
        for index, scene in enumerate(self.scenes):
            members.setdefault(key(scene), []).append(index)
        return list(members.items())

    def index(self, indices: Sequence[int]) -> Tensor:
        """Return indices as int64 on the device."""
        return torch.tensor(indices, dtype=torch.int64, device=self.frame.device)

    def take(self, indices: Sequence[int]) -> Batch:
        """Return some pictures of the batch."""
        chosen = self.index(indices)
        return Batch(
            scenes=tuple(self.scenes[index] for index in indices),
            frame=self.frame,
            layout=self.layout.take(indices),
            numbers=self.numbers.index_select(1, chosen),
            seeds=self.seeds.index_select(0, chosen),
            table=self.table.take(chosen),
            tile=self.tile.take(chosen),
            light=self.light.take(chosen),
        )

    def land_noise(
        self,
        channel: int,
        across: float,
        along: float,
        octaves: int,
        *,
        gain: float = 0.5,
        ridged: bool = False,
    ) -> Tensor:
        """Return fractal noise over (column, depth), [B, W, D], in cells a height and a depth."""
        frequency = (
            np.full(len(self), across / self.frame.scale),
            np.full(len(self), along),
        )
        axes = (self.frame.column_axis(), self.frame.depth_axis())
        return fractal_noise(
            self.table, channel, *axes, frequency, octaves=octaves, gain=gain, ridged=ridged
        )

    def picture_noise(
        self, channel: int, down: float, across: float, octaves: int, *, gain: float = 0.5
    ) -> Tensor:
        """Return fractal noise over the picture, [B, H, W], in cells a picture height."""
        frequency = (np.full(len(self), down), np.full(len(self), across))
        axes = (self.frame.row_axis(), self.frame.column_axis())
        return fractal_noise(self.table, channel, *axes, frequency, octaves=octaves, gain=gain)
