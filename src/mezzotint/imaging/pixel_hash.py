"""One number for the content of a picture, whatever file it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def pixel_hash(pixels: NDArray[np.uint8]) -> str:
    """Hash shape and values: equal exactly when two pictures have the same pixels.

    SHA-256 over height, width and channels as an ASCII line such as "480x640x3", a line feed, and
    the bytes row by row.

    Args:
        pixels: uint8 [H, W, C].

    Returns:
        64 hexadecimal digits.

    Example:
        >>> import numpy as np
        >>> pixel_hash(np.zeros((2, 3, 1), np.uint8))[:16]
        '202f42d9117a7a71'
    """
    import hashlib

    import numpy as np

    digest = hashlib.sha256("{}x{}x{}\n".format(*pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
