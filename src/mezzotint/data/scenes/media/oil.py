"""An oil painting: colour drawn out along the edges, brush strokes in relief."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import mix
from mezzotint.data.scenes.grade import luma, saturate
from mezzotint.data.scenes.media.filters import (
    blur,
    gradient,
    kuwahara,
    lookup,
    pixel_grid,
    size_px,
)


def oil_painting(batch: Batch, display: Tensor) -> Tensor:
    """Finish as an oil painting."""
    frame = batch.frame
    smooth = kuwahara(display, size_px(frame, 1 / 100), frame)
    across, down = _brush_direction(batch, smooth)
    bristles = _bristles(batch)
    paint = _along(batch, smooth, across, down, size_px(frame, 1 / 40, 3))
    ridge = _along(batch, bristles, across, down, size_px(frame, 1 / 13, 8))
    slope_across, slope_down = gradient(ridge, frame)
    relief = (slope_across + slope_down).clamp(-0.2, 0.2)
    body = mix(paint, paint * paint * (3.0 - 2.0 * paint), 0.35)
    return saturate(body, 1.22) * (1.0 + 1.5 * relief + 0.16 * ridge)


# Unit vectors along the strokes: across the smoothed gradient, swirling where there is none.
def _brush_direction(batch: Batch, image: Tensor) -> tuple[Tensor, Tensor]:
    frame = batch.frame
    across, down = gradient(luma(image), frame)
    radius = size_px(frame, 1 / 48, 2)
    # The structure tensor averages directions without cancelling opposite ones.
    tensor = torch.cat((across * across - down * down, 2.0 * across * down), dim=1)
    tensor = blur(tensor, radius, frame)
    swirl = batch.picture_noise(61, 2.3, 2.3, 2).unsqueeze(1)
    cosine = tensor[:, :1] * 400.0 - 0.10
    sine = tensor[:, 1:] * 400.0 + 0.25 * swirl
    norm = (cosine * cosine + sine * sine + 1e-12).sqrt()
    cosine, sine = cosine / norm, sine / norm
    # Half the doubled angle, turned by a right angle.
    half_cosine = ((1.0 + cosine) * 0.5).clamp(min=0.0).sqrt()
    half_sine = ((1.0 - cosine) * 0.5).clamp(min=0.0).sqrt() * torch.sign(sine)
    return -half_sine, half_cosine


def _bristles(batch: Batch) -> Tensor:
    fine = min(90.0, batch.frame.height_px / 3.0)
    return batch.picture_noise(62, fine, fine, 2, gain=0.8).unsqueeze(1)


# Line integral convolution (Cabral and Leedom 1993), straight over the length of one stroke.
def _along(batch: Batch, image: Tensor, across: Tensor, down: Tensor, length: int) -> Tensor:
    rows, columns = pixel_grid(batch)
    steps = max(4, min(10, length))
    total = torch.zeros_like(image)
    for step in range(steps):
        reach = length * ((step + 0.5) / steps - 0.5)
        row = (rows + down[:, 0] * reach + 0.5).floor()
        column = (columns + across[:, 0] * reach + 0.5).floor()
        total += lookup(image, row, column, batch.frame)
    return total.div_(float(steps))
