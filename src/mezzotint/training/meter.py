"""The mean of each figure since the last line of the log."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


class Meter:
    """Sum figures on the device; nothing waits for it until `mean` or `sums` is asked."""

    def __init__(self, sums: Mapping[str, float], count: int) -> None:
        self._names = list(sums)
        self._sums = torch.tensor([sums[name] for name in self._names], dtype=torch.float64)
        self.count = count
        self._ended: dict[str, float] = {}

    def add(self, figures: Mapping[str, Tensor]) -> None:
        """Add one step's scalars; where other ones begin, the mean begins anew with them."""
        values = torch.stack([value.detach().double().cpu() for value in figures.values()])
        if self.count == 0 or self._names != list(figures):
            self._names, self._sums = list(figures), torch.zeros_like(values)
            self.count = 0
        self._sums = self._sums + values
        self.count += 1

    def sums(self) -> dict[str, float]:
        """Return the sums so far, for a checkpoint."""
        return dict(zip(self._names, self._sums.tolist(), strict=True))

    def mean(self) -> dict[str, float]:
        """Return the mean of each figure; right after `reset`, the means it ended with."""
        if self.count:
            self._ended = {name: total / self.count for name, total in self.sums().items()}
        return self._ended

    def reset(self) -> None:
        """Begin anew."""
        self.mean()
        self.count = 0
        self._sums = torch.zeros_like(self._sums)
