"""WebP chunks in their RIFF file (RFC 9649 section 2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from mezzotint.imaging.containers.blocks import Blocks

_HEADER_BYTES = 12  # "RIFF", size, "WEBP"
_READ_KINDS = {b"EXIF": "exif", b"XMP ": "xmp", b"C2PA": "c2pa"}
_MAX_CHUNK_BYTES = 16_000_000  # of one metadata chunk; larger ones are skipped
# Flags of the VP8X chunk.
_HAS_ALPHA, _HAS_EXIF, _HAS_XMP = 0x10, 0x08, 0x04


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """Say how large a WebP picture is, from its header alone."""

    height_px: int
    width_px: int
    has_alpha: bool


def read_blocks(stream: BinaryIO) -> Blocks:
    """Read the metadata chunks of a WebP file."""
    found: dict[str, bytes] = {}
    stream.seek(_HEADER_BYTES)
    for kind, num_bytes in _chunk_headers(stream):
        field = _READ_KINDS.get(kind)
        if field is None or num_bytes > _MAX_CHUNK_BYTES:
            stream.seek(num_bytes + num_bytes % 2, 1)
            continue
        content = stream.read(num_bytes)
        stream.seek(num_bytes % 2, 1)
        if len(content) == num_bytes:
            found.setdefault(field, content)
    return Blocks(exif=found.get("exif"), xmp=found.get("xmp"), c2pa=found.get("c2pa"))


def read_canvas(head: bytes) -> Canvas | None:
    """Read the size from the first 30 bytes; None if they are damaged.

    Pillow's decoder reserves memory for the whole canvas as soon as it opens a file, so the size
    must be known before.
    """
    kind = head[12:16]
    if kind == b"VP8X" and len(head) >= 30:
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        return Canvas(height_px=height, width_px=width, has_alpha=bool(head[20] & _HAS_ALPHA))
    if kind == b"VP8 " and len(head) >= 30 and head[23:26] == b"\x9d\x01\x2a":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", head, 26))
        return Canvas(height_px=height, width_px=width, has_alpha=False)
    if kind == b"VP8L" and len(head) >= 25 and head[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", head, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        return Canvas(height_px=height, width_px=width, has_alpha=bool(bits >> 28 & 1))
    return None


def insert_blocks(data: bytes, *, exif: bytes | None, xmp: bytes | None) -> bytes:
    """Return the WebP with EXIF and XMP chunks at its end, and the header that announces them.

    Args:
        data: A WebP file.
        exif: A TIFF header with its directories; None = none.
        xmp: An XMP packet in UTF-8; None = none.
    """
    if exif is None and xmp is None:
        return data
    flags = (_HAS_EXIF if exif is not None else 0) | (_HAS_XMP if xmp is not None else 0)
    body = _with_extended_header(data, flags)
    if exif is not None:
        body += _chunk(b"EXIF", exif)
    if xmp is not None:
        body += _chunk(b"XMP ", xmp)
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body


def _with_extended_header(data: bytes, flags: int) -> bytes:
    body = data[_HEADER_BYTES:]
    if body[:4] == b"VP8X":
        return body[:8] + bytes((body[8] | flags,)) + body[9:]
    canvas = read_canvas(data[:30])
    assert canvas is not None, "the encoder writes a valid header"
    flags |= _HAS_ALPHA if canvas.has_alpha else 0
    size = (canvas.width_px - 1).to_bytes(3, "little") + (canvas.height_px - 1).to_bytes(
        3, "little"
    )
    return _chunk(b"VP8X", bytes((flags, 0, 0, 0)) + size) + body


def _chunk_headers(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    while len(header := stream.read(8)) == 8:
        kind, num_bytes = struct.unpack("<4sI", header)
        yield kind, num_bytes


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(content)) + content + b"\x00" * (len(content) % 2)
