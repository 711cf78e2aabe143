"""Masks of a training step: what is known of each picture, 1 = known.

Every verb is a mask: a hole is `region`, a frame is `zoom`, a half plane is `pan`, random patches
are `vary` of an upload, brush strokes are what people draw; with nothing known it is `imagine`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor

STROKES = 4  # a picture
PATCH_GRIDS = (4, 8)  # patches a side

# A maker draws one mask for each of n pictures: (n, height, width, random) -> bool [n, H, W].
Maker = Callable[[int, int, int, torch.Generator], Tensor]


def draw_masks(
    count: int,
    height_px: int,
    width_px: int,
    random: torch.Generator,
    known_p: float,
) -> Tensor:
    """Draw a mask for each picture, float32 [N, 1, H, W], 1 = known.

    Args:
        count: N.
        height_px: H.
        width_px: W.
        random: On the CPU.
        known_p: Share of the pictures of which something is known; the kinds share it.

    Example:
        >>> masks = draw_masks(8, 16, 24, torch.Generator().manual_seed(1), 0.5)
        >>> masks.shape, sorted(set(masks.flatten().tolist()))
        (torch.Size([8, 1, 16, 24]), [0.0, 1.0])
    """
    position = torch.rand(count, generator=random)
    masks = torch.zeros(count, height_px, width_px, dtype=torch.bool)
    start = 0.0
    for name, make in MAKERS.items():
        end = start + known_p * SHARES[name]
        chosen = ((position >= start) & (position < end))[:, None, None]
        masks |= chosen & make(count, height_px, width_px, random)
        start = end
    return masks[:, None].float()


def hole(count: int, height: int, width: int, random: torch.Generator) -> Tensor:
    """Know all but a rectangle of 20 to 80 % of each side."""
    return ~_rectangle(count, height, width, random, smallest=0.2, largest=0.8)


def frame(count: int, height: int, width: int, random: torch.Generator) -> Tensor:
    """Know a rectangle of 35 to 85 % of each side, the surroundings unknown."""
    return _rectangle(count, height, width, random, smallest=0.35, largest=0.85)


def half_plane(count: int, height: int, width: int, random: torch.Generator) -> Tensor:
    """Know one side of a line; three of four lines are upright or level, as `pan` needs them."""
    quarter = torch.randint(0, 4, (count,), generator=random) * (torch.pi / 2)
    slanted = torch.rand(count, generator=random) < 0.25
    angle = quarter + slanted * torch.rand(count, generator=random) * (torch.pi / 2)
    row, column = _grid(height, width)
    along = column * angle.cos()[:, None, None] + row * angle.sin()[:, None, None]
    return along > _uniform(count, random, -0.6, 0.6)


def patches(count: int, height: int, width: int, random: torch.Generator) -> Tensor:
    """Know random cells of a grid, 10 to 60 % of them."""
    share = _uniform(count, random, 0.1, 0.6)
    coarse = torch.rand(count, 1, 1, generator=random) < 0.5
    grids: list[Tensor] = []
    for side in PATCH_GRIDS:
        cells = torch.rand(count, side, side, generator=random) < share
        rows = torch.arange(height) * side // height
        columns = torch.arange(width) * side // width
        grids.append(cells[:, rows][:, :, columns])
    return torch.where(coarse, grids[0], grids[1])


def strokes(count: int, height: int, width: int, random: torch.Generator) -> Tensor:
    """Know all but what a few strokes of a round brush cover."""
    points = torch.rand(count, STROKES + 1, 2, generator=random) * 2 - 1
    radius = _uniform(count, random, 0.08, 0.3)
    row, column = _grid(height, width)
    covered = torch.zeros(count, height, width, dtype=torch.bool)
    for start, end in zip(points.unbind(1)[:-1], points.unbind(1)[1:], strict=True):
        covered |= _distance(row, column, start, end) < radius
    return ~covered


MAKERS = MappingProxyType[str, Maker](
    {
        "hole": hole,
        "frame": frame,
        "half_plane": half_plane,
        "patches": patches,
        "strokes": strokes,
    }
)


# Holes are what people ask for most; of all that is known, so often each kind.
SHARES = MappingProxyType(
    {"hole": 0.28, "frame": 0.24, "half_plane": 0.20, "patches": 0.14, "strokes": 0.14}
)


def _grid(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Return row and column of each pixel's centre in (-1, 1), [1, H, 1] and [1, 1, W]."""
    row = (2 * torch.arange(height) + 1) / height - 1
    column = (2 * torch.arange(width) + 1) / width - 1
    return row[None, :, None], column[None, None, :]


def _uniform(count: int, random: torch.Generator, low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(count, 1, 1, generator=random)


def _rectangle(
    count: int,
    height: int,
    width: int,
    random: torch.Generator,
    *,
    smallest: float,
    largest: float,
) -> Tensor:
    """Return rectangles that lie wholly inside, sides a share of the picture's."""
    half_height = _uniform(count, random, smallest, largest)
    half_width = _uniform(count, random, smallest, largest)
    middle_y = (1 - half_height) * _uniform(count, random, -1, 1)
    middle_x = (1 - half_width) * _uniform(count, random, -1, 1)
    row, column = _grid(height, width)
    return ((row - middle_y).abs() < half_height) & ((column - middle_x).abs() < half_width)


def _distance(row: Tensor, column: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Return the distance of each pixel to the segment from start to end, both [N, 2] as (y, x)."""
    from_y, from_x = start[:, 0, None, None], start[:, 1, None, None]
    along = (end - start)[:, :, None, None]
    squared = along.square().sum(dim=1).clamp(min=1e-6)
    position = ((row - from_y) * along[:, 0] + (column - from_x) * along[:, 1]) / squared
    position = position.clamp(0, 1)
    return torch.hypot(
        row - from_y - position * along[:, 0], column - from_x - position * along[:, 1]
    )
