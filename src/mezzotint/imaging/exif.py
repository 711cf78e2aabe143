"""The EXIF fields that matter here: orientation, date, and the comment that carries text.

A small reader of its own, because it must not warn, fail or read more than these fields
whatever the rest of the block holds (TIFF 6.0 section 2; CIPA DC-008 for the tags).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import NamedTuple

_ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_DATE_TIME = 0x0132  # of the last change
_DATE_TIME_ORIGINAL = 0x9003
_DATE = re.compile(rb"(\d{4})[:-](\d\d)[:-](\d\d)")
_TYPE_SHORT, _TYPE_LONG, _TYPE_UNDEFINED = 3, 4, 7
_ONE_BYTE_TYPES = (1, 2, 7)  # some writers call a comment bytes or ASCII
_PREFIX = b"Exif\x00\x00"  # JPEG has it, WebP and PNG do not
_UNICODE = b"UNICODE\x00"
_ASCII = b"ASCII\x00\x00\x00"
_UNDEFINED = b"\x00" * 8
_ENTRY_BYTES = 12


@dataclass(frozen=True, kw_only=True)
class Exif:
    """Hold what we take from an EXIF block.

    Attributes:
        orientation: 1 to 8; 1 = as stored.
        user_comment: Decoded text; None if there is none.
        date: When the picture was taken or else last changed, "2024-05-31"; None = not said.
    """

    orientation: int = 1
    user_comment: str | None = None
    date: str | None = None


def read_exif(block: bytes) -> Exif:
    """Read orientation, UserComment and date; what is damaged reads as absent.

    Args:
        block: A TIFF header with its directories, with or without the prefix "Exif".

    Example:
        >>> read_exif(write_exif("koi in a pond, 水墨")).user_comment
        'koi in a pond, 水墨'
    """
    block = block.removeprefix(_PREFIX)
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        return Exif()
    (first_offset,) = struct.unpack_from(order + "I", block, 4)
    entries = _entries(block, first_offset, order)
    exif_offset = _number(entries.get(_EXIF_IFD), order)
    details = _entries(block, exif_offset, order) if exif_offset else {}
    orientation = _number(entries.get(_ORIENTATION), order)
    return Exif(
        orientation=orientation if orientation in range(1, 9) else 1,
        user_comment=_comment(block, details.get(_USER_COMMENT), order),
        date=_date(block, details.get(_DATE_TIME_ORIGINAL), order)
        or _date(block, entries.get(_DATE_TIME), order),
    )


def write_exif(user_comment: str) -> bytes:
    """Return an EXIF block that holds one UserComment, big-endian, Unicode, no prefix.

    Big-endian UTF-16 is what the readers of A1111 files expect.
    """
    value = _UNICODE + user_comment.encode("utf-16-be", errors="replace")
    # header 8 bytes, one directory of one entry 18 bytes, a second one, then the value
    header = struct.pack(">2sHI", b"MM", 42, 8)
    main_directory = struct.pack(">HHHIII", 1, _EXIF_IFD, _TYPE_LONG, 1, 26, 0)
    exif_directory = struct.pack(">HHHIII", 1, _USER_COMMENT, _TYPE_UNDEFINED, len(value), 44, 0)
    return header + main_directory + exif_directory + value


class _Entry(NamedTuple):
    kind: int  # TIFF field type
    num_values: int
    position: int  # of `value` in the block
    value: bytes  # 4 bytes: the value itself, or where it lies


def _entries(block: bytes, offset: int, order: str) -> dict[int, _Entry]:
    if not 8 <= offset <= len(block) - 2:
        return {}
    (count,) = struct.unpack_from(order + "H", block, offset)
    count = min(count, (len(block) - offset - 2) // _ENTRY_BYTES)
    entries: dict[int, _Entry] = {}
    for position in range(offset + 2, offset + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES):
        tag, kind, num_values = struct.unpack_from(order + "HHI", block, position)
        value = block[position + 8 : position + 12]
        entries.setdefault(tag, _Entry(kind, num_values, position + 8, value))
    return entries


def _number(entry: _Entry | None, order: str) -> int:
    if entry is None:
        return 0
    layout = {_TYPE_SHORT: "H", _TYPE_LONG: "I"}.get(entry.kind)
    return int(struct.unpack_from(order + layout, entry.value)[0]) if layout else 0


def _comment(block: bytes, entry: _Entry | None, order: str) -> str | None:
    if entry is None or entry.kind not in _ONE_BYTE_TYPES:
        return None
    raw = _bytes(block, entry, order)
    encoding, text = raw[:8], raw[8:]
    if encoding == _UNICODE:
        return _utf16(text, order).rstrip("\x00")
    if encoding in (_ASCII, _UNDEFINED):
        return text.decode("utf-8", errors="replace").rstrip("\x00")
    return None


def _date(block: bytes, entry: _Entry | None, order: str) -> str | None:
    if entry is None or entry.kind not in _ONE_BYTE_TYPES:
        return None
    found = _DATE.match(_bytes(block, entry, order))
    # a camera whose clock was never set writes zeros
    return "-".join(part.decode() for part in found.groups()) if found and int(found[1]) else None


def _bytes(block: bytes, entry: _Entry, order: str) -> bytes:
    # of a field whose type has one byte a value
    fits = entry.num_values <= len(entry.value)
    start = entry.position if fits else struct.unpack(order + "I", entry.value)[0]
    return block[start : start + entry.num_values]


def _utf16(text: bytes, order: str) -> str:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", errors="replace")
    # Little-endian blocks often hold big-endian text: the side of ASCII's zero bytes tells.
    if order == "<" and text[0::2].count(0) > text[1::2].count(0):
        order = ">"
    return text.decode("utf-16-be" if order == ">" else "utf-16-le", errors="replace")
