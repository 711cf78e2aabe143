"""Which size a latent model paints for an aspect: about its own area, sides that its nets take."""

from __future__ import annotations

from math import ceil, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezzotint.engines.latent_layout import LatentLayout

MIN_UNITS = 2  # coarse cells on a side; the nets were never shown a single one
_AREA_WEIGHT = 0.5  # an area wrong by a factor counts half as much as an aspect wrong by it


def canvas_size_px(
    layout: LatentLayout, ratio: float | None = None, *, is_draft: bool = False
) -> tuple[int, int]:
    """Return height and width of the canvas, multiples of `granularity_px`.

    Args:
        layout: Of the model; one of a fixed size always gives that.
        ratio: Width to height; None for the model's own. The canvas comes near it; a cut of the
            exact ratio, where it is wanted, is up to the caller.
        is_draft: Half as long sides, a quarter of the area.

    Example:
        >>> from mezzotint.engines.latent_layout import LatentLayout
        >>> layout = LatentLayout(
        ...     stride_px=16, height_px=256, width_px=256, has_any_size=True, is_lossless=False,
        ...     num_channels=32, num_mask_channels=1, num_field_channels=4, num_styles=4,
        ...     style_dim=256, noise_dim=64, embedding_dim=128, can_wrap=True)
        >>> canvas_size_px(layout), canvas_size_px(layout, 2.0)
        ((256, 256), (192, 384))
    """
    unit_px = layout.granularity_px
    rows, columns = layout.height_px // unit_px, layout.width_px // unit_px
    if not layout.has_any_size:
        return layout.height_px, layout.width_px
    if is_draft:
        rows, columns = max(MIN_UNITS, rows // 2), max(MIN_UNITS, columns // 2)
    if ratio is not None:
        rows, columns = _nearest(rows * columns, ratio)
    return rows * unit_px, columns * unit_px


def _nearest(area: int, ratio: float) -> tuple[int, int]:
    """Return the rows and columns that come nearest to an area and a ratio together."""
    sides = range(MIN_UNITS, max(MIN_UNITS, ceil(2 * area / MIN_UNITS)) + 1)
    candidates = ((rows, columns) for rows in sides for columns in sides)
    return min(
        candidates,
        key=lambda size: (
            abs(log(size[1] / size[0] / ratio)) + _AREA_WEIGHT * abs(log(size[0] * size[1] / area))
        ),
    )
