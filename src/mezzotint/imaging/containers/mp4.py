"""XMP in an MP4: a `uuid` box at the top level (XMP specification part 3, section 1.1.4)."""

from __future__ import annotations

import struct

_XMP_UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
_HEADER_BYTES = 8


def insert_blocks(data: bytes, *, xmp: bytes | None) -> bytes:
    """Return the MP4 with an XMP packet at its end, where it moves no other box.

    Args:
        data: An MP4 file.
        xmp: An XMP packet in UTF-8; None = none.
    """
    if xmp is None:
        return data
    num_bytes = _HEADER_BYTES + len(_XMP_UUID) + len(xmp)
    return data + struct.pack(">I4s", num_bytes, b"uuid") + _XMP_UUID + xmp


def read_xmp(data: bytes) -> bytes | None:
    """Return the XMP packet of an MP4; None if there is none."""
    at = 0
    while at + _HEADER_BYTES <= len(data):
        num_bytes, kind = struct.unpack_from(">I4s", data, at)
        if num_bytes == 1 and at + 16 <= len(data):  # a long box
            (num_bytes,) = struct.unpack_from(">Q", data, at + _HEADER_BYTES)
        if num_bytes < _HEADER_BYTES:
            return None
        body = data[at + _HEADER_BYTES : at + num_bytes]
        if kind == b"uuid" and body[:16] == _XMP_UUID:
            return body[16:]
        at += num_bytes
    return None
