"""What a picture file carries beside its pixels: text, EXIF comment, XMP, a C2PA manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from mezzotint.imaging.exif import read_exif
from mezzotint.imaging.formats import OutputFormat, PictureFormat


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """Hold the metadata of one picture file, as read or as to be written.

    Attributes:
        texts: (key, value) pairs in file order; PNG alone has them.
        user_comment: EXIF UserComment: where JPEG and WebP keep what PNG keeps in `parameters`.
        xmp: The XMP packet as text.
        orientation: EXIF orientation, 1 to 8; never written, since written pixels stand upright.
        c2pa: The raw C2PA manifest; None if there is none. Never written here.
        date: When the picture was taken or last changed, as EXIF says: "2024-05-31". Never
            written.
    """

    texts: tuple[tuple[str, str], ...] = ()
    user_comment: str | None = None
    xmp: str | None = None
    orientation: int = 1
    c2pa: bytes | None = None
    date: str | None = None

    def text(self, key: str) -> str | None:
        """Return the first text stored under `key`, or None."""
        return next((value for name, value in self.texts if name == key), None)


def read_metadata(stream: BinaryIO, picture_format: PictureFormat) -> Metadata:
    """Read the metadata of a PNG, JPEG, WebP or GIF file without touching its pixels.

    Never raises on damaged files: what cannot be read is absent. The other formats keep their
    metadata where only their decoder finds it (`metadata_of_decoder`).

    Args:
        stream: Seekable file at position 0, which is where it is left again.
        picture_format: From `sniff_format`.
    """
    from mezzotint.imaging.containers import gif, jpeg, png, webp

    readers = {
        "png": png.read_blocks,
        "jpeg": jpeg.read_blocks,
        "webp": webp.read_blocks,
        "gif": gif.read_blocks,
    }
    reader = readers.get(picture_format)
    if reader is None:
        return Metadata()
    blocks = reader(stream)
    stream.seek(0)
    return _metadata(blocks.exif, blocks.xmp, blocks.texts, blocks.c2pa)


def metadata_of_decoder(info: Mapping[str | tuple[int, int], object]) -> Metadata:
    """Read the metadata that Pillow's decoder found, for AVIF, TIFF, GIF and BMP.

    Args:
        info: `Image.info` of the opened file.
    """
    exif, xmp, comment = info.get("exif"), info.get("xmp"), info.get("comment")
    texts: tuple[tuple[str, str], ...] = ()
    if isinstance(comment, bytes):
        texts = (("comment", comment.decode("utf-8", errors="replace")),)
    return _metadata(
        exif if isinstance(exif, bytes) else None, xmp if isinstance(xmp, bytes) else None, texts
    )


def embed_metadata(data: bytes, picture_format: OutputFormat, metadata: Metadata) -> bytes:
    """Return the file with metadata put in the place that its format has for it.

    PNG: tEXt or iTXt chunks and an iTXt `XML:com.adobe.xmp` before the pixels; the user comment
    is not written. JPEG: APP1 segments. WebP: EXIF and XMP chunks; neither holds `texts`.

    Args:
        data: A file just encoded, which has no such metadata yet.
        picture_format: Its format.
        metadata: What to put in; orientation and C2PA are not written.

    Raises:
        InputError: "picture.text-too-long": a JPEG segment holds 64 KB.

    Example:
        >>> from io import BytesIO
        >>> import numpy as np
        >>> from mezzotint.imaging.encode import encode_pixels
        >>> file = encode_pixels(np.zeros((2, 3, 1), np.uint8), "webp")
        >>> file = embed_metadata(file.data, "webp", Metadata(user_comment="koi"))
        >>> read_metadata(BytesIO(file), "webp").user_comment
        'koi'
    """
    from mezzotint.imaging.containers import jpeg, png, webp
    from mezzotint.imaging.exif import write_exif

    xmp = None if metadata.xmp is None else metadata.xmp.encode()
    if picture_format == "png":
        return png.insert_blocks(data, texts=metadata.texts, xmp=xmp)
    exif = None if metadata.user_comment is None else write_exif(metadata.user_comment)
    insert = jpeg.insert_blocks if picture_format == "jpeg" else webp.insert_blocks
    return insert(data, exif=exif, xmp=xmp)


def _metadata(
    exif: bytes | None,
    xmp: bytes | None,
    texts: tuple[tuple[str, str], ...],
    c2pa: bytes | None = None,
) -> Metadata:
    fields = read_exif(exif or b"")
    return Metadata(
        texts=texts,
        user_comment=fields.user_comment,
        xmp=None if xmp is None else xmp.decode("utf-8", errors="replace"),
        orientation=fields.orientation,
        c2pa=c2pa,
        date=fields.date,
    )
