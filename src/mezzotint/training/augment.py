"""Augmentation that a discriminator sees and a generator can be trained through.

Translation and cutout of "Differentiable augmentation for data-efficient GAN training" (Zhao et
al. 2020). A real picture and the generated one it is paired with get the same operations with the
same parameters: a relativistic loss compares the two, so only content may tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn.functional import pad

MAX_SHIFT = 1 / 8  # of a side
CUTOUT_SIDE = 1 / 2  # of a side


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Hold what is done to each picture of a batch; all int64 [N], in px.

    Attributes:
        shift_y, shift_x: Translation; 0 where the picture is left alone.
        hole_y, hole_x: Top left corner of the hole, which may begin outside the picture.
        hole_height, hole_width: Size of the hole; 0 where there is none.
    """

    shift_y: Tensor
    shift_x: Tensor
    hole_y: Tensor
    hole_x: Tensor
    hole_height: Tensor
    hole_width: Tensor

    def each(self, choose: Callable[[Tensor], Tensor]) -> Augmentation:
        """Return the augmentation of chosen pictures, such as the rows of one part."""
        return Augmentation(
            **{field.name: choose(getattr(self, field.name)) for field in fields(self)}
        )

    def first(self, count: int) -> Augmentation:
        """Return the augmentation of the first `count` pictures."""
        return self.each(lambda rows: rows[:count])


def draw_augmentation(
    batch_size: int, height_px: int, width_px: int, p: float, random: torch.Generator
) -> Augmentation:
    """Draw each operation for each picture with probability p.

    Example:
        >>> nothing = draw_augmentation(4, 28, 28, 0.0, torch.Generator().manual_seed(1))
        >>> int(nothing.shift_y.abs().sum() + nothing.hole_height.sum())
        0
    """

    def chosen() -> Tensor:
        return torch.rand(batch_size, generator=random) < p

    def whole(low: int, high: int) -> Tensor:  # uniform in low..high, both included
        return torch.randint(low, high + 1, (batch_size,), generator=random)

    shift_y_px, shift_x_px = round(height_px * MAX_SHIFT), round(width_px * MAX_SHIFT)
    hole_height, hole_width = round(height_px * CUTOUT_SIDE), round(width_px * CUTOUT_SIDE)
    shifted, holed = chosen(), chosen()
    return Augmentation(
        shift_y=whole(-shift_y_px, shift_y_px) * shifted,
        shift_x=whole(-shift_x_px, shift_x_px) * shifted,
        hole_y=whole(-(hole_height // 2), height_px - hole_height // 2 - 1),
        hole_x=whole(-(hole_width // 2), width_px - hole_width // 2 - 1),
        hole_height=hole_height * holed,
        hole_width=hole_width * holed,
    )


def augment(pixels: Tensor, augmentation: Augmentation) -> Tensor:
    """Shift each picture (what comes in is 0, mid-grey), then cut its hole (filled with 0).

    Args:
        pixels: [N, C, H, W] in [-1, 1]; gradients flow through.
        augmentation: For these N pictures.
    """
    height_px, width_px = pixels.shape[2:]
    device = pixels.device
    row, column = torch.arange(height_px, device=device), torch.arange(width_px, device=device)
    shifted = _shift(pixels, augmentation, row, column)
    in_rows = _inside(row, augmentation.hole_y, augmentation.hole_height)
    in_columns = _inside(column, augmentation.hole_x, augmentation.hole_width)
    hole = in_rows[:, None, :, None] & in_columns[:, None, None, :]
    return shifted.masked_fill(hole, 0.0)


def _shift(pixels: Tensor, augmentation: Augmentation, row: Tensor, column: Tensor) -> Tensor:
    """Look each output position up in the picture framed by one row and column of zeros."""
    height_px, width_px = pixels.shape[2:]
    framed = pad(pixels, (1, 1, 1, 1))
    shift_y = augmentation.shift_y.to(pixels.device)[:, None]
    shift_x = augmentation.shift_x.to(pixels.device)[:, None]
    source_y = (row - shift_y + 1).clamp(0, height_px + 1)
    source_x = (column - shift_x + 1).clamp(0, width_px + 1)
    picture = torch.arange(len(pixels), device=pixels.device)[:, None, None]
    # Advanced indices around a slice put the channels last: [N, H, W, C].
    return framed[picture, :, source_y[:, :, None], source_x[:, None, :]].permute(0, 3, 1, 2)


def _inside(position: Tensor, start: Tensor, length: Tensor) -> Tensor:
    """Return which positions [N, L] lie in [start, start + length) of each picture."""
    start, length = start.to(position.device)[:, None], length.to(position.device)[:, None]
    return (position >= start) & (position < start + length)
