"""Small drawings made once and used again: plants and things as textures with variants.

A drawing may take hundreds of operations a pixel; looking it up takes a dozen. Each is made at
several heights, so that a look-up reads about one texel a pixel and neither blurs nor sparkles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mezzotint.data.scenes.noise import NoiseTable, NoiseTile, bake_tile, cell_uniform

NUM_VARIANTS = 8
LEVELS_PX = (6, 10, 16, 26, 42, 68, 110, 180, 290)  # heights at which drawings are kept
_OVERSAMPLING = 2


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """Hold the coordinates in which a drawing is made, one variant an entry of V.

    Attributes:
        u: float32 [1, h, w], distance from the middle in heights.
        v: float32 [1, h, w], height above the foot in heights.
        pixel: One texel in heights.
        chance: float32 [V, 1, 1] in [0, 1), the variant's own number.
        tile: Noise, one tile a variant.
    """

    u: Tensor
    v: Tensor
    pixel: float
    chance: Tensor
    tile: NoiseTile

    def edge(self, inside: Tensor) -> Tensor:
        """Return coverage from a signed distance in heights, positive inside."""
        return (inside / self.pixel + 0.5).clamp(0.0, 1.0)

    def noise(self, frequency: float, stretch: float = 1.0) -> Tensor:
        """Return noise about [-0.7, 0.7] with so many tiles a height, [V, h, w]."""
        return self.tile.at(self.u * frequency + 0.31, self.v * (frequency * stretch) + 0.17)

    def own(self, index: int) -> Tensor:
        """Return another number in [0, 1) of the variant, [V, 1, 1]."""
        variant = (self.chance * NUM_VARIANTS).to(torch.int32)
        return cell_uniform(torch.ones_like(variant), index + 1, variant, torch.zeros_like(variant))


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """Hold a drawing's variants side by side at one height.

    Attributes:
        texels: float32 [1, C, h, V * w].
        half_width: Half the width of one variant, in heights.
        low: v of the lower edge.
        high: v of the upper edge.
    """

    texels: Tensor
    half_width: float
    low: float
    high: float

    def sample(self, u: Tensor, v: Tensor, variant: Tensor) -> Tensor:
        """Look up variant 0 to NUM_VARIANTS - 1 at (u, v); 0 outside: float32 [B, C, r, W]."""
        across = (u / (2.0 * self.half_width) + 0.5).clamp(0.0, 1.0)
        x = (variant + across) * (2.0 / NUM_VARIANTS) - 1.0
        y = (v - self.low) * (-2.0 / (self.high - self.low)) + 1.0
        x, y = torch.broadcast_tensors(x, y)
        grid = torch.stack((x, y), dim=-1)
        texels = self.texels.expand(grid.shape[0], -1, -1, -1)
        return F.grid_sample(
            texels, grid, mode="bilinear", padding_mode="zeros", align_corners=False
        )


def level_of(height_px: float) -> int:
    """Return the kept height nearest to the one that is wanted, not much below it."""
    return next((level for level in LEVELS_PX if level >= 0.85 * height_px), LEVELS_PX[-1])


def draw_atlas(
    draw: Callable[[Sketch], Tensor],
    *,
    height_px: int,
    half_width: float,
    low: float = -0.04,
    high: float = 1.04,
    device: torch.device,
) -> Atlas:
    """Draw every variant.

    Args:
        draw: Returns float32 [V, C, h, w], premultiplied: all channels 0 where nothing is.
        height_px: Texels a height.
        half_width: Half the width, in heights.
        low: v of the lower edge.
        high: v of the upper edge.
        device: Where the texels go.
    """
    rows = max(2, round(height_px * (high - low)))
    columns = max(4, round(height_px * 2.0 * half_width) + 2)
    fine = (rows * _OVERSAMPLING, columns * _OVERSAMPLING)
    half_width = columns / (2.0 * height_px)
    along = (torch.arange(fine[0], dtype=torch.float32) + 0.5) / fine[0]
    across = (torch.arange(fine[1], dtype=torch.float32) + 0.5) / fine[1]
    table = NoiseTable.of_seeds(torch.arange(NUM_VARIANTS, dtype=torch.int32) + 1)
    chance = (torch.from_numpy(np.arange(NUM_VARIANTS, dtype=np.float32)) + 0.5) / NUM_VARIANTS
    sketch = Sketch(
        u=((across - 0.5) * (2.0 * half_width)).view(1, 1, -1),
        v=(high - along * (high - low)).view(1, -1, 1),
        pixel=1.0 / (height_px * _OVERSAMPLING),
        chance=chance.view(-1, 1, 1),
        tile=bake_tile(table, 3, cells=6, octaves=4, gain=0.6),
    )
    drawn = draw(sketch)
    channels = drawn.shape[1]
    kept = drawn.view(NUM_VARIANTS, channels, rows, _OVERSAMPLING, columns, _OVERSAMPLING)
    kept = kept.mean(dim=(3, 5))
    kept[:, :, :, 0] = 0.0  # a clear border, so that neighbours do not bleed in
    kept[:, :, :, -1] = 0.0
    texels = kept.permute(1, 2, 0, 3).reshape(1, channels, rows, NUM_VARIANTS * columns)
    return Atlas(texels=texels.contiguous().to(device), half_width=half_width, low=low, high=high)
