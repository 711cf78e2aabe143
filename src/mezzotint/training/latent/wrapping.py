"""Pictures that wrap round: finding them, and rolling pairs so that no seam stays at the border."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

MAX_SEAM = 1.2  # gradient across the seam, in mean inner gradients
MIN_GRADIENT = 0.5  # of 255; flatter borders say nothing
BLOCK = 4096  # pictures measured at a time


def find_wrapping(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which pictures go on at the opposite border: bool [N, 2], vertically and horizontally.

    The mean step across the seam must be no larger than the mean step inside. A border of one
    colour (a thing on an empty ground) would meet that too, and is not what wrapping means.

    Args:
        pixels: uint8 [N, H, W, C].

    Example:
        >>> stripes = np.tile(np.uint8([0, 90, 180, 90]), (1, 8, 2))[..., None]
        >>> find_wrapping(stripes).tolist()
        [[False, True]]
    """
    found = np.zeros((len(pixels), 2), dtype=np.bool_)
    for start in range(0, len(pixels), BLOCK):
        block = np.asarray(pixels[start : start + BLOCK]).astype(np.float32)
        if block.shape[3] == 4:  # hidden colours are no colours
            block[..., :3] *= block[..., 3:] / 255
        for side, axis in enumerate((1, 2)):
            found[start : start + len(block), side] = _wraps(np.moveaxis(block, axis, 1))
    return found


def _wraps(lines: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Judge the axis 1 of [N, L, M, C]."""
    inner = np.abs(np.diff(lines, axis=1)).mean(axis=(1, 2, 3))
    first, last = lines[:, 0], lines[:, -1]
    seam = np.abs(first - last).mean(axis=(1, 2))
    border = np.concatenate([first, last], axis=1)
    variety = border.std(axis=1).max(axis=1)
    return (seam <= MAX_SEAM * inner) & (inner > MIN_GRADIENT) & (variety > MIN_GRADIENT)


def draw_offsets(wrap: Tensor, height: int, width: int, random: torch.Generator) -> Tensor:
    """Draw by how much each picture is rolled, int64 [N, 2]; 0 along axes that do not wrap.

    Args:
        wrap: [N, 2], 1 = wraps round; vertical, horizontal.
        height: Rows of the map.
        width: Columns of the map.
        random: On the CPU.
    """
    share = torch.rand(len(wrap), 2, generator=random)
    return (share * torch.tensor([height, width])).long() * (wrap > 0)


def roll(maps: Tensor, offsets: Tensor) -> Tensor:
    """Roll each map by its own offset, gradients flowing through.

    Args:
        maps: [N, C, h, w].
        offsets: int64 [N, 2], rows and columns.

    Example:
        >>> roll(torch.arange(4.0).view(1, 1, 1, 4), torch.tensor([[0, 1]])).flatten().tolist()
        [3.0, 0.0, 1.0, 2.0]
    """
    height, width = maps.shape[2:]
    device = maps.device
    rows = (torch.arange(height, device=device) - offsets[:, :1]) % height
    columns = (torch.arange(width, device=device) - offsets[:, 1:]) % width
    picture = torch.arange(len(maps), device=device)[:, None, None]
    # Advanced indices around a slice put the channels last: [N, H, W, C].
    return maps[picture, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
