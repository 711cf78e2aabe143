"""The punctuation that separates, as people write it in English and in Chinese.

Chinese input methods write fullwidth forms; where they can only mean the separator, they are
taken for it, and no one is warned of their own keyboard.
"""

from __future__ import annotations

# ASCII, fullwidth and enumeration comma. In a group the first kind of these that it holds
# separates, so that `{foxes、wolves，deer}` has two alternatives.
COMMAS = ",，、"
COLONS = ":："
# Fullwidth ASCII variants (U+FF01 to U+FF5E) to ASCII: `--ar 16：9` is `--ar 16:9`.
FULLWIDTH_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def separating_comma(text: str, start: int, end: int) -> str:
    """Return the comma that separates in text[start:end]; the ASCII one if there is none.

    Example:
        >>> separating_comma("foxes、wolves，deer", 0, 18)
        '，'
    """
    for comma in COMMAS:
        if text.find(comma, start, end) >= 0:
            return comma
    return COMMAS[0]
