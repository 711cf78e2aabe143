"""A pencil drawing: hatching by brightness in several directions, outlines, grainy paper."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import mix, smooth_step
from mezzotint.data.scenes.grade import luma
from mezzotint.data.scenes.media.filters import (
    kuwahara,
    outline_strength,
    paper,
    pixel_grid,
    size_px,
    stretch,
)

# Directions of the hatchings as (across, down), and the darkness from which each is laid.
_HATCHINGS = (
    (0.7071, 0.7071, 0.30),
    (-0.5000, 0.8660, 0.48),
    (0.9659, 0.2588, 0.66),
    (-0.8192, 0.5736, 0.82),
)


def pencil(batch: Batch, display: Tensor) -> Tensor:
    """Finish as a pencil drawing."""
    frame = batch.frame
    smooth = kuwahara(display, size_px(frame, 1 / 128), frame)
    grey = stretch(luma(smooth))
    dark = smooth_step(0.02, 0.98, 1.0 - grey)
    grain = paper(batch)
    rows, columns = pixel_grid(batch)
    wobble = batch.picture_noise(68, 4.0, 4.0, 3) * 2.2
    spacing = max(3.0, min(frame.height_px, frame.width_px) / 84.0)
    graphite = 0.24 * dark * (0.8 + 0.5 * grain)
    for across, down, start in _HATCHINGS:
        phase = (columns * across + rows * down + wobble) / spacing
        distance = (phase - phase.floor() - 0.5).abs().unsqueeze(1) * 2.0
        width = ((dark - start) * 2.2 + 0.30).clamp(0.0, 0.85)
        stroke = smooth_step(width + 0.25, width - 0.25, distance) * smooth_step(
            start - 0.06, start + 0.10, dark
        )
        graphite = graphite + 0.34 * stroke * (0.75 + 0.45 * grain) * (1.0 - graphite)
    graphite = graphite + _outlines(batch, smooth, grey) * (0.8 + 0.4 * grain)
    graphite = graphite.clamp(0.0, 1.0)
    sheet = torch.tensor([0.97, 0.965, 0.945], device=display.device).view(1, 3, 1, 1)
    lead = torch.tensor([0.17, 0.17, 0.185], device=display.device).view(1, 3, 1, 1)
    return mix(sheet + 0.012 * grain, lead, graphite * 0.94)


def _outlines(batch: Batch, image: Tensor, grey: Tensor) -> Tensor:
    edges = outline_strength(torch.cat((image * 1.25, grey), dim=1), batch.frame)
    return 0.62 * smooth_step(0.035, 0.15, edges)
