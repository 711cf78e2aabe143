"""At what scale a model paints a picture of any size, and where it lies on the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

from mezzotint.imaging.resize import resize
from mezzotint.verbs.canvas import Canvas, resize_canvas, with_ground
from mezzotint.verbs.canvas_size import MIN_UNITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout

# So near the model's own size a picture is not scaled at all: scaling blurs.
_MAX_UNSCALED = 1.25


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Say where a scaled picture lies on a canvas that a model can paint.

    Attributes:
        canvas_px: Height and width of the canvas.
        top_px: Rows of ground above the picture; it is painted, too, and thrown away.
        left_px: Columns of ground left of it.
        height_px: Height of the scaled picture.
        width_px: Its width.
    """

    canvas_px: tuple[int, int]
    top_px: int
    left_px: int
    height_px: int
    width_px: int

    def put(self, canvas: Canvas) -> Canvas:
        """Scale a canvas and lay it on the model's, with unknown ground around it."""
        scaled = resize_canvas(canvas, self.height_px, self.width_px)
        return with_ground(
            scaled,
            top_px=self.top_px,
            left_px=self.left_px,
            bottom_px=self.canvas_px[0] - self.top_px - self.height_px,
            right_px=self.canvas_px[1] - self.left_px - self.width_px,
        )

    def take(self, painted: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """Cut the picture out of a painted canvas and scale it to its own size."""
        rows = slice(self.top_px, self.top_px + self.height_px)
        columns = slice(self.left_px, self.left_px + self.width_px)
        return resize(painted[rows, columns], *size_px)


def place(layout: LatentLayout, size_px: tuple[int, int]) -> Placement:
    """Find the scale at which a model paints a picture: about its own area, aspect kept.

    A codec that only reorders pixels (pixel art) paints up to four times its own area unscaled.

    Example:
        >>> from mezzotint.engines.latent_layout import LatentLayout
        >>> layout = LatentLayout(
        ...     stride_px=16, height_px=256, width_px=256, has_any_size=True, is_lossless=False,
        ...     num_channels=32, num_mask_channels=1, num_field_channels=4, num_styles=4,
        ...     style_dim=256, noise_dim=64, embedding_dim=128, can_wrap=True)
        >>> place(layout, (1000, 2000))
        Placement(canvas_px=(192, 384), top_px=5, left_px=11, height_px=181, width_px=362)
    """
    height, width = size_px
    if not layout.has_any_size:
        scale = min(layout.height_px / height, layout.width_px / width)
        canvas_px = (layout.height_px, layout.width_px)
        return _centred(canvas_px, size_px, scale)
    scale = sqrt(layout.height_px * layout.width_px / (height * width))
    is_near = 1 / _MAX_UNSCALED <= scale <= _MAX_UNSCALED
    if is_near or (layout.is_lossless and scale >= 0.5):
        scale = 1.0
    unit = layout.granularity_px
    canvas_px = (
        unit * max(MIN_UNITS, ceil(round(height * scale) / unit)),
        unit * max(MIN_UNITS, ceil(round(width * scale) / unit)),
    )
    return _centred(canvas_px, size_px, scale)


def _centred(canvas_px: tuple[int, int], size_px: tuple[int, int], scale: float) -> Placement:
    height = min(canvas_px[0], max(1, round(size_px[0] * scale)))
    width = min(canvas_px[1], max(1, round(size_px[1] * scale)))
    return Placement(
        canvas_px=canvas_px,
        top_px=(canvas_px[0] - height) // 2,
        left_px=(canvas_px[1] - width) // 2,
        height_px=height,
        width_px=width,
    )
