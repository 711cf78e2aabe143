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

    def add(self, figures: Mapping[str, Tensor]) -> None:
        """Add one step's scalars."""
        values = torch.stack([value.detach().double().cpu() for value in figures.values()])
        if self.count == 0:
            self._names, self._sums = list(figures), torch.zeros_like(values)
        self._sums = self._sums + values
        self.count += 1

    def sums(self) -> dict[str, float]:
        """Return the sums so far, for a checkpoint."""
        return dict(zip(self._names, self._sums.tolist(), strict=True))

    def mean(self) -> dict[str, float]:
        """Return the mean of each figure."""
        return {name: total / max(self.count, 1) for name, total in self.sums().items()}

    def reset(self) -> None:
        """Begin anew."""
        self.count = 0
        self._sums = torch.zeros_like(self._sums)
