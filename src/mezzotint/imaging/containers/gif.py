"""XMP in a GIF: an application extension (XMP specification part 3, section 1.1.2)."""

from __future__ import annotations

from typing import BinaryIO

from mezzotint.imaging.containers.blocks import Blocks

_XMP_MARK = b"\x21\xff\x0bXMP DataXMP"
# Ends the packet for readers that skip it as sub-blocks: each byte is the way to the end.
_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
_MAX_BYTES = 64_000_000
_HAS_PALETTE = 0x80
_FIRST_BLOCK = 13  # after the header and the screen descriptor


def read_blocks(stream: BinaryIO) -> Blocks:
    """Read the XMP packet of a GIF; none if it cannot be found."""
    stream.seek(0)
    data = stream.read(_MAX_BYTES)
    start = data.find(_XMP_MARK)
    end = data.find(_TRAILER, start)
    if start < 0 or end < 0:
        return Blocks()
    return Blocks(xmp=data[start + len(_XMP_MARK) : end])


def insert_blocks(data: bytes, *, xmp: bytes | None) -> bytes:
    """Return the GIF with an XMP packet before its first picture.

    Args:
        data: A GIF file.
        xmp: An XMP packet in UTF-8; None = none.
    """
    if xmp is None:
        return data
    flags = data[10]
    num_colours = 2 << (flags & 7) if flags & _HAS_PALETTE else 0
    at = _FIRST_BLOCK + 3 * num_colours
    # The extension belongs to version 89a, whatever the encoder needed for the pictures.
    return b"GIF89a" + data[6:at] + _XMP_MARK + xmp + _TRAILER + data[at:]
