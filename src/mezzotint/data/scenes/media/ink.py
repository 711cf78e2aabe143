"""Ink wash (shui mo): ink from brightness in five tones, brush edges, bare paper."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import mix, smooth_step
from mezzotint.data.scenes.grade import luma
from mezzotint.data.scenes.media.filters import (
    blur,
    kuwahara,
    outline_strength,
    paper,
    size_px,
    stretch,
)

INK = (0.105, 0.112, 0.125)
SHEET = (0.955, 0.935, 0.885)


def ink_wash(batch: Batch, display: Tensor) -> Tensor:
    """Finish as an ink wash painting."""
    frame = batch.frame
    smooth = kuwahara(display, size_px(frame, 1 / 90), frame)
    grey = luma(smooth)
    spread = stretch(grey)
    grain = paper(batch)
    wet = batch.picture_noise(66, 5.0, 5.0, 4, gain=0.55).unsqueeze(1)
    dark = (1.0 - spread) * (1.0 + 0.22 * wet) + 0.05 * wet
    wash = _tones(smooth_step(0.10, 1.02, dark))
    diffuse = blur(wash, size_px(frame, 1 / 90), frame)
    wash = mix(wash, diffuse, 0.45)
    ink = wash * 0.88 + _contours(batch, smooth, spread, wet, grain)
    ink = (ink * (1.0 + 0.16 * grain)).clamp(0.0, 1.0)
    sheet = _colour(display, SHEET) * (1.0 + 0.018 * grain)
    stain = (smooth - grey) * 0.36  # a breath of colour in the water
    return mix(sheet, _colour(display, INK).expand_as(sheet), ink * 0.96) + stain * (
        1.0 - ink * 0.5
    )


# The five tones of ink, soft where one wash meets the next.
def _tones(dark: Tensor) -> Tensor:
    scaled = dark * 5.0
    base = scaled.floor()
    stepped = (base + smooth_step(0.25, 0.75, scaled - base)) / 5.0
    return stepped * stepped * (0.45 + 0.55 * stepped)


# Strokes along the outlines, broken where the brush runs dry.
def _contours(batch: Batch, image: Tensor, grey: Tensor, wet: Tensor, grain: Tensor) -> Tensor:
    edges = outline_strength(torch.cat((image * 1.2, grey), dim=1), batch.frame)
    line = smooth_step(0.028, 0.105, edges)
    dry = smooth_step(-0.45, 0.15, wet + 0.5 * grain)
    return 0.56 * line * dry


def _colour(like: Tensor, values: tuple[float, float, float]) -> Tensor:
    return torch.tensor(values, device=like.device).view(1, 3, 1, 1)
