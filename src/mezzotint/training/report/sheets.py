"""Sample sheets over time: a few side by side, and all of them as a time lapse."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from mezzotint.data.check.page.markup import Markup, element

MAX_FRAMES = 60
FRAME_MS = 200
LAST_FRAME_MS = 2000
NUM_EARLIER = 5  # small sheets beside the last one
SMALL_PX = 280
QUALITY = 80


def spread_over(sheets: Sequence[Path], count: int) -> list[Path]:
    """Return at most `count` sheets evenly spread, first and last among them.

    Example:
        >>> [path.name for path in spread_over([Path(str(i)) for i in range(5)], 3)]
        ['0', '2', '4']
    """
    if len(sheets) <= count:
        return list(sheets)
    return [sheets[round(i * (len(sheets) - 1) / (count - 1))] for i in range(count)]


def time_lapse(sheets: Sequence[Path]) -> bytes | None:
    """Return the sheets as an animated WebP, the last one held; None for fewer than two."""
    if len(sheets) < 2:
        return None
    frames = [_read(path) for path in spread_over(sheets, MAX_FRAMES)]
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=[FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS],
        loop=0,
        quality=QUALITY,
    )
    return buffer.getvalue()


def small_copy(path: Path) -> bytes:
    """Return a sheet reduced for the row of earlier ones."""
    sheet = _read(path)
    sheet.thumbnail((SMALL_PX, SMALL_PX), Image.Resampling.BOX)
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=QUALITY)
    return buffer.getvalue()


def picture(content: bytes, caption: str) -> Markup:
    """Put a WebP file into the page."""
    address = f"data:image/webp;base64,{b64encode(content).decode('ascii')}"
    return element(
        "figure", element("img", src=address, alt=caption), element("figcaption", caption)
    )


def images_seen_at(sheet: Path) -> int:
    """Return the images seen when a sheet was painted, which is its name."""
    return int(sheet.stem)


def _read(path: Path) -> Image.Image:
    with Image.open(path) as sheet:
        return sheet.convert("RGBA" if sheet.mode == "RGBA" else "RGB")
