"""The metadata blocks of a picture file, as raw bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Hold the metadata blocks of one file; None = the file has none.

    Attributes:
        texts: (key, value) pairs of PNG text chunks, in file order.
        exif: The EXIF block.
        xmp: The XMP packet.
        c2pa: The JUMBF box of a C2PA manifest.
    """

    texts: tuple[tuple[str, str], ...] = ()
    exif: bytes | None = None
    xmp: bytes | None = None
    c2pa: bytes | None = None
