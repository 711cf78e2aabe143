"""What an ONNX file of a bundle notes about itself in its metadata; a reader may skip it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# In a batch of exactly this size each row comes out the same whatever the other rows hold and
# wherever it stands. Without the note: 1, a row is exact when it is computed alone.
EXACT_BATCH = "mezzotint.exact_batch"
MAX_EXACT_BATCH = 64


def read_exact_batch(notes: Mapping[str, str]) -> int:
    """Return the batch size at which rows are exact; 1 where nothing sensible is noted.

    Example:
        >>> read_exact_batch({"mezzotint.exact_batch": "16"}), read_exact_batch({})
        (16, 1)
    """
    noted = notes.get(EXACT_BATCH, "")
    size = int(noted) if noted.isascii() and noted.isdigit() and len(noted) < 4 else 1
    return size if 1 <= size <= MAX_EXACT_BATCH else 1
