"""The file of pixels: a plain .npy array that anything can map into memory.

Its header (NumPy enhancement proposal 1) is padded to a fixed length, so that the number of
pictures can be filled in last.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

HEADER_BYTES = 128
_MAGIC = b"\x93NUMPY\x01\x00"


def write_header(file: BinaryIO, shape: tuple[int, int, int, int]) -> None:
    """Write the header at the beginning of the file.

    Args:
        file: Open for writing.
        shape: Of the array, [N, H, W, C].
    """
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".encode("ascii")
    num_text_bytes = HEADER_BYTES - len(_MAGIC) - 2
    file.seek(0)
    file.write(_MAGIC + struct.pack("<H", num_text_bytes))
    file.write(text.ljust(num_text_bytes - 1) + b"\n")


def map_pixels(path: Path) -> NDArray[np.uint8]:
    """Map the file into memory, read-only.

    Raises:
        InputError: It is missing, cut short or something else.
    """
    import numpy as np

    try:
        pixels = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError) as error:
        raise InputError(
            "data.packed.damaged",
            Message("{path} is missing or damaged.", path=str(path)),
            Message("Delete the packed set and pack it again."),
        ) from error
    if pixels.dtype != np.uint8 or pixels.ndim != 4:
        raise InputError(
            "data.packed.damaged",
            Message("{path} holds no packed pictures.", path=str(path)),
            Message("Delete the packed set and pack it again."),
        )
    return pixels
