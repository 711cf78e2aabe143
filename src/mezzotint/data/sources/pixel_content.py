"""Pictures that a source holds as bare pixels, handed over as a PNG file like all others."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}  # channels -> PNG colour type: grey, RGB, RGBA
_STORED_BLOCK_BYTES = 65_535  # the most that an uncompressed DEFLATE block holds


@dataclass(frozen=True, eq=False)
class PixelContent:
    """Hold one picture of an array.

    Attributes:
        pixels: uint8 [H, W, C] in [0, 255].
        fingerprint: Of the file that the array was read from, and the place in it.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    fingerprint: str
    path: Path | None = None

    def read(self) -> bytes:
        """Write the picture as a PNG file."""
        return png_bytes(self.pixels)


def png_bytes(pixels: NDArray[np.uint8]) -> bytes:
    r"""Write pixels as an uncompressed PNG: the same bytes whatever zlib is installed.

    Args:
        pixels: uint8 [H, W, C] in [0, 255], C = 1, 3 or 4.

    Example:
        >>> import numpy as np
        >>> png_bytes(np.zeros((2, 3, 1), np.uint8))[:8]
        b'\x89PNG\r\n\x1a\n'
    """
    import numpy as np

    height, width, num_channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[num_channels], 0, 0, 0)
    rows = np.zeros((height, 1 + width * num_channels), np.uint8)  # each row: filter 0, pixels
    rows[:, 1:] = pixels.reshape(height, -1)
    chunks = ((b"IHDR", header), (b"IDAT", _stored(rows.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _stored(data: bytes) -> bytes:
    """Wrap bytes as a zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4)."""
    starts = range(0, max(len(data), 1), _STORED_BLOCK_BYTES)
    blocks: list[bytes] = []
    for start in starts:
        block = data[start : start + _STORED_BLOCK_BYTES]
        is_last = start + _STORED_BLOCK_BYTES >= len(data)
        blocks.append(struct.pack("<BHH", is_last, len(block), len(block) ^ 0xFFFF) + block)
    return b"\x78\x01" + b"".join(blocks) + struct.pack(">I", zlib.adler32(data))
