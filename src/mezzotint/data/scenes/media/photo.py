"""A photograph: bloom around what is bright, a little contrast, darker corners."""

from __future__ import annotations

from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import mix
from mezzotint.data.scenes.media.filters import blur, pixel_grid, size_px


def photo(batch: Batch, display: Tensor) -> Tensor:
    """Finish as a photograph."""
    frame = batch.frame
    bright = (display - 0.72).clamp(min=0.0)
    bloom = blur(bright, size_px(frame, 1 / 64), frame)
    glowing = display + bloom * 0.9 * (1.0 - display)
    curve = glowing * glowing * (3.0 - 2.0 * glowing)
    toned = mix(glowing, curve, 0.22)
    if frame.panorama:
        return toned
    rows, columns = pixel_grid(batch)
    down = (rows + 0.5) / frame.height_px - 0.5
    right = (columns + 0.5) / frame.width_px - 0.5
    corner = (down * down + right * right).unsqueeze(1)
    return toned * (1.0 - 0.34 * corner)
