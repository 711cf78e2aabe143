"""Change the size of pictures: any factor, whole factors, and cropping to an aspect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ResizeMethod = Literal["area", "lanczos"]


def resize(
    pixels: NDArray[np.uint8], height_px: int, width_px: int, *, method: ResizeMethod = "lanczos"
) -> NDArray[np.uint8]:
    """Resize a picture to any size, aspect not kept.

    Transparent pixels lend no colour to their neighbours: colours are weighted by alpha.

    Args:
        pixels: uint8 [H, W, C], C 1, 3 or 4 (straight alpha), any size from 1 px.
        height_px: 1 or more.
        width_px: 1 or more.
        method: "lanczos" is the sharper one; "area" is the mean over exactly the ground that each
            new pixel covers, and never leaves the range of the old values.

    Returns:
        uint8 [height_px, width_px, C]; the same array if the size is right already.

    Example:
        >>> import numpy as np
        >>> checks = np.array([[0, 255], [255, 0]], np.uint8)[..., None]
        >>> resize(checks, 1, 1, method="area").tolist()
        [[[128]]]
    """
    if pixels.shape[:2] == (height_px, width_px):
        return pixels
    if method == "area":
        return _resize_area(pixels, height_px, width_px)
    return _resize_lanczos(pixels, height_px, width_px)


def fit_inside(
    pixels: NDArray[np.uint8], max_height_px: int, max_width_px: int, *, method: ResizeMethod
) -> NDArray[np.uint8]:
    """Scale a picture, aspect kept, to the largest size that fits; small pictures are enlarged.

    Args:
        pixels: uint8 [H, W, C].
        max_height_px: No side comes out longer, and one of them exactly so long (rounded, 1 px
            at least).
        max_width_px: The same for the width.
        method: As in `resize`.

    Example:
        >>> import numpy as np
        >>> fit_inside(np.zeros((100, 200, 3), np.uint8), 50, 50, method="area").shape
        (25, 50, 3)
    """
    height, width = pixels.shape[:2]
    scale = min(max_height_px / height, max_width_px / width)
    return resize(
        pixels, max(1, round(height * scale)), max(1, round(width * scale)), method=method
    )


def fill_and_crop(
    pixels: NDArray[np.uint8], height_px: int, width_px: int, *, method: ResizeMethod
) -> NDArray[np.uint8]:
    """Scale a picture, aspect kept, until it covers a size, and cut off what stands over.

    Args:
        pixels: uint8 [H, W, C].
        height_px: Height of the result.
        width_px: Width of the result.
        method: As in `resize`.

    Returns:
        uint8 [height_px, width_px, C], the middle of the picture.

    Example:
        >>> import numpy as np
        >>> fill_and_crop(np.zeros((100, 200, 3), np.uint8), 64, 64, method="area").shape
        (64, 64, 3)
    """
    height, width = pixels.shape[:2]
    # Crop first: what is cut off need not be scaled.
    scale = max(height_px / height, width_px / width)
    pixels = centre_crop(
        pixels,
        min(height, max(1, round(height_px / scale))),
        min(width, max(1, round(width_px / scale))),
    )
    return resize(pixels, height_px, width_px, method=method)


def centre_crop(pixels: NDArray[np.uint8], height_px: int, width_px: int) -> NDArray[np.uint8]:
    """Cut out the middle of a picture; an odd remainder is cut at the bottom and the right.

    Args:
        pixels: [H, W, C], at least as large as the result.
        height_px: Height of the result, 1 to H.
        width_px: Width of the result, 1 to W.

    Returns:
        A view, not a copy.

    Example:
        >>> import numpy as np
        >>> centre_crop(np.arange(5, dtype=np.uint8).reshape(1, 5, 1), 1, 3)[..., 0].tolist()
        [[1, 2, 3]]
    """
    height, width = pixels.shape[:2]
    assert 1 <= height_px <= height, "a crop is not larger than the picture"
    assert 1 <= width_px <= width, "a crop is not larger than the picture"
    top, left = (height - height_px) // 2, (width - width_px) // 2
    return pixels[top : top + height_px, left : left + width_px]


def enlarge_whole(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Enlarge by a whole number, each pixel a sharp square: for sprites and tiny pictures.

    Example:
        >>> import numpy as np
        >>> enlarge_whole(np.array([[[1], [2]]], np.uint8), 2)[..., 0].tolist()
        [[1, 1, 2, 2], [1, 1, 2, 2]]
    """
    assert factor >= 1, "a picture is enlarged by 1 or more"
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def _resize_lanczos(pixels: NDArray[np.uint8], height_px: int, width_px: int) -> NDArray[np.uint8]:
    import numpy as np
    from PIL import Image

    num_channels = pixels.shape[2]
    image = Image.fromarray(pixels[..., 0] if num_channels == 1 else pixels)
    # Pillow itself weights RGBA by its alpha.
    resized = image.resize((width_px, height_px), Image.Resampling.LANCZOS)
    return np.array(resized).reshape(height_px, width_px, num_channels)


def _resize_area(pixels: NDArray[np.uint8], height_px: int, width_px: int) -> NDArray[np.uint8]:
    import numpy as np

    premultiplied = _mean_over_area(pixels, height_px)
    premultiplied = _mean_over_area(premultiplied.swapaxes(0, 1), width_px).swapaxes(0, 1)
    if pixels.shape[2] == 4:
        alpha = premultiplied[..., 3:]
        premultiplied[..., :3] *= 255 / np.maximum(alpha, 1e-6)  # 0 stays 0 where nothing shows
    return np.rint(premultiplied.clip(0, 255)).astype(np.uint8)


def _mean_over_area(
    values: NDArray[np.uint8] | NDArray[np.float32], num_rows: int
) -> NDArray[np.float32]:
    # New row j covers the old rows from j * scale to (j + 1) * scale; those at its ends in part.
    # Bytes [H, W, C] => float32 [num_rows, W, C], colours premultiplied if C is 4.
    import numpy as np

    num_old_rows = values.shape[0]
    scale = num_old_rows / num_rows
    starts = np.arange(num_rows) * scale
    ends = np.minimum(starts + scale, num_old_rows)
    first = np.floor(starts).astype(np.intp)
    total = np.zeros((num_rows, *values.shape[1:]), np.float32)
    for tap in range(int(np.ceil(scale)) + 1):
        rows = first + tap
        covered = np.clip(np.minimum(ends, rows + 1) - np.maximum(starts, rows), 0, None) / scale
        taken = values[np.minimum(rows, num_old_rows - 1)]
        weighted = taken * covered.astype(np.float32)[:, None, None]
        if values.dtype == np.uint8 and values.shape[2] == 4:
            weighted[..., :3] *= taken[..., 3:] * np.float32(1 / 255)
        total += weighted
    return total
