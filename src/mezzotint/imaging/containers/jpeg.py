"""JPEG segments: marker, length, data (ITU T.81 Annex B; XMP part 3 section 1.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.containers.blocks import Blocks

_APP0, _APP1, _APP11 = 0xE0, 0xE1, 0xEB
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_EXIF_PREFIX = b"Exif\x00\x00"
_XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\x00"
_JUMBF_PREFIX = b"JP"  # then box instance number 2 bytes, packet number 4 bytes
_MAX_SEGMENT_BYTES = 65_533


def read_blocks(stream: BinaryIO) -> Blocks:
    """Read the metadata segments before the pixels of a JPEG file."""
    exif = xmp = None
    jumbf: list[bytes] = []
    for marker, content in _segments(stream):
        if marker == _APP1 and content.startswith(_EXIF_PREFIX):
            exif = exif or content
        elif marker == _APP1 and content.startswith(_XMP_PREFIX):
            xmp = xmp or content.removeprefix(_XMP_PREFIX)
        elif marker == _APP11 and content.startswith(_JUMBF_PREFIX):
            jumbf.append(content[8:])
    c2pa = b"".join(jumbf)
    return Blocks(exif=exif, xmp=xmp, c2pa=c2pa if b"c2pa" in c2pa else None)


def insert_blocks(data: bytes, *, exif: bytes | None, xmp: bytes | None) -> bytes:
    """Return the JPEG with EXIF and XMP segments after its start marker and JFIF header.

    Args:
        data: A JPEG file.
        exif: A TIFF header with its directories; None = none.
        xmp: An XMP packet in UTF-8; None = none.

    Raises:
        InputError: "picture.text-too-long".
    """
    start = 2
    if data[2:4] == bytes((0xFF, _APP0)):
        start = 4 + int.from_bytes(data[4:6], "big")
    segments = b""
    if exif is not None:
        segments += _segment(_EXIF_PREFIX + exif)
    if xmp is not None:
        segments += _segment(_XMP_PREFIX + xmp)
    return data[:start] + segments + data[start:]


def _segments(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    stream.seek(2)
    while (prefix := stream.read(1)) == b"\xff":
        while (marker_byte := stream.read(1)) == prefix:
            pass  # any number of fill bytes may precede a marker
        marker = marker_byte[0] if marker_byte else _END_OF_IMAGE
        if marker in (_START_OF_SCAN, _END_OF_IMAGE):
            return
        if marker in _NO_LENGTH:
            continue
        num_bytes = int.from_bytes(stream.read(2), "big") - 2
        if num_bytes < 0:
            return
        content = stream.read(num_bytes)
        if len(content) < num_bytes:
            return
        yield marker, content


def _segment(content: bytes) -> bytes:
    if len(content) > _MAX_SEGMENT_BYTES:
        raise InputError(
            "picture.text-too-long",
            Message(
                "The recipe is too long for a JPEG file: {size_kb} KB, at most 64.",
                size_kb=-(-len(content) // 1024),
            ),
            Message("Use PNG or WebP, or a shorter prompt."),
        )
    return bytes((0xFF, _APP1)) + (len(content) + 2).to_bytes(2, "big") + content
