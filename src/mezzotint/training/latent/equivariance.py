"""Turning and shrinking latents and pictures alike, so that the codec keeps both in step.

A generator learns latents faster where a turned picture has turned latents (EQ-VAE, Kouzelis et
al. 2025, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Say what is done to a whole batch.

    Attributes:
        quarters: Quarter turns, 0 to 3.
        shrink: 1 or 2; by how much both sides become smaller.

    Example:
        >>> Turn(quarters=0, shrink=2).of_pixels(torch.zeros(1, 3, 8, 16)).shape
        torch.Size([1, 3, 4, 8])
    """

    quarters: int = 0
    shrink: int = 1

    def of_latents(self, maps: Tensor) -> Tensor:
        """Return latents [N, c, h, w], turned and shrunk."""
        turned = torch.rot90(maps, self.quarters, (2, 3)) if self.quarters else maps
        return avg_pool2d(turned, self.shrink) if self.shrink > 1 else turned

    def of_pixels(self, pixels: Tensor) -> Tensor:
        """Return pixels [N, C, H, W] in the same way."""
        return self.of_latents(pixels)


def draw_turn(p: float, *, is_square: bool, can_shrink: bool, random: torch.Generator) -> Turn:
    """Draw what is done to a batch: with probability 1 - p nothing; shrunk in a third of the rest.

    Args:
        p: How often something is done.
        is_square: Whether a quarter turn keeps the shape; else half turns alone.
        can_shrink: Whether pictures are large enough to be halved.
        random: On the CPU.
    """
    happens, kind = torch.rand(2, generator=random).tolist()
    quarters = int(torch.randint(1, 4, (1,), generator=random))
    if happens >= p:
        return Turn()
    if can_shrink and kind < 1 / 3:
        return Turn(shrink=2)
    return Turn(quarters=quarters if is_square else 2)
