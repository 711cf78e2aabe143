"""Look at one entry: read and decode it once, small, and measure everything on the way."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from pathlib import PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING

from mezzotint.data.check.facts import BrokenPicture, PictureFacts
from mezzotint.data.check.marks import find_marks
from mezzotint.data.quality import WORKING_SIDE_PX, measure_quality
from mezzotint.data.similarity import sign_picture
from mezzotint.domain.errors import MezzotintError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import has_wrong_extension
from mezzotint.imaging.read import read_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from mezzotint.data.optout import OptOuts
    from mezzotint.data.sources.entry import Entry
    from mezzotint.imaging.read import Picture

# A file larger than this may hold a picture of hundreds of MB: one thread at a time decodes such.
LARGE_FILE_BYTES = 4 << 20
MAX_STRETCH = 4  # of the working picture's sides, so that a strip of any length costs little
MAX_TINT = 8  # levels between channels that a JPEG makes of grey
_one_large_at_a_time = Lock()


def examine(
    entry: Entry, *, max_pixels: int, opt_outs: OptOuts | None = None
) -> PictureFacts | BrokenPicture:
    """Find out everything about one entry.

    Args:
        entry: Of any source.
        max_pixels: Pictures with more are refused as decompression bombs, undecoded.
        opt_outs: Pictures that must not be trained on.

    Returns:
        The facts, or what is wrong with it; no broken file raises.
    """
    try:
        data = entry.open()
        turn = _one_large_at_a_time if len(data) > LARGE_FILE_BYTES else nullcontext()
        with turn:
            picture = read_picture(
                data, name=entry.key, max_pixels=max_pixels, min_size_px=WORKING_SIDE_PX
            )
            working = working_picture(picture.pixels)
    except MezzotintError as error:
        remedy = error.hint or Message("Replace it, or leave it: training skips it.")
        return BrokenPicture(key=entry.key, code=error.code, reason=error.message, remedy=remedy)
    sha256 = hashlib.sha256(data).hexdigest()
    return PictureFacts(
        key=entry.key,
        sha256=sha256,
        num_bytes=len(data),
        format=picture.format,
        mode=picture.mode,
        height_px=picture.full_height_px,
        width_px=picture.full_width_px,
        channels=picture.pixels.shape[2],
        needed_channels=needed_channels(working),
        signature=sign_picture(working),
        quality=measure_quality(working),
        caption=entry.caption,
        class_name=entry.class_name,
        split=entry.split,
        metadata=entry.metadata,
        date=picture.metadata.date,
        marks=find_marks(picture.labels, picture.metadata),
        warnings=(*_wrong_extension(entry.key, picture), *picture.warnings),
        opted_out=opt_outs.reason_against(entry.key, sha256) if opt_outs else None,
    )


def working_picture(pixels: NDArray[np.uint8], side_px: int = WORKING_SIDE_PX) -> Image:
    """Reduce a picture until its shorter side is `side_px`, aspect kept.

    Args:
        pixels: uint8 [H, W, C], C = 1, 3 or 4.
        side_px: Smaller pictures stay as they are. The longer side of a strip comes out at most
            four times as long.
    """
    from PIL import Image

    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    scale = min(side_px / min(image.size), MAX_STRETCH * side_px / max(image.size))
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def needed_channels(picture: Image) -> int:
    """Return the fewest channels that lose nothing: 1 grey, 3 RGB, 4 RGBA.

    A grey scan saved as RGB needs one; so does one that a JPEG tinted by a few levels.

    Args:
        picture: Mode L, RGB or RGBA.

    Example:
        >>> from PIL import Image
        >>> needed_channels(Image.new("RGBA", (4, 4), (9, 9, 9, 255)))
        1
    """
    import numpy as np
    from PIL import ImageChops

    if picture.mode == "L":
        return 1
    bands = picture.split()
    if len(bands) == 4 and np.asarray(bands[3]).min() < 255:
        return 4
    tints = (ImageChops.difference(bands[0], other) for other in bands[1:3])
    return 1 if all(np.asarray(tint).max() <= MAX_TINT for tint in tints) else 3


def _wrong_extension(key: str, picture: Picture) -> tuple[Message, ...]:
    # said here because the picture is read from bytes, which have no name
    suffix = PurePosixPath(key).suffix
    if not has_wrong_extension(suffix, picture.format):
        return ()
    return (
        Message(
            "{name} ends in {suffix} but holds {format}; it is read as {format}.",
            name=key,
            suffix=suffix,
            format=picture.format.upper(),
        ),
    )
