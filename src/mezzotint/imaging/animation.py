"""Frames to GIF, WebP or MP4 bytes, and back to frames; the same frames give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.encode import flatten
from mezzotint.imaging.formats import AnimationFormat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

MAX_FRAMES_PER_S = 50
_MAX_GIF_SIDE_PX, _MAX_WEBP_SIDE_PX = 65_535, 16_383
_GIF_COLOURS = 256
_PALETTE_SAMPLE_PX = 64  # side of each frame on the sheet that the palette is chosen from


@dataclass(frozen=True, kw_only=True)
class EncodedAnimation:
    """Hold the bytes of an animation without metadata, and what was lost on the way.

    Attributes:
        data: The whole file.
        frame_ms: How long each frame is shown; GIF knows hundredths of a second only.
        warnings: What was lost.
    """

    data: bytes
    frame_ms: float
    warnings: tuple[Message, ...] = ()


def encode_animation(
    frames: Sequence[NDArray[np.uint8]], file_format: AnimationFormat, *, frames_per_s: float
) -> EncodedAnimation:
    """Encode frames of one size; GIF and WebP repeat for ever.

    WebP keeps every pixel that shows. GIF keeps greys and up to 256 colours. MP4 (H.264) is lossy,
    and its sides are made even by repeating the last row or column.

    Args:
        frames: One or more, uint8 [H, W, C], all of one shape.
        file_format: "gif", "webp" or "mp4".
        frames_per_s: 1 to 50.

    Raises:
        InputError: "animation.speed" or "animation.size".
        MissingExtraError: MP4 without the part `video`.
        FailedError: ffmpeg failed.
    """
    _check(frames, file_format, frames_per_s)
    warnings: tuple[Message, ...] = ()
    if frames[0].shape[2] == 4 and file_format != "webp":
        frames = [flatten(frame) for frame in frames]
        warnings = (
            Message(
                "{format} has no soft transparency: the frames were laid on white.",
                format=file_format.upper(),
            ),
        )
    if file_format == "gif":
        hundredths = max(2, round(100 / frames_per_s))  # players slow down below 2
        data = _encode_gif(frames, hundredths)
        return EncodedAnimation(data=data, frame_ms=10.0 * hundredths, warnings=warnings)
    if file_format == "webp":
        frame_ms = round(1000 / frames_per_s)
        return EncodedAnimation(data=_encode_webp(frames, frame_ms), frame_ms=float(frame_ms))
    from mezzotint.imaging.video import encode_mp4

    data = encode_mp4(frames, frames_per_s=frames_per_s)
    return EncodedAnimation(data=data, frame_ms=1000 / frames_per_s, warnings=warnings)


def decode_frames(data: bytes) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of a GIF or WebP, uint8 [H, W, 3 or 4], one at a time.

    Args:
        data: A whole file, known to be good.
    """
    import numpy as np
    from PIL import ImageSequence

    with _open(data) as image:
        for frame in ImageSequence.Iterator(image):
            mode = "RGBA" if frame.has_transparency_data else "RGB"
            yield np.asarray(frame.convert(mode))


def count_frames(data: bytes) -> int:
    """Return how many frames a GIF or WebP holds."""
    with _open(data) as image:
        return int(getattr(image, "n_frames", 1))


def frames_hash(data: bytes) -> str:
    """Hash all frames of a GIF or WebP as they decode: shapes, values and order."""
    import hashlib

    from mezzotint.imaging.pixel_hash import pixel_hash

    digest = hashlib.sha256()
    for frame in decode_frames(data):
        digest.update(pixel_hash(frame).encode())
    return digest.hexdigest()


def _open(data: bytes) -> Image.Image:
    from PIL.GifImagePlugin import GifImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    return GifImageFile(BytesIO(data)) if data[:3] == b"GIF" else WebPImageFile(BytesIO(data))


def _check(
    frames: Sequence[NDArray[np.uint8]], file_format: AnimationFormat, frames_per_s: float
) -> None:
    assert frames, "an animation has at least one frame"
    assert len({frame.shape for frame in frames}) == 1, "frames have one shape"
    if not 1 <= frames_per_s <= MAX_FRAMES_PER_S:
        raise InputError(
            "animation.speed",
            Message("{speed} frames a second cannot be written.", speed=frames_per_s),
            Message("Choose 1 to {most}.", most=MAX_FRAMES_PER_S),
        )
    limits_px = {"gif": _MAX_GIF_SIDE_PX, "webp": _MAX_WEBP_SIDE_PX, "mp4": 16_384}
    height, width = frames[0].shape[:2]
    if max(height, width) > limits_px[file_format]:
        raise InputError(
            "animation.size",
            Message(
                "{format} holds at most {limit_px} px a side; the frames are {width} x {height}.",
                format=file_format.upper(),
                limit_px=limits_px[file_format],
                width=width,
                height=height,
            ),
            Message("Choose a smaller --scale."),
        )


def _encode_gif(frames: Sequence[NDArray[np.uint8]], hundredths: int) -> bytes:
    images = _with_palette([_image(frame) for frame in frames])
    buffer = BytesIO()
    images[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=images[1:],
        duration=10 * hundredths,
        loop=0,
        optimize=False,
        disposal=1,
    )
    return buffer.getvalue()


def _with_palette(images: Sequence[Image.Image]) -> list[Image.Image]:
    # One palette for all frames: with one each, still areas would flicker.
    from PIL import Image

    if images[0].mode == "L":
        return list(images)
    side = _PALETTE_SAMPLE_PX
    sample = Image.new("RGB", (side * len(images), side))
    for index, image in enumerate(images):
        small = image.resize((side, side), Image.Resampling.NEAREST)
        sample.paste(small, (index * side, 0))
    palette = sample.quantize(_GIF_COLOURS, method=Image.Quantize.MEDIANCUT)
    return [image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for image in images]


def _encode_webp(frames: Sequence[NDArray[np.uint8]], frame_ms: int) -> bytes:
    images = [_image(frame) for frame in frames]
    buffer = BytesIO()
    images[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=images[1:],
        duration=frame_ms,
        loop=0,
        lossless=True,
        exact=True,
        method=4,
    )
    return buffer.getvalue()


def _image(frame: NDArray[np.uint8]) -> Image.Image:
    from PIL import Image

    return Image.fromarray(frame[..., 0] if frame.shape[2] == 1 else frame)
