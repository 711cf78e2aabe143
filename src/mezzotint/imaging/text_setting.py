"""Set a text into a box: lines broken by the rules of its script, as large as fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

    from mezzotint.imaging.fonts import Typeface

Align = Literal["left", "centre"]

_LINE_HEIGHT = 1.18  # of the font's size
# A Latin word or one Chinese character, with the marks that may not begin or end a line.
_PIECE = re.compile(
    "[\u2018\u201c\uff08\u300a\u3010]*(?:[^\\s\u2e80-\u9fff\uff00-\uffef]+|\\S)"
    "[\u3001\u3002\uff0c\uff01\uff1f\uff1b\uff1a\u2019\u201d\uff09\u300b\u3011\u2026]*\\s*"
)


@dataclass(frozen=True, kw_only=True)
class SetText:
    """Hold a text ready to draw.

    Attributes:
        lines: One string a line.
        size_px: Of the font.
        width_px: Of the longest line.
        height_px: Of all lines.
    """

    lines: tuple[str, ...]
    size_px: int
    width_px: int
    height_px: int

    @property
    def line_height_px(self) -> int:
        """Distance of one line from the next."""
        return round(self.size_px * _LINE_HEIGHT)


def fit_text(
    text: str, typeface: Typeface, *, width_px: int, height_px: int, max_size_px: int
) -> SetText:
    """Break a text into lines and choose the largest size that fits the box, by bisection.

    Latin breaks between words, Chinese between characters, never before a closing mark. At the
    least size (8 px) the text is set even if it stands over.

    Args:
        text: Line feeds are kept.
        typeface: Has every character of it.
        width_px: Of the box.
        height_px: Of the box.
        max_size_px: No letter is set larger.
    """
    smallest, largest = 8, max(8, max_size_px)
    while smallest < largest:
        middle = (smallest + largest + 1) // 2
        candidate = _set(text, typeface.at(middle), middle, width_px)
        if candidate.width_px <= width_px and candidate.height_px <= height_px:
            smallest = middle
        else:
            largest = middle - 1
    return _set(text, typeface.at(smallest), smallest, width_px)


def draw_text(
    pixels: NDArray[np.uint8],
    text: SetText,
    typeface: Typeface,
    *,
    left_px: int,
    top_px: int,
    width_px: int,
    colour: tuple[int, int, int],
    align: Align = "left",
) -> NDArray[np.uint8]:
    """Draw a set text and return the picture with it, uint8 [H, W, 3]."""
    import numpy as np
    from PIL import Image, ImageDraw

    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    font = typeface.at(text.size_px)
    for number, line in enumerate(text.lines):
        indent = (width_px - font.getlength(line)) / 2 if align == "centre" else 0
        # Anchored at the baseline, so that lines keep their distance whatever letters they have.
        baseline = top_px + number * text.line_height_px + round(text.size_px * 0.95)
        draw.text((left_px + indent, baseline), line, fill=colour, font=font, anchor="ls")
    return np.array(image)


def _set(text: str, font: FreeTypeFont, size_px: int, width_px: int) -> SetText:
    lines = [line for paragraph in text.split("\n") for line in _break(paragraph, font, width_px)]
    widest = max((font.getlength(line) for line in lines), default=0.0)
    height = round(size_px * _LINE_HEIGHT) * len(lines)
    return SetText(lines=tuple(lines), size_px=size_px, width_px=round(widest), height_px=height)


def _break(paragraph: str, font: FreeTypeFont, width_px: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(paragraph):
        if line and font.getlength((line + piece).rstrip()) > width_px:
            lines.append(line.rstrip())
            line = ""
        line += piece
    lines.append(line.rstrip())
    return lines
