"""Several pictures on one sheet, large enough to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.imaging.captions import CAPTION_HEIGHT_PX, CaptionBox, draw_captions
from mezzotint.imaging.encode import flatten
from mezzotint.imaging.resize import enlarge_whole, fit_inside

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PAPER = 255  # level of the sheet, and of the ground that shows through transparent pictures


@dataclass(frozen=True, kw_only=True, eq=False)
class ContactSheet:
    """Hold a finished sheet, uint8 [H, W, 3], and what could not be drawn."""

    pixels: NDArray[np.uint8]
    warnings: tuple[Message, ...] = ()


def contact_sheet(
    pictures: Sequence[NDArray[np.uint8]],
    *,
    captions: Sequence[str] | None = None,
    num_columns: int | None = None,
    margin_px: int = 8,
    min_cell_px: int = 224,
    max_cell_px: int = 1024,
) -> ContactSheet:
    """Lay pictures of any size on one white sheet, row by row.

    Small pictures are enlarged by whole factors until their longer side fills the cell, so that a
    28 px picture can be looked at; large ones are scaled down.

    Args:
        pictures: One or more, uint8 [H, W, C], sizes and channels may differ.
        captions: One line below each picture; None = none. Too long ones are cut.
        num_columns: None = as many as make the sheet nearly square.
        margin_px: White between the pictures and around them.
        min_cell_px: The longer side of a picture is at least so long.
        max_cell_px: And at most so long.

    Example:
        >>> import numpy as np
        >>> contact_sheet([np.zeros((28, 28, 1), np.uint8)] * 4).pixels.shape
        (472, 472, 3)
    """
    import numpy as np

    assert pictures, "a sheet shows at least one picture"
    shown = [_shown(picture, min_cell_px, max_cell_px) for picture in pictures]
    cell_height = max(picture.shape[0] for picture in shown)
    cell_width = max(picture.shape[1] for picture in shown)
    columns = min(num_columns or ceil(sqrt(len(shown))), len(shown))
    step_y = cell_height + margin_px + (CAPTION_HEIGHT_PX if captions else 0)
    step_x = cell_width + margin_px
    size = (margin_px + ceil(len(shown) / columns) * step_y, margin_px + columns * step_x, 3)
    sheet = np.full(size, _PAPER, np.uint8)
    boxes: list[CaptionBox] = []
    for index, picture in enumerate(shown):
        row, column = divmod(index, columns)
        top, left = margin_px + row * step_y, margin_px + column * step_x
        _paste_centred(sheet[top : top + cell_height, left : left + cell_width], picture)
        boxes.append(CaptionBox(top_px=top + cell_height, left_px=left, width_px=cell_width))
    if not captions:
        return ContactSheet(pixels=sheet)
    captioned = draw_captions(sheet, captions, boxes)
    return ContactSheet(pixels=captioned.pixels, warnings=captioned.warnings)


def _shown(picture: NDArray[np.uint8], min_px: int, max_px: int) -> NDArray[np.uint8]:
    picture = flatten(picture, _PAPER)
    longest = max(picture.shape[:2])
    if longest > max_px:
        return fit_inside(picture, max_px, max_px, method="area")
    return enlarge_whole(picture, ceil(min_px / longest))


def _paste_centred(cell: NDArray[np.uint8], picture: NDArray[np.uint8]) -> None:
    height, width = picture.shape[:2]
    top, left = (cell.shape[0] - height) // 2, (cell.shape[1] - width) // 2
    cell[top : top + height, left : left + width] = picture
