"""Which land each pixel sees: exact hidden-surface removal over (column, depth), and its mirror.

The land is cut into slices of constant depth. In one column the highest row reached so far, from
the viewer outwards, hides everything below it; so the slice that a pixel sees is found by bisection
in that running maximum. In still water a pixel sees the nearest slice beyond it whose mirrored
column reaches the pixel's row.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

SKY_DEPTH = 2.0  # depth of a pixel that sees no land


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Hold what each pixel of a view sees of the land.

    Attributes:
        values: float32 [B, C, R, W]: the slices' values, interpolated and antialiased.
        depth: float32 [B, R, W], t of the land, SKY_DEPTH where there is none.
        cover: float32 [B, R, W], share of the pixel that is land.
    """

    values: Tensor
    depth: Tensor
    cover: Tensor


def see(values: Tensor, rows: Tensor, y: Tensor, pixel: float) -> Seen:
    """Look at the land from the front.

    Args:
        values: float32 [B, C, W, D], what to know about each slice (colour, wetness).
        rows: float32 [B, W, D], y at which each slice is seen.
        y: float32 [R], rows of the view.
        pixel: Height of a row, for antialiasing.
    """
    batch, channels, width, num_slices = values.shape
    horizon, crest = rows.cummax(-1)
    wanted = y.view(1, 1, -1).expand(batch, width, -1).contiguous()
    hit = torch.searchsorted(horizon, wanted)
    sky = hit >= num_slices
    index = hit.clamp(1, num_slices - 1)
    low, high = rows.gather(2, index - 1), rows.gather(2, index)
    part = ((wanted - low) / (high - low).clamp(min=1e-6)).clamp(0.0, 1.0)
    # The crest in front covers the lower part of a pixel that looks past it.
    hidden = (hit - 1).clamp(0, num_slices - 1)
    front = ((horizon.gather(2, hidden) - wanted) / pixel + 0.5).clamp(0.0, 1.0)
    front = torch.where(hit > 0, front, torch.zeros_like(front))
    front_index = crest.gather(2, hidden)
    flat = values.reshape(batch, channels, -1)
    base = torch.arange(width, device=y.device).view(1, -1, 1) * num_slices
    pick = lambda chosen: _pick(flat, base + chosen)
    behind = pick(index - 1)
    behind += (pick(index) - behind) * part.unsqueeze(1)
    shown = pick(front_index)
    cover = torch.where(sky, front, torch.ones_like(front))
    weight = torch.where(sky, torch.ones_like(front), front).unsqueeze(1)
    behind += (shown - behind) * weight
    depth = (index - 1 + part) / (num_slices - 1)
    depth = torch.where(sky, torch.full_like(depth, SKY_DEPTH), depth)
    depth = torch.where(front > 0.5, front_index / (num_slices - 1.0), depth)
    return Seen(
        values=behind.transpose(2, 3).contiguous(),
        depth=depth.transpose(1, 2).contiguous(),
        cover=cover.transpose(1, 2).contiguous(),
    )


def see_mirrored(values: Tensor, elevation: Tensor, ground: Tensor, y: Tensor) -> Seen:
    """Look at the land in the water.

    Args:
        values: float32 [B, C, W, D], as for `see`.
        elevation: float32 [B, W, D], height above the water; below 0 there is water.
        ground: float32 [B, 1, D], y of the water plane at each slice.
        y: float32 [B, 1, R], rows of the view from the bottom up to the horizon, evenly spaced,
            so that the same share of rows lies below each slice in every picture.
    """
    batch, channels, width, num_slices = values.shape
    num_rows = y.shape[2]
    mirrored = ground - elevation
    near = 1.0 - torch.arange(num_slices, dtype=torch.float64) / (num_slices - 1)
    below = (
        ((1.0 - near * near) * num_rows + 0.5).floor().to(torch.int64).clamp(max=num_rows).tolist()
    )
    hit = torch.full((batch, width, num_rows), num_slices, dtype=torch.int32, device=y.device)
    for index in range(num_slices - 1, 0, -1):
        if below[index]:
            reached = mirrored[:, :, index : index + 1] <= y[:, :, : below[index]]
            hit[:, :, : below[index]].masked_fill_(reached, index)
    sky = hit == num_slices
    chosen = hit.clamp(max=num_slices - 1).to(torch.int64)
    base = torch.arange(width, device=y.device).view(1, -1, 1) * num_slices
    shown = _pick(values.reshape(batch, channels, -1), base + chosen)
    depth = torch.where(sky, SKY_DEPTH, chosen / (num_slices - 1.0))
    return Seen(
        values=shown.transpose(2, 3).contiguous(),
        depth=depth.transpose(1, 2).contiguous(),
        cover=(~sky).to(torch.float32).transpose(1, 2).contiguous(),
    )


# flat [B, C, W * D], index [B, W, R] => [B, C, W, R]
def _pick(flat: Tensor, index: Tensor) -> Tensor:
    batch, channels, _ = flat.shape
    where = index.reshape(batch, 1, -1).expand(batch, channels, -1)
    return flat.gather(2, where).view(batch, channels, *index.shape[1:])
