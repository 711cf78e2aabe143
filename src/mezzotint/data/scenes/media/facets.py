"""Low poly: a mesh of triangles whose corners lie on the picture's edges, each of one colour."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.grade import luma, saturate
from mezzotint.data.scenes.media.filters import blur, gradient, lookup, pixel_grid, size_px
from mezzotint.data.scenes.noise import cell_uniform

ROWS = 25  # cells down the smaller side


def low_poly(batch: Batch, display: Tensor) -> Tensor:
    """Finish as a low-poly rendering."""
    frame = batch.frame
    cell = max(3, round(min(frame.height_px, frame.width_px) / ROWS))
    corners = _corners(batch, display, cell)
    rows, columns = pixel_grid(batch)
    middle = _facet_middles(batch, corners, rows, columns, cell)
    smooth = blur(display, max(1, cell // 5), frame)
    colour = lookup(smooth, middle[:, 0].round(), middle[:, 1].round(), frame)
    tilt = cell_uniform(
        batch.seeds.view(-1, 1, 1),
        150,
        (middle[:, 0] * 3.0).to(torch.int32),
        (middle[:, 1] * 3.0).to(torch.int32),
    )
    return saturate(colour, 1.25) * (0.94 + 0.12 * tilt.unsqueeze(1))


# One corner a cell, at its strongest edge: row and column, float32 [B, 2, n + 2, m + 2], with a
# rim of corners outside the picture.
def _corners(batch: Batch, display: Tensor, cell: int) -> Tensor:
    frame = batch.frame
    across, down = gradient(luma(blur(display, size_px(frame, 1 / 128), frame)), frame)
    strength = (across * across + down * down).sqrt()
    strength = strength + 0.012 * batch.picture_noise(67, 40.0, 40.0, 1).unsqueeze(1)
    below, right = -frame.height_px % cell, -frame.width_px % cell
    padded = F.pad(strength, (0, right, 0, below), mode="replicate")
    _, place = F.max_pool2d(padded, cell, return_indices=True)
    width = frame.width_px + right
    row = torch.div(place, width, rounding_mode="floor").to(torch.float32)
    column = (place % width).to(torch.float32)
    count = row.shape[3]
    ring = F.pad(torch.cat((row, column), dim=1), (1, 1, 1, 1), mode="replicate")
    ring[:, 0, 0] = -2.0 * cell
    ring[:, 0, -1] = frame.height_px + 2.0 * cell
    if frame.panorama:
        ring[:, :, :, 0] = ring[:, :, :, count]
        ring[:, :, :, -1] = ring[:, :, :, 1]
        ring[:, 1, :, 0] -= float(frame.width_px)
        ring[:, 1, :, -1] += float(frame.width_px)
    else:
        ring[:, 1, :, 0] = -2.0 * cell
        ring[:, 1, :, -1] = frame.width_px + 2.0 * cell
    return ring


# The middle of the facet around each pixel, row and column, [B, 2, H, W].
def _facet_middles(
    batch: Batch, corners: Tensor, rows: Tensor, columns: Tensor, cell: int
) -> Tensor:
    num_columns = corners.shape[3]
    row = (rows / cell).floor().to(torch.int64) + 1
    column = (columns / cell).floor().to(torch.int64) + 1
    flat = corners.flatten(2)
    shape = (len(batch), 2, batch.frame.height_px, batch.frame.width_px)

    def corner(down: int, right: int) -> Tensor:
        index = ((row + down) * num_columns + column + right).reshape(1, 1, -1)
        return flat.gather(2, index.expand(shape[0], 2, -1)).view(shape)

    grid = {(a, b): corner(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)}
    here = torch.stack(torch.broadcast_tensors(rows, columns), dim=1)
    middle = grid[0, 0].clone()
    for top in (-1, 0):
        for left in (-1, 0):
            a, b = grid[top, left], grid[top, left + 1]
            c, d = grid[top + 1, left], grid[top + 1, left + 1]
            for triangle in ((a, b, c), (b, d, c)):
                inside = _inside(here, *triangle)
                centre = (triangle[0] + triangle[1] + triangle[2]) / 3.0
                middle = torch.where(inside.unsqueeze(1), centre, middle)
    return middle


def _inside(p: Tensor, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    side = lambda s, e: (
        (e[:, 0] - s[:, 0]) * (p[:, 1] - s[:, 1]) - (e[:, 1] - s[:, 1]) * (p[:, 0] - s[:, 0])
    )
    first, second, third = side(a, b), side(b, c), side(c, a)
    return ((first >= 0) & (second >= 0) & (third >= 0)) | (
        (first <= 0) & (second <= 0) & (third <= 0)
    )
