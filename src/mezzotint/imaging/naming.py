"""Names for picture files: readable, safe on every system, bounded in length."""

from __future__ import annotations

import unicodedata

from mezzotint.imaging.formats import PictureFormat, extension

MAX_NAME_BYTES = 120  # well below the 255 of common file systems, with room for -2, -3, ...

# Device names that Windows keeps for itself, with any ending.
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin", "conout"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)}
)
_FALLBACK = "picture"


def picture_name(prompt: str, *parts: int | str, picture_format: PictureFormat) -> str:
    """Make a file name from a prompt: lower case, dashes for all but letters and digits.

    Args:
        prompt: The words of the prompt; any Unicode text, Chinese stays Chinese.
        parts: What follows the words, such as seed and index of the picture, or "sheet".
        picture_format: Chooses the ending.

    Returns:
        A name of at most MAX_NAME_BYTES in UTF-8, safe on Windows, macOS and Linux.

    Example:
        >>> picture_name("Ankle boot, (red)!", 7, 0, picture_format="png")
        'ankle-boot-red-7-0.png'
        >>> picture_name("水墨 鲤鱼", 7, 0, picture_format="webp")
        '水墨-鲤鱼-7-0.webp'
    """
    ending = "".join(f"-{slug}" for part in parts if (slug := _slug(str(part), 40)))
    ending += extension(picture_format)
    words = _slug(prompt, MAX_NAME_BYTES - len(ending.encode())) or _FALLBACK
    # Windows reserves "con.png" and "con.tar.gz", not "con-7.png".
    if words in _RESERVED and not ending.startswith("-"):
        words = f"{_FALLBACK}-{words}"
    return words + ending


def _slug(text: str, max_bytes: int) -> str:
    # Compatibility composition: one spelling for what looks the same, as macOS and Linux differ.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    dashed = "".join(character if _is_kept(character) else "-" for character in text)
    words = "-".join(word for word in dashed.split("-") if word)
    return _first_bytes(words, max_bytes).rstrip("-")


def _is_kept(character: str) -> bool:
    # Letters and digits of every script, and the marks that belong to letters.
    return unicodedata.category(character)[0] in "LN" or (
        unicodedata.category(character) in ("Mn", "Mc")
    )


def _first_bytes(text: str, max_bytes: int) -> str:
    # Cut between characters, never inside one.
    return text.encode()[:max_bytes].decode(errors="ignore")
