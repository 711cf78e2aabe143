"""Pictures of 12, 16 or 32 bits a channel, or of floating point, down to 8 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def integers_to_bytes(values: NDArray[np.integer], *, white: int) -> NDArray[np.uint8]:
    """Scale integers so that `white` becomes 255, rounding to the nearest level.

    Args:
        values: Any shape; below 0 clips to black, above `white` to white.
        white: 255 or more.

    Example:
        >>> import numpy as np
        >>> integers_to_bytes(np.array([0, 128 * 257, 65535], np.uint16), white=65535)
        array([  0, 128, 255], dtype=uint8)
    """
    import numpy as np

    if white > 65_535:  # no table for these; every 32-bit level is exact in float64
        scaled = np.clip(values, 0, white).astype(np.float64) * (255 / white)
        return np.rint(scaled).astype(np.uint8)
    table = np.rint(np.arange(white + 1) * (255 / white)).astype(np.uint8)
    return table[np.clip(values, 0, white)]


def white_of_integers(values: NDArray[np.integer]) -> int:
    """Guess which 32-bit value is white: that of the narrowest usual depth that holds all."""
    largest = int(values.max(initial=0))
    return next(white for white in (255, 65_535, 2**31 - 1) if largest <= white)


def floats_to_bytes(values: NDArray[np.floating], *, white: float) -> NDArray[np.uint8]:
    """Scale floating point values so that `white` becomes 255; what is not a number becomes 0.

    Example:
        >>> import numpy as np
        >>> floats_to_bytes(np.array([0.0, 0.5, 1.0, np.nan, 7.0], np.float32), white=1.0)
        array([  0, 128, 255,   0, 255], dtype=uint8)
    """
    import numpy as np

    scaled = np.nan_to_num(values, nan=0.0, posinf=white, neginf=0.0).astype(np.float64)
    return np.rint(np.clip(scaled, 0.0, white) * (255 / white)).astype(np.uint8)


def white_of_floats(values: NDArray[np.floating]) -> float:
    """Guess which value is white: 1, 255 or 65535, else the largest of the picture."""
    import numpy as np

    finite = values[np.isfinite(values)]
    largest = float(finite.max(initial=0.0))
    return next((white for white in (1.0, 255.0, 65_535.0) if largest <= white), largest)
