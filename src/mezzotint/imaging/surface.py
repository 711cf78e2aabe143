"""Height and normal maps of a repeating surface, from its brightness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Green points up in OpenGL (Blender, Unity, Godot), down in DirectX (Unreal).
NormalConvention = Literal["opengl", "directx"]

_LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709
_SLOPE_PX = 8.0  # height of the full range in pixels at strength 1


def height_map(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Take bright for high: luma, spread over the whole range.

    Args:
        pixels: uint8 [H, W, C]; alpha is not looked at.

    Returns:
        uint8 [H, W, 1], 0 lowest to 255 highest; even 128 for a picture of one colour.
    """
    import numpy as np

    colours = pixels[..., :3].astype(np.float32)
    luma = colours[..., 0] if colours.shape[2] == 1 else colours @ np.array(_LUMA, np.float32)
    low, high = (float(level) for level in np.percentile(luma, (0.5, 99.5)))
    if high - low < 1:
        return np.full((*pixels.shape[:2], 1), 128, np.uint8)
    spread = ((luma - low) / (high - low) * 255).clip(0, 255)
    return np.rint(spread).astype(np.uint8)[..., None]


def normal_map(
    height: NDArray[np.uint8], *, strength: float, convention: NormalConvention
) -> NDArray[np.uint8]:
    """Turn heights into normals in tangent space; slopes wrap around, as the tile does.

    Slopes by Sobel's operator, each normal of unit length.

    Args:
        height: uint8 [H, W, 1].
        strength: 0 flat, 1 usual, more steeper.
        convention: Where green points.

    Returns:
        uint8 [H, W, 3]: x, y, z from -1..1 as 0..255; flat ground is (128, 128, 255).

    Example:
        >>> import numpy as np
        >>> flat = np.zeros((4, 4, 1), np.uint8)
        >>> normal_map(flat, strength=1, convention="opengl")[0, 0].tolist()
        [128, 128, 255]
    """
    import numpy as np

    heights = height[..., 0].astype(np.float32) / 255 * _SLOPE_PX * strength
    rows = heights + (np.roll(heights, 1, 0) + np.roll(heights, -1, 0)) / 2
    columns = heights + (np.roll(heights, 1, 1) + np.roll(heights, -1, 1)) / 2
    slope_x = (np.roll(rows, -1, 1) - np.roll(rows, 1, 1)) / 4
    slope_y = (np.roll(columns, -1, 0) - np.roll(columns, 1, 0)) / 4
    up = slope_y if convention == "opengl" else -slope_y
    normals = np.stack([-slope_x, up, np.ones_like(heights)], axis=2)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    return np.rint(normals * 127.5 + 127.5).clip(0, 255).astype(np.uint8)
