"""Text that every container of a picture file can hold."""

from __future__ import annotations


def storable_text(text: str) -> str:
    """Replace what no encoding can write: halves of surrogate pairs become U+FFFD.

    Such strings come from command lines in a broken encoding. Everything else is unchanged.

    Example:
        >>> storable_text("koi 鲤"), storable_text("koi " + chr(0xD800)) == "koi " + chr(0xFFFD)
        ('koi 鲤', True)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
