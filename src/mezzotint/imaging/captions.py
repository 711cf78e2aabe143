"""Lines of small text under pictures, English or Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

CAPTION_HEIGHT_PX = 22

_TEXT_SIZE_PX = 14
_TEXT_TOP_PX = 3  # within the caption's height
_INK = (40, 40, 40)
_ELLIPSIS = "..."
_LAST_LATIN = "\u024f"  # what Pillow's own font covers
# Fonts with Chinese that systems come with; Pillow looks for them in the system's font folders.
_CHINESE_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "msyh.ttc",
    "simsun.ttc",
)


@dataclass(frozen=True, kw_only=True)
class CaptionBox:
    """Say where one caption goes; it is CAPTION_HEIGHT_PX high."""

    top_px: int
    left_px: int
    width_px: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Captioned:
    """Hold a picture with captions, uint8 [H, W, 3], and what could not be drawn."""

    pixels: NDArray[np.uint8]
    warnings: tuple[Message, ...] = ()


def draw_captions(
    pixels: NDArray[np.uint8], captions: Sequence[str], boxes: Sequence[CaptionBox]
) -> Captioned:
    """Draw one line of dark text in each box; lines that are too long end in dots.

    Latin text is drawn with the font that comes with Pillow. Chinese needs a font of the system;
    if there is none, a warning says so.

    Args:
        pixels: uint8 [H, W, 3].
        captions: One text a box.
        boxes: Where they go.
    """
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    lines = [" ".join(caption.split()) for caption in captions]
    font: Font | None = ImageFont.load_default(_TEXT_SIZE_PX)
    warnings: tuple[Message, ...] = ()
    if any(character > _LAST_LATIN for line in lines for character in line):
        chinese = _chinese_font()
        font = chinese or font
        warnings = () if chinese else (_no_chinese_font(),)
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    for line, box in zip(lines, boxes, strict=True):
        text = _cut_to_width(line, box.width_px, font)
        draw.text((box.left_px, box.top_px + _TEXT_TOP_PX), text, fill=_INK, font=font)
    return Captioned(pixels=np.array(image), warnings=warnings)


def _cut_to_width(line: str, width_px: int, font: Font) -> str:
    if font.getlength(line) <= width_px:
        return line
    fitting, too_long = 0, len(line)  # how many characters fit: found by bisection
    while too_long - fitting > 1:
        middle = (fitting + too_long) // 2
        if font.getlength(line[:middle] + _ELLIPSIS) <= width_px:
            fitting = middle
        else:
            too_long = middle
    return line[:fitting].rstrip() + _ELLIPSIS


def _chinese_font() -> FreeTypeFont | None:
    from PIL import ImageFont

    for name in _CHINESE_FONTS:
        try:
            return ImageFont.truetype(name, _TEXT_SIZE_PX)
        except OSError:
            continue
    return None


def _no_chinese_font() -> Message:
    return Message("No font with Chinese was found on this system; captions lack those characters.")
