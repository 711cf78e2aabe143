"""Pixel art: large square pixels in a small palette with ordered dithering."""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import Frame
from mezzotint.data.scenes.grade import luma, saturate
from mezzotint.data.scenes.media.filters import box_blur, lookup, pixel_grid

ROWS = 64  # large pixels down a picture, where it has enough rows
TONES = 12.0
CHROMA_STEPS = 16.0
# Bayer's 4 x 4 matrix (1973): the order in which dots fill in.
_BAYER = ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))


def block_px(frame: Frame) -> int:
    """Return the side of a large pixel."""
    return max(2, round(min(frame.height_px, frame.width_px) / ROWS))


def pixel_art(batch: Batch, display: Tensor) -> Tensor:
    """Finish as pixel art."""
    frame = batch.frame
    block = block_px(frame)
    rows, columns = pixel_grid(batch)
    cell_row, cell_column = (rows / block).floor(), (columns / block).floor()
    averaged = box_blur(display, block // 2, frame)
    middle = float(block // 2)
    shape = (len(batch), frame.height_px, frame.width_px)
    coarse = lookup(
        averaged,
        (cell_row * block + middle).expand(shape),
        (cell_column * block + middle).clamp(max=frame.width_px - 1.0).expand(shape),
        frame,
    )
    order = torch.tensor(_BAYER, dtype=torch.float32, device=frame.device)
    at = (cell_row.to(torch.int64) % 4, cell_column.to(torch.int64) % 4)
    dither = (order[at[0], at[1]].unsqueeze(1) + 0.5) / 16.0 - 0.5
    vivid = saturate((coarse - 0.5) * 1.10 + 0.5, 1.30)
    grey = luma(vivid)
    tone = (grey * TONES + 0.45 * dither).round() / TONES
    chroma = ((vivid - grey) * CHROMA_STEPS).round() / CHROMA_STEPS
    return tone + chroma
