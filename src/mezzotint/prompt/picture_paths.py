"""Which words of a prompt are paths of picture files."""

from __future__ import annotations

import re

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
# No dash first: that opens a parameter. A name must stand before the ending.
_PATH = re.compile(r"(?![-—–])\S*[^\s./\\](?:\.png|\.jpe?g|\.gif|\.webp)", re.IGNORECASE)


def is_picture_path(word: str) -> bool:
    """Tell whether a word names a picture file, by its ending alone.

    Example:
        >>> is_picture_path("../cats/tom.PNG"), is_picture_path("tom"), is_picture_path(".png")
        (True, False, False)
    """
    return "://" not in word and _PATH.fullmatch(word) is not None
