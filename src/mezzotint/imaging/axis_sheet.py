"""Pictures in rows and columns with what they show written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from mezzotint.imaging.captions import CAPTION_HEIGHT_PX, CaptionBox, draw_captions
from mezzotint.imaging.contact_sheet import ContactSheet
from mezzotint.imaging.encode import flatten
from mezzotint.imaging.resize import enlarge_whole, fit_inside

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PAPER = 255
_MARGIN_PX = 6
_ROW_LABEL_PX = 132


def axis_sheet(
    pictures: Sequence[NDArray[np.uint8]],
    *,
    column_labels: Sequence[str],
    row_labels: Sequence[str],
    min_cell_px: int = 112,
    max_cell_px: int = 512,
) -> ContactSheet:
    """Lay pictures out row by row, labels above the columns and left of the rows.

    Args:
        pictures: uint8 [H, W, C], as many as rows times columns; sizes may differ.
        column_labels: One line each; too long ones are cut.
        row_labels: The same; one empty label for a grid of one row leaves no room for it.
        min_cell_px: The longer side of a picture is at least so long; small ones are enlarged by a
            whole factor.
        max_cell_px: And at most so long.

    Example:
        >>> import numpy as np
        >>> axis_sheet([np.zeros((28, 28, 1), np.uint8)] * 2,
        ...            column_labels=["s 0", "s 9"], row_labels=[""]).pixels.shape
        (146, 242, 3)
    """
    import numpy as np

    assert len(pictures) == len(column_labels) * len(row_labels), "one picture a cell"
    shown = [_shown(picture, min_cell_px, max_cell_px) for picture in pictures]
    cell_height = max(picture.shape[0] for picture in shown)
    cell_width = max(picture.shape[1] for picture in shown)
    left_px = _MARGIN_PX + (_ROW_LABEL_PX if any(row_labels) else 0)
    top_px = _MARGIN_PX + CAPTION_HEIGHT_PX
    step_y, step_x = cell_height + _MARGIN_PX, cell_width + _MARGIN_PX
    size = (top_px + len(row_labels) * step_y, left_px + len(column_labels) * step_x, 3)
    sheet = np.full(size, _PAPER, np.uint8)
    for number, picture in enumerate(shown):
        row, column = divmod(number, len(column_labels))
        height, width = picture.shape[:2]
        top = top_px + row * step_y + (cell_height - height) // 2
        left = left_px + column * step_x + (cell_width - width) // 2
        sheet[top : top + height, left : left + width] = picture
    boxes = [
        CaptionBox(top_px=_MARGIN_PX, left_px=left_px + column * step_x, width_px=cell_width)
        for column in range(len(column_labels))
    ] + [
        CaptionBox(
            top_px=top_px + row * step_y + (cell_height - CAPTION_HEIGHT_PX) // 2,
            left_px=_MARGIN_PX,
            width_px=_ROW_LABEL_PX - _MARGIN_PX,
        )
        for row in range(len(row_labels))
    ]
    captioned = draw_captions(sheet, [*column_labels, *row_labels], boxes)
    return ContactSheet(pixels=captioned.pixels, warnings=captioned.warnings)


def _shown(picture: NDArray[np.uint8], min_px: int, max_px: int) -> NDArray[np.uint8]:
    picture = flatten(picture, _PAPER)
    if picture.shape[2] == 1:
        picture = picture.repeat(3, axis=2)
    longest = max(picture.shape[:2])
    if longest > max_px:
        return fit_inside(picture, max_px, max_px, method="area")
    return enlarge_whole(picture, ceil(min_px / longest))
