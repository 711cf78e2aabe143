"""Filters the media share: blur, edge-keeping smoothing, gradients, paper.

All sum in a fixed order, so that a picture comes out the same in any batch.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import Frame
from mezzotint.data.scenes.grade import brightness_range, luma


def pad(image: Tensor, margin: int, frame: Frame) -> Tensor:
    """Extend [B, C, H, W] on all sides: around the panorama, or by the edge pixels."""
    if frame.panorama:
        image = F.pad(image, (margin, margin, 0, 0), mode="circular")
        return F.pad(image, (0, 0, margin, margin), mode="replicate")
    return F.pad(image, (margin, margin, margin, margin), mode="replicate")


def box_blur(image: Tensor, radius: int, frame: Frame) -> Tensor:
    """Average over a square of side 2 * radius + 1."""
    if radius < 1:
        return image
    wide = pad(image, radius, frame)
    height, width = image.shape[2:]
    size = 2 * radius + 1
    rows = wide[:, :, :height].clone()
    for shift in range(1, size):
        rows += wide[:, :, shift : shift + height]
    total = rows[:, :, :, :width].clone()
    for shift in range(1, size):
        total += rows[:, :, :, shift : shift + width]
    return total.div_(float(size * size))


def blur(image: Tensor, radius: int, frame: Frame) -> Tensor:
    """Blur smoothly: two box blurs."""
    return box_blur(box_blur(image, radius, frame), radius, frame)


def size_px(frame: Frame, share: float, least: int = 1) -> int:
    """Return a share of the picture's smaller side in whole pixels."""
    return max(least, round(share * min(frame.height_px, frame.width_px)))


def kuwahara(image: Tensor, radius: int, frame: Frame) -> Tensor:
    """Smooth inside regions and keep their edges (Kuwahara et al. 1976).

    Of the four squares that meet in a pixel, the one with the least variance gives its mean.
    """
    side = radius + 1
    grey = luma(image)
    stacked = torch.cat((image, grey, grey * grey), dim=1)
    height, width = image.shape[2:]
    wide = pad(stacked, radius, frame)
    rows = wide[:, :, : height + radius].clone()
    for shift in range(1, side):
        rows += wide[:, :, shift : shift + height + radius]
    sums = rows[:, :, :, : width + radius].clone()
    for shift in range(1, side):
        sums += rows[:, :, :, shift : shift + width + radius]
    sums.div_(float(side * side))
    spread = sums[:, 4:5] - sums[:, 3:4] * sums[:, 3:4]
    best, least = None, None
    for down in (0, radius):
        for right in (0, radius):
            window = (
                slice(None),
                slice(None),
                slice(down, down + height),
                slice(right, right + width),
            )
            mean, variance = sums[:, :3][window], spread[window]
            if best is None or least is None:
                best, least = mean, variance
            else:
                better = variance < least
                best = torch.where(better, mean, best)
                least = torch.minimum(variance, least)
    assert best is not None
    return best.contiguous()


def stretch(grey: Tensor) -> Tensor:
    """Spread brightness [B, 1, H, W] over [0, 1], picture by picture."""
    low, high = brightness_range(grey)
    return ((grey - low * 0.9) / (high - low * 0.9).clamp(min=0.2)).clamp(0.0, 1.0)


def gradient(grey: Tensor, frame: Frame) -> tuple[Tensor, Tensor]:
    """Return the Sobel slopes across and down of [B, 1, H, W], per pixel."""
    wide = pad(grey, 1, frame)
    smooth_rows = wide[:, :, :-2] + 2.0 * wide[:, :, 1:-1] + wide[:, :, 2:]
    smooth_columns = wide[:, :, :, :-2] + 2.0 * wide[:, :, :, 1:-1] + wide[:, :, :, 2:]
    across = (smooth_rows[:, :, :, 2:] - smooth_rows[:, :, :, :-2]) * 0.125
    down = (smooth_columns[:, :, 2:] - smooth_columns[:, :, :-2]) * 0.125
    return across, down


def outline_strength(image: Tensor, frame: Frame) -> Tensor:
    """Return the steepest slope among the channels of [B, C, H, W], softened, [B, 1, H, W].

    Channels rather than brightness alone: a red roof on a green hill has an outline too.
    """
    across, down = gradient(blur(image, 1, frame), frame)
    return (across * across + down * down + 1e-12).sqrt().amax(dim=1, keepdim=True)


def lookup(image: Tensor, rows: Tensor, columns: Tensor, frame: Frame) -> Tensor:
    """Return the pixels of [B, C, H, W] at integer-valued places [B, H, W] (clamped or wrapped)."""
    count, channels, height, width = image.shape
    row = rows.clamp(0, height - 1).to(torch.int64)
    column = columns.to(torch.int64)
    column = column % width if frame.panorama else column.clamp(0, width - 1)
    index = (row * width + column).view(count, 1, -1).expand(count, channels, -1)
    return image.reshape(count, channels, -1).gather(2, index).view(image.shape)


def pixel_grid(batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the row and column number of every pixel, float32 [1, H, 1] and [1, 1, W]."""
    frame = batch.frame
    rows = torch.arange(frame.height_px, dtype=torch.float32, device=frame.device)
    columns = torch.arange(frame.width_px, dtype=torch.float32, device=frame.device)
    return rows.view(1, -1, 1), columns.view(1, 1, -1)


def paper(batch: Batch) -> Tensor:
    """Return the grain of a sheet of paper, about [-1, 1], [B, 1, H, W]."""
    fine = min(140.0, batch.frame.height_px / 2.2)
    return batch.picture_noise(60, fine, fine, 2, gain=0.7).unsqueeze(1)
