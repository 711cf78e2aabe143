"""A flat poster: few colours, flat regions, clean edges."""

from __future__ import annotations

from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import smooth_step
from mezzotint.data.scenes.grade import luma, saturate
from mezzotint.data.scenes.media.filters import blur, kuwahara, size_px

TONES = 7
CHROMA_STEPS = 9.0


def flat_poster(batch: Batch, display: Tensor) -> Tensor:
    """Finish as a poster."""
    frame = batch.frame
    radius = size_px(frame, 1 / 110)
    flat = kuwahara(kuwahara(display, radius + 1, frame), radius, frame)
    grey = luma(flat)
    colour = blur(saturate(flat, 1.45) - grey, size_px(frame, 1 / 128), frame)
    tone = _steps((grey - 0.03) / 0.94, TONES)
    chroma = (colour * CHROMA_STEPS).round() / CHROMA_STEPS
    return 0.05 + 0.93 * tone + chroma


# Stairs with slightly soft edges, so that they do not look jagged.
def _steps(value: Tensor, count: int) -> Tensor:
    scaled = value.clamp(0.0, 1.0) * (count - 1)
    base = scaled.floor()
    return (base + smooth_step(0.44, 0.56, scaled - base)) / (count - 1)
