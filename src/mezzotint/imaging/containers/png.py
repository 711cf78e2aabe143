"""PNG chunks: length, type, data, CRC-32 (W3C PNG, third edition, sections 5 and 11.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from mezzotint.imaging.containers.blocks import Blocks

XMP_KEY = "XML:com.adobe.xmp"

_SIGNATURE_BYTES = 8
_END_OF_HEADER = 8 + 25  # the signature and the whole IHDR chunk, always first
_READ_KINDS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"caBX"})
_TEXT_KINDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
MAX_CHUNK_BYTES = 16_000_000  # of one metadata chunk, packed or unpacked; larger ones are skipped


def read_blocks(stream: BinaryIO) -> Blocks:
    """Read every metadata chunk of a PNG file; chunks that are damaged are left out."""
    texts: list[tuple[str, str]] = []
    found: dict[bytes, bytes] = {}
    for kind, content in _metadata_chunks(stream):
        if kind in _TEXT_KINDS:
            entry = _read_text(kind, content)
            if entry is not None:
                texts.append(entry)
        else:
            found.setdefault(kind, content)
    xmp = next((value.encode() for key, value in texts if key == XMP_KEY), None)
    return Blocks(
        texts=tuple(entry for entry in texts if entry[0] != XMP_KEY),
        exif=found.get(b"eXIf"),
        xmp=xmp,
        c2pa=found.get(b"caBX"),
    )


def insert_blocks(data: bytes, *, texts: tuple[tuple[str, str], ...], xmp: bytes | None) -> bytes:
    """Return the PNG with text chunks and an XMP packet right after its header.

    Args:
        data: A PNG file.
        texts: (key, value); keys are 1 to 79 ASCII characters. Values that fit Latin-1 become
            tEXt, as A1111 writes them, others iTXt.
        xmp: An XMP packet in UTF-8; None = none.
    """
    chunks = [_text_chunk(key, value) for key, value in texts]
    if xmp is not None:
        chunks.append(_international_chunk(XMP_KEY, xmp))
    return data[:_END_OF_HEADER] + b"".join(chunks) + data[_END_OF_HEADER:]


def _metadata_chunks(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    stream.seek(_SIGNATURE_BYTES)
    while len(header := stream.read(8)) == 8:
        num_bytes, kind = struct.unpack(">I4s", header)
        if kind == b"IEND":
            return
        if kind not in _READ_KINDS or num_bytes > MAX_CHUNK_BYTES:
            stream.seek(num_bytes + 4, 1)
            continue
        content, checksum = stream.read(num_bytes), stream.read(4)
        if checksum == zlib.crc32(kind + content).to_bytes(4, "big"):
            yield kind, content


def _read_text(kind: bytes, content: bytes) -> tuple[str, str] | None:
    key, separator, rest = content.partition(b"\x00")
    if not separator:
        return None
    try:
        if kind == b"tEXt":
            return key.decode("latin-1"), rest.decode("latin-1")
        if kind == b"zTXt":
            return key.decode("latin-1"), _unpack(rest[1:]).decode("latin-1")
        return key.decode("latin-1"), _international_value(rest)
    except (ValueError, IndexError, zlib.error):
        return None


def _international_value(rest: bytes) -> str:
    # compression flag, compression method, language tag NUL, translated keyword NUL, text
    is_packed = rest[0] == 1
    _, _, value = rest[2:].split(b"\x00", 2)
    return (_unpack(value) if is_packed else value).decode("utf-8", errors="replace")


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    value = unpacker.decompress(packed, MAX_CHUNK_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("text chunk unpacks to more than the limit")
    return value


def _text_chunk(key: str, value: str) -> bytes:
    try:
        return _chunk(b"tEXt", key.encode("ascii") + b"\x00" + value.encode("latin-1"))
    except UnicodeEncodeError:
        return _international_chunk(key, value.encode("utf-8"))


def _international_chunk(key: str, value: bytes) -> bytes:
    return _chunk(b"iTXt", key.encode("ascii") + b"\x00" * 5 + value)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I4s", len(content), kind) + content + checksum.to_bytes(4, "big")
