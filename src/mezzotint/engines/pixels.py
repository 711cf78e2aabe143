"""The one place where numbers of a graph become pixels and pixels numbers.

Graphs speak float32 [-1, 1], channels first, alpha premultiplied. Pictures are uint8 [0, 255],
channels last, alpha straight, as PNG and WebP store it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def to_pixels(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Turn what a graph gives into pixels: float32 [-1, 1] NCHW => uint8 [0, 255] NHWC.

    A value x becomes (x + 1) * 127.5, rounded to the nearest whole number, halves to the even one,
    and cut to [0, 255]; so the pixel p comes back from p / 127.5 - 1. Four channels are RGBA with
    colours already multiplied by alpha; they are divided by it here. Where alpha is 0, colour is 0.

    Args:
        values: float32 [N, C, H, W]; values outside [-1, 1] are cut, NaN must not occur.

    Returns:
        uint8 [N, H, W, C].

    Example:
        >>> import numpy as np
        >>> to_pixels(np.array([[[[-1.0, 0.0, 2.0]]]], np.float32)).ravel().tolist()
        [0, 128, 255]
    """
    import numpy as np

    channels_last = values.transpose(0, 2, 3, 1)
    levels = (channels_last + np.float32(1)) * np.float32(127.5)
    if levels.shape[-1] == 4:
        levels = _divide_by_alpha(levels)
    return np.rint(levels).clip(0, 255).astype(np.uint8)


def from_pixels(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn pixels into what a graph takes: uint8 [0, 255] NHWC => float32 [-1, 1] NCHW.

    Args:
        pictures: uint8 [N, H, W, C]; four channels are RGBA with straight alpha.

    Returns:
        float32 [N, C, H, W], colours multiplied by alpha.

    Example:
        >>> import numpy as np
        >>> from_pixels(np.array([[[[0, 255, 0, 0]]], [[[0, 0, 255, 255]]]], np.uint8))[..., 0, 0]
        array([[-1., -1., -1., -1.],
               [-1., -1.,  1.,  1.]], dtype=float32)
    """
    import numpy as np

    levels = pictures.transpose(0, 3, 1, 2).astype(np.float32)
    if levels.shape[1] == 4:
        levels[:, :3] *= levels[:, 3:] / np.float32(255)
    return levels / np.float32(127.5) - np.float32(1)


def _divide_by_alpha(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    alpha = levels[..., 3:].clip(0, 255)
    is_visible = alpha > 0.5  # what becomes at least 1
    colour = levels[..., :3] * np.float32(255) / np.where(is_visible, alpha, np.float32(1))
    return np.concatenate([np.where(is_visible, colour, np.float32(0)), alpha], axis=-1)
