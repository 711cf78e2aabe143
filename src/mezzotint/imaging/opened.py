"""Open a picture file with the right decoder, checked and not yet decoded."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.containers.webp import read_canvas
from mezzotint.imaging.metadata import Metadata, metadata_of_decoder, read_metadata
from mezzotint.imaging.source import OpenSource, PictureSource, open_source, unreadable

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedPicture:
    """Hold an open picture whose header has been read and found acceptable."""

    source: OpenSource
    image: Image.Image  # not decoded yet
    metadata: Metadata

    @property
    def orientation_to_undo(self) -> int:
        """EXIF orientation that is left to undo after decoding; Pillow turns a TIFF by itself."""
        return 1 if self.source.format == "tiff" else self.metadata.orientation

    @property
    def upright_size(self) -> tuple[int, int]:
        """Height and width in px of the picture when upright."""
        width, height = self.image.size
        return (width, height) if self.orientation_to_undo >= 5 else (height, width)


@contextmanager
def opened_picture(
    source: PictureSource, name: str | None, max_pixels: int
) -> Generator[OpenedPicture]:
    """Open a picture, read its header and metadata, and refuse what is too large.

    Args:
        source: A path, or the bytes of a whole file.
        name: What messages call the picture; None = its path, or "data".
        max_pixels: Refuse pictures with more pixels (width times height).

    Raises:
        InputError: As `read_picture`.
    """
    with open_source(source, name=name) as opened:
        with as_input_errors(opened):
            _refuse_large_webp(opened, max_pixels)
            metadata = read_metadata(opened.stream, opened.format)
            image = _open_image(opened)
            if opened.format in ("avif", "tiff", "bmp"):
                metadata = metadata_of_decoder(image.info)
            elif opened.format == "gif":  # its comment is the decoder's, its XMP is not
                metadata = replace(metadata_of_decoder(image.info), xmp=metadata.xmp)
        with image:
            _refuse_bomb(opened.name, image.width, image.height, max_pixels)
            yield OpenedPicture(source=opened, image=image, metadata=metadata)


def _open_image(source: OpenSource) -> Image.Image:
    # The decoder by name, not PIL.Image.open: that one would also try formats that run other
    # programs, and its size limit is a global of the process that warns instead of refusing.
    stream = source.stream
    match source.format:
        case "png":
            from PIL.PngImagePlugin import PngImageFile

            return PngImageFile(stream)
        case "jpeg":
            from PIL.JpegImagePlugin import JpegImageFile

            return JpegImageFile(stream)
        case "webp":
            from PIL.WebPImagePlugin import WebPImageFile

            return WebPImageFile(stream)
        case "avif":
            from PIL.AvifImagePlugin import AvifImageFile

            return AvifImageFile(stream)
        case "gif":
            from PIL.GifImagePlugin import GifImageFile

            return GifImageFile(stream)
        case "bmp":
            from PIL.BmpImagePlugin import BmpImageFile

            return BmpImageFile(stream)
        case "tiff":
            from PIL.TiffImagePlugin import TiffImageFile

            return TiffImageFile(stream)


@contextmanager
def as_input_errors(source: OpenSource) -> Generator[None]:
    """Turn whatever a decoder raises into an InputError that says what is wrong with the file."""
    from PIL.Image import DecompressionBombError

    try:
        yield
    except InputError:
        raise
    except DecompressionBombError as error:
        raise _too_large(source.name, str(error)) from error
    except OSError as error:
        if error.errno is not None:  # the disk or the network failed, not the picture
            raise unreadable(source.name, error.strerror) from error
        raise _damaged(source, error) from error
    except Exception as error:  # a damaged file makes a decoder raise whatever it trips over
        raise _damaged(source, error) from error


def _damaged(source: OpenSource, error: Exception) -> InputError:
    reason = str(error) or type(error).__name__
    if _is_cut_short(source, reason):
        return InputError(
            "picture.truncated",
            Message("{name} is cut short: the end of the picture is missing.", name=source.name),
            Message("Copy or download it again."),
        )
    return InputError(
        "picture.damaged",
        Message("{name} is damaged: {reason}.", name=source.name, reason=reason.rstrip(".")),
        Message("Copy or download it again, or save it anew in another program."),
    )


def _is_cut_short(source: OpenSource, reason: str) -> bool:
    if source.format == "webp":  # its decoder does not say; the RIFF header does
        source.stream.seek(0)
        riff_size = int.from_bytes(source.stream.read(8)[4:], "little")
        return source.num_bytes < riff_size + 8
    reason = reason.lower()
    return any(words in reason for words in ("truncated", "end of file", "eof", "not enough"))


def _refuse_large_webp(source: OpenSource, max_pixels: int) -> None:
    # Pillow reserves the whole canvas of a WebP as soon as it is opened.
    if source.format != "webp":
        return
    canvas = read_canvas(source.stream.read(30))
    source.stream.seek(0)
    if canvas is not None:
        _refuse_bomb(source.name, canvas.width_px, canvas.height_px, max_pixels)


def _refuse_bomb(name: str, width_px: int, height_px: int, max_pixels: int) -> None:
    if width_px * height_px > max_pixels:
        raise _too_large(name, f"{width_px} x {height_px}, > {max_pixels}")


def _too_large(name: str, size: str) -> InputError:
    return InputError(
        "picture.bomb",
        Message("{name} has too many pixels ({size}).", name=name, size=size),
        Message("Scale it down, or raise the limit on pixels."),
    )
