"""Look at entries: read and decode each once, small, and measure everything on the way."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING, cast

from mezzotint.data.check.facts import BrokenPicture, PictureFacts
from mezzotint.data.check.marks import find_marks
from mezzotint.data.quality import MAX_STRETCH, WORKING_SIDE_PX, measure_quality
from mezzotint.data.similarity import sign_pictures, small_over_grey
from mezzotint.domain.errors import MezzotintError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import has_wrong_extension
from mezzotint.imaging.read import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from mezzotint.data.optout import OptOuts
    from mezzotint.data.quality import Quality
    from mezzotint.data.similarity import Signature
    from mezzotint.data.sources.entry import Entry
    from mezzotint.imaging.read import PictureHeader

# A file larger than this may hold a picture of hundreds of MB.
LARGE_FILE_BYTES, LARGE_JPEG_BYTES = 4 << 20, 16 << 20
MAX_TINT = 8  # levels between channels that a JPEG makes of grey
_one_large_at_a_time = Lock()


def examine(
    entries: Sequence[Entry],
    *,
    max_pixels: int,
    opt_outs: OptOuts | None = None,
) -> list[PictureFacts | BrokenPicture]:
    """Find out everything about some entries.

    Args:
        entries: Of any source; held in memory together, small.
        max_pixels: Pictures with more are refused as decompression bombs, undecoded.
        opt_outs: Pictures that must not be trained on.

    Returns:
        Of each entry the facts, or what is wrong with it; no broken file raises.
    """
    seen = [_look(entry, max_pixels) for entry in entries]
    signatures = iter(sign_pictures([each.small for each in seen if isinstance(each, _Seen)]))
    return [
        each if isinstance(each, BrokenPicture) else _facts(each, next(signatures), opt_outs)
        for each in seen
    ]


@dataclass(frozen=True, kw_only=True)
class _Seen:
    # What is kept of an entry until its signature is made. All that needs many pixels is measured
    # before the next picture is decoded: it takes a quarter less time while they are in the cache.
    entry: Entry
    sha256: str
    num_bytes: int
    header: PictureHeader
    warnings: tuple[Message, ...]
    quality: Quality
    needed_channels: int
    small: Image


def _look(entry: Entry, max_pixels: int) -> _Seen | BrokenPicture:
    try:
        data = entry.open()
        large = is_large(len(data), is_jpeg=data.startswith(b"\xff\xd8"))
        with _one_large_at_a_time if large else nullcontext():
            read = read_image(
                data, name=entry.key, max_pixels=max_pixels, min_size_px=WORKING_SIDE_PX
            )
            working = working_picture(read.image)
    except MezzotintError as error:
        remedy = error.hint or Message("Replace it, or leave it: training skips it.")
        return BrokenPicture(key=entry.key, code=error.code, reason=error.message, remedy=remedy)
    small = small_over_grey(working)
    return _Seen(
        entry=entry,
        sha256=hashlib.sha256(data).hexdigest(),
        num_bytes=len(data),
        header=read.header,
        warnings=read.warnings,
        quality=measure_quality(working),
        needed_channels=needed_channels(working, coarse=small),
        small=small,
    )


def is_large(num_bytes: int, *, is_jpeg: bool) -> bool:
    """Tell whether a file may need so much memory that one at a time should be decoded.

    Args:
        num_bytes: Of the file.
        is_jpeg: A JPEG is decoded at down to an eighth of its size.
    """
    return num_bytes > (LARGE_JPEG_BYTES if is_jpeg else LARGE_FILE_BYTES)


def _facts(seen: _Seen, signature: Signature, opt_outs: OptOuts | None) -> PictureFacts:
    entry, header = seen.entry, seen.header
    return PictureFacts(
        key=entry.key,
        sha256=seen.sha256,
        num_bytes=seen.num_bytes,
        format=header.format,
        mode=header.mode,
        height_px=header.height_px,
        width_px=header.width_px,
        channels=header.num_channels,
        needed_channels=seen.needed_channels,
        signature=signature,
        quality=seen.quality,
        caption=entry.caption,
        class_name=entry.class_name,
        split=entry.split,
        metadata=entry.metadata,
        date=header.metadata.date,
        marks=find_marks(header.labels, header.metadata),
        warnings=(*_wrong_extension(entry.key, header), *seen.warnings),
        opted_out=opt_outs.reason_against(entry.key, seen.sha256) if opt_outs else None,
    )


def working_picture(image: Image) -> Image:
    """Reduce a picture by the largest whole number that leaves it large enough to measure.

    Args:
        image: Mode L, RGB or RGBA.

    Returns:
        The shorter side is at least `WORKING_SIDE_PX` if it was before, or the longer one four
        times that: a strip of any length costs little.
    """
    shorter, longer = sorted(image.size)
    factor = max(shorter // WORKING_SIDE_PX, longer // (MAX_STRETCH * WORKING_SIDE_PX))
    return image.reduce(factor) if factor > 1 else image


def needed_channels(picture: Image, *, coarse: Image | None = None) -> int:
    """Return the fewest channels that lose nothing: 1 grey, 3 RGB, 4 RGBA.

    A grey scan saved as RGB needs one; so does one that a JPEG tinted by a few levels.

    Args:
        picture: Mode L, RGB or RGBA.
        coarse: The same, reduced, where there is one: most pictures show at once in it that they
            have colours. None = look at every pixel.

    Example:
        >>> from PIL import Image
        >>> needed_channels(Image.new("RGBA", (4, 4), (9, 9, 9, 255)))
        1
    """
    if picture.mode == "L":
        return 1
    if picture.mode == "RGBA" and _extremes(picture.getchannel("A"))[0] < 255:
        return 4
    # means that differ are means of pixels that differ
    seen_at_once = coarse is not None and _is_colourful(coarse)
    return 3 if seen_at_once or _is_colourful(picture) else 1


def _is_colourful(picture: Image) -> bool:
    from PIL import ImageChops

    bands = picture.split()
    tints = (ImageChops.difference(bands[0], other) for other in bands[1:3])
    return any(_extremes(tint)[1] > MAX_TINT for tint in tints)


def _extremes(band: Image) -> tuple[int, int]:
    return cast("tuple[int, int]", band.getextrema())


def _wrong_extension(key: str, header: PictureHeader) -> tuple[Message, ...]:
    # said here because the picture is read from bytes, which have no name
    suffix = PurePosixPath(key).suffix
    if not has_wrong_extension(suffix, header.format):
        return ()
    return (
        Message(
            "{name} ends in {suffix} but holds {format}; it is read as {format}.",
            name=key,
            suffix=suffix,
            format=header.format.upper(),
        ),
    )
