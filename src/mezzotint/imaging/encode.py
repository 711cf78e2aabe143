"""Pixels to PNG, WebP or JPEG bytes; the same pixels and options give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import OutputFormat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

# Longest side that the format can hold.
_MAX_SIDE_PX: dict[OutputFormat, int] = {"webp": 16_383, "jpeg": 65_500}


@dataclass(frozen=True, kw_only=True)
class EncodeOptions:
    """Choose how pixels are packed.

    Attributes:
        quality: 1 to 100, for JPEG and lossy WebP.
        lossless: For WebP: keep every pixel exactly, `quality` unused. PNG always does, JPEG
            never.
        png_compression: 0 (fast, large) to 9 (slow, small).
    """

    quality: int = 92
    lossless: bool = True
    png_compression: int = 6

    def used_by(self, picture_format: OutputFormat) -> dict[str, int | bool]:
        """Return the options that this format uses, for the record.

        Example:
            >>> EncodeOptions().used_by("webp")
            {'lossless': True}
        """
        if picture_format == "png":
            return {"png_compression": self.png_compression}
        if picture_format == "jpeg":
            return {"quality": self.quality}
        return {"lossless": True} if self.lossless else {"lossless": False, "quality": self.quality}


DEFAULT_OPTIONS = EncodeOptions()


@dataclass(frozen=True, kw_only=True)
class EncodedPicture:
    """Hold the bytes of a picture file without metadata, and what was lost on the way."""

    data: bytes
    warnings: tuple[Message, ...] = ()


def encode_pixels(
    pixels: NDArray[np.uint8],
    picture_format: OutputFormat,
    options: EncodeOptions = DEFAULT_OPTIONS,
) -> EncodedPicture:
    r"""Encode pixels; `embed_metadata` adds text afterwards.

    Grey, RGB and RGBA are kept exactly by PNG and lossless WebP, colours under full transparency
    included; WebP has no grey and stores RGB. JPEG has no alpha: the picture is laid on white, and
    a warning says so.

    Args:
        pixels: uint8 [H, W, C], C 1, 3 or 4.
        picture_format: "png", "webp" or "jpeg".
        options: Quality and compression.

    Raises:
        InputError: "picture.too-large-for-format".

    Example:
        >>> import numpy as np
        >>> encode_pixels(np.zeros((2, 3, 3), np.uint8), "png").data[:4]
        b'\x89PNG'
    """
    from PIL import Image

    _check_size(pixels, picture_format)
    warnings: tuple[Message, ...] = ()
    if picture_format == "jpeg" and pixels.shape[2] == 4:
        pixels = flatten(pixels)
        warnings = (Message("JPEG has no transparency: the picture was laid on white."),)
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return EncodedPicture(data=_encode(image, picture_format, options), warnings=warnings)


def flatten(pixels: NDArray[np.uint8], background: int = 255) -> NDArray[np.uint8]:
    """Lay an RGBA picture on a plain grey ground; grey and RGB come back as they are.

    Args:
        pixels: uint8 [H, W, C].
        background: Level of the ground, 0 black to 255 white.

    Returns:
        uint8 [H, W, 3] for RGBA.

    Example:
        >>> import numpy as np
        >>> flatten(np.array([[[200, 0, 0, 0], [200, 0, 0, 255]]], np.uint8)).tolist()
        [[[255, 255, 255], [200, 0, 0]]]
    """
    import numpy as np

    if pixels.shape[2] != 4:
        return pixels
    alpha = pixels[..., 3:].astype(np.uint16)
    mixed = pixels[..., :3] * alpha + background * (255 - alpha)  # at most 255 * 255
    return ((mixed + 127) // 255).astype(np.uint8)


def _encode(image: Image.Image, picture_format: OutputFormat, options: EncodeOptions) -> bytes:
    buffer = BytesIO()
    if picture_format == "png":
        image.save(buffer, "PNG", compress_level=options.png_compression)
    elif picture_format == "jpeg":
        # 4:4:4: colour edges of pictures that are often small are worth the bytes. Not `optimize`:
        # Pillow then fails on noise, whose files are larger than it expects.
        image.save(buffer, "JPEG", quality=options.quality, subsampling=0)
    elif options.lossless:
        # exact: keep the colours under transparent pixels. method: effort, 0 to 6.
        image.save(buffer, "WEBP", lossless=True, exact=True, method=4)
    else:
        image.save(buffer, "WEBP", quality=options.quality, exact=True, method=4)
    return buffer.getvalue()


def _check_size(pixels: NDArray[np.uint8], picture_format: OutputFormat) -> None:
    height, width = pixels.shape[:2]
    limit_px = _MAX_SIDE_PX.get(picture_format)
    if limit_px is not None and max(height, width) > limit_px:
        raise InputError(
            "picture.too-large-for-format",
            Message(
                "{format} holds at most {limit_px} px a side; the picture is {width} x {height}.",
                format=picture_format.upper(),
                limit_px=limit_px,
                width=width,
                height=height,
            ),
            Message("Use PNG."),
        )
