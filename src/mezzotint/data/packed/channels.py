"""Bring pictures of different kinds to the channels of their set."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.packed.options import Channels

_LUMA_SHIFT = 16
_LUMA = (19_595, 38_470, 7_471)  # ITU-R BT.601 weights times 2**16, as Pillow rounds them


def to_channels(pixels: NDArray[np.uint8], channels: Channels) -> NDArray[np.uint8]:
    """Convert grey, RGB and RGBA into one another; transparency is laid on white.

    Args:
        pixels: uint8 [H, W, 1, 3 or 4] in [0, 255], straight alpha.
        channels: Wanted.

    Returns:
        uint8 [H, W, channels]; the same array where nothing changes.

    Example:
        >>> import numpy as np
        >>> to_channels(np.array([[[200, 0, 0, 0]]], np.uint8), 3).tolist()
        [[[255, 255, 255]]]
    """
    import numpy as np

    found = pixels.shape[2]
    if found == channels:
        return pixels
    if found == 4:
        return to_channels(_on_white(pixels), channels)
    if channels == 1:
        weighted = pixels.astype(np.uint32) @ np.array(_LUMA, np.uint32)
        return ((weighted + (1 << (_LUMA_SHIFT - 1))) >> _LUMA_SHIFT).astype(np.uint8)[..., None]
    rgb = np.repeat(pixels, 3, axis=2) if found == 1 else pixels
    if channels == 3:
        return rgb
    opaque = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return np.concatenate([rgb, opaque], axis=2)


def _on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    alpha = pixels[..., 3:].astype(np.uint16)
    blended = pixels[..., :3] * alpha + 255 * (255 - alpha)
    return ((blended + 127) // 255).astype(np.uint8)
