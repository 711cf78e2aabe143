"""A watercolour: pigment that bleeds, pools at the wet edge and settles in the paper's grain."""

from __future__ import annotations

from torch import Tensor

from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.frame import mix, smooth_step
from mezzotint.data.scenes.grade import luma, saturate
from mezzotint.data.scenes.media.filters import (
    blur,
    kuwahara,
    lookup,
    paper,
    pixel_grid,
    size_px,
)


def watercolour(batch: Batch, display: Tensor) -> Tensor:
    """Finish as a watercolour."""
    frame = batch.frame
    bled = _bleed(batch, display)
    washes = kuwahara(bled, size_px(frame, 1 / 90), frame)
    light = saturate(0.16 + 0.86 * washes, 1.18)
    grey = luma(washes)
    around = blur(grey, size_px(frame, 1 / 90), frame)
    edge = ((around - grey) * 5.0).clamp(0.0, 0.55)
    pools = 0.34 * batch.picture_noise(63, 3.0, 3.0, 4, gain=0.55).unsqueeze(1)
    grain = paper(batch)
    settled = 0.30 * grain * (1.1 - grey)
    density = 0.92 + edge * 1.4 + pools + settled
    painted = light * (1.0 - (density - 1.0) * (1.0 - light))
    bare = smooth_step(0.88, 0.99, grey) * 0.75
    sheet = 0.965 + 0.02 * grain
    return mix(painted, sheet.expand_as(painted), bare * 0.8)


# Colour creeps along the wet paper: look a little aside.
def _bleed(batch: Batch, image: Tensor) -> Tensor:
    frame = batch.frame
    rows, columns = pixel_grid(batch)
    reach = 0.016 * min(frame.height_px, frame.width_px)
    right = batch.picture_noise(64, 9.0, 9.0, 3) * reach
    down = batch.picture_noise(65, 9.0, 9.0, 3) * reach
    return lookup(image, (rows + down + 0.5).floor(), (columns + right + 0.5).floor(), frame)
