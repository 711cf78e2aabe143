"""Read a picture of any usual format, from a path or from bytes, safely and in any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.imaging.formats import PictureFormat
from mezzotint.imaging.labels import Labels, find_labels
from mezzotint.imaging.metadata import Metadata
from mezzotint.imaging.opened import as_input_errors, opened_picture
from mezzotint.imaging.source import PictureSource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

MAX_PIXELS = 100_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """Hold a picture that was read, ready to work on.

    Attributes:
        pixels: uint8 [H, W, C] in [0, 255], sRGB, upright; C is 1 (grey), 3 (RGB) or 4 (RGBA,
            straight alpha).
        format: What the content is.
        mode: Pillow's name for how the file stores pixels: "RGB", "P", "CMYK", "I;16", ...
        full_height_px: Height before a reduced decoding (`min_size_px`).
        full_width_px: Width before a reduced decoding.
        metadata: Text, comment and XMP of the file.
        labels: What the file says about being made by AI and about training on it.
        warnings: What was guessed or ignored.
    """

    pixels: NDArray[np.uint8]
    format: PictureFormat
    mode: str
    full_height_px: int
    full_width_px: int
    metadata: Metadata
    labels: Labels
    warnings: tuple[Message, ...] = ()

    @property
    def had_alpha(self) -> bool:
        """Tell whether the file has transparency, be it opaque everywhere."""
        return self.pixels.shape[2] == 4


@dataclass(frozen=True, kw_only=True)
class PictureHeader:
    """Hold what the header of a picture says.

    Attributes:
        height_px: Height when upright.
        width_px: Width when upright.
        num_channels: 1, 3 or 4, as `read_picture` would give.
        num_bytes: Size of the file.
        format: What the content is.
        mode: Pillow's name for how the file stores pixels.
        metadata: Text, comment and XMP of the file.
        labels: What the file says about being made by AI and about training on it.
        warnings: A wrong file ending.
    """

    height_px: int
    width_px: int
    num_channels: int
    num_bytes: int
    format: PictureFormat
    mode: str
    metadata: Metadata
    labels: Labels
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageRead:
    """Hold a picture as Pillow's image: for whoever goes on with Pillow, without a copy.

    Attributes:
        image: Mode L, RGB or RGBA, sRGB, upright.
        header: What the file says; sizes are those before a reduced decoding.
        warnings: What was guessed or ignored, the header's included.
    """

    image: Image
    header: PictureHeader
    warnings: tuple[Message, ...] = ()


def read_picture(
    source: PictureSource,
    *,
    max_pixels: int = MAX_PIXELS,
    min_size_px: int | None = None,
    name: str | None = None,
) -> Picture:
    """Read a PNG, JPEG, WebP, AVIF, GIF (first frame), BMP or TIFF picture.

    The content decides the format, not the file's ending. EXIF orientation is undone, colours
    become sRGB by the picture's own ICC profile, deeper channels become 8 bits, palettes are
    resolved; grey, RGB and RGBA stay what they are. The size is read from the header first, so a
    decompression bomb costs nothing.

    Args:
        source: A path, or the bytes of a whole file.
        max_pixels: Refuse pictures with more pixels (width times height).
        min_size_px: Let a JPEG decoder shrink by 2, 4 or 8 while both sides stay at least so
            long: several times faster when the picture is scaled down anyway. None = full size.
        name: What messages call the picture; None = its path, or "data".

    Raises:
        InputError: "picture.missing", "picture.directory", "picture.unreadable", "picture.empty",
            "picture.not-a-picture", "picture.unsupported", "picture.bomb", "picture.truncated" or
            "picture.damaged".

    Example:
        >>> import numpy as np
        >>> from mezzotint.imaging.encode import encode_pixels
        >>> file = encode_pixels(np.full((2, 3, 4), 7, np.uint8), "png").data
        >>> picture = read_picture(file)
        >>> picture.pixels.shape, picture.format, picture.had_alpha
        ((2, 3, 4), 'png', True)
    """
    from mezzotint.imaging.decode import pixels_of

    read = read_image(source, max_pixels=max_pixels, min_size_px=min_size_px, name=name)
    header = read.header
    return Picture(
        pixels=pixels_of(read.image),
        format=header.format,
        mode=header.mode,
        full_height_px=header.height_px,
        full_width_px=header.width_px,
        metadata=header.metadata,
        labels=header.labels,
        warnings=read.warnings,
    )


def read_image(
    source: PictureSource,
    *,
    max_pixels: int = MAX_PIXELS,
    min_size_px: int | None = None,
    name: str | None = None,
) -> ImageRead:
    """Read a picture as `read_picture` does, into an image of Pillow.

    Args:
        source: A path, or the bytes of a whole file.
        max_pixels: Refuse pictures with more pixels (width times height).
        min_size_px: As for `read_picture`.
        name: What messages call the picture; None = its path, or "data".

    Raises:
        InputError: As `read_picture`.
    """
    from mezzotint.imaging.decode import decode_image

    with opened_picture(source, name, max_pixels) as opened:
        height, width = opened.upright_size
        with as_input_errors(opened.source):
            if min_size_px is not None:
                opened.image.draft(None, (min_size_px, min_size_px))
            mode = opened.image.mode
            decoded = decode_image(
                opened.image, name=opened.source.name, orientation=opened.orientation_to_undo
            )
        header = PictureHeader(
            height_px=height,
            width_px=width,
            num_channels=len(decoded.image.getbands()),
            num_bytes=opened.source.num_bytes,
            format=opened.source.format,
            mode=mode,
            metadata=opened.metadata,
            labels=find_labels(opened.metadata),
            warnings=opened.source.warnings,
        )
        return ImageRead(
            image=decoded.image, header=header, warnings=header.warnings + decoded.warnings
        )


def probe_picture(
    source: PictureSource, *, max_pixels: int = MAX_PIXELS, name: str | None = None
) -> PictureHeader:
    """Read size, mode, format and metadata from a picture's header, without decoding it.

    Args:
        source: A path, or the bytes of a whole file.
        max_pixels: Refuse pictures with more pixels.
        name: What messages call the picture; None = its path, or "data".

    Raises:
        InputError: As `read_picture`, but for faults that only decoding finds.
    """
    from mezzotint.imaging.decode import num_channels

    with opened_picture(source, name, max_pixels) as opened:
        height, width = opened.upright_size
        return PictureHeader(
            height_px=height,
            width_px=width,
            num_channels=num_channels(opened.image),
            num_bytes=opened.source.num_bytes,
            format=opened.source.format,
            mode=opened.image.mode,
            metadata=opened.metadata,
            labels=find_labels(opened.metadata),
            warnings=opened.source.warnings,
        )
