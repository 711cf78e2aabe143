"""Colours to sRGB by the ICC profile that a picture brings along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from PIL import Image, ImageCms

# Pillow mode -> the colour space an ICC profile must have to describe it.
_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB ", "CMYK": b"CMYK"}
_SPACE_FIELD = slice(16, 20)  # of the profile's header (ICC.1:2022 section 7.2)
_PROBE_TOLERANCE = 1  # levels; what two roundings of the same colour may differ by


@dataclass(frozen=True, kw_only=True)
class InSrgb:
    """Hold a picture whose colours are sRGB, and what had to be guessed on the way."""

    image: Image.Image
    warnings: tuple[Message, ...] = ()


def to_srgb(image: Image.Image, profile_bytes: bytes | None, *, name: str) -> InSrgb:
    """Convert a picture to sRGB with its own ICC profile; grey stays grey, alpha is kept.

    Relative colorimetric with black point compensation, as photo editors do by default. A picture
    without a profile is sRGB by convention and comes back as it is, and so does one whose profile
    moves no colour: going through the transform would only cost time.

    Args:
        image: Mode L, RGB, RGBA or CMYK.
        profile_bytes: The ICC profile; None = none.
        name: What warnings call the picture.

    Returns:
        L, RGB or RGBA; CMYK only if there was no profile to convert it with.
    """
    if not profile_bytes:
        return InSrgb(image=image)
    if profile_bytes[_SPACE_FIELD] != _SPACES[image.mode]:
        return InSrgb(image=image, warnings=(_unused(name),))
    from PIL import ImageCms

    try:
        if image.mode != "CMYK" and _moves_nothing(profile_bytes, image.mode):
            return InSrgb(image=image)
        return InSrgb(image=_apply(_transform(profile_bytes, image.mode), image))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return InSrgb(image=image, warnings=(_unused(name),))


# Most pictures carry one of a few profiles, and to build a transform takes longer than a decoding.
# LittleCMS allows threads to share one.
@lru_cache(maxsize=8)
def _transform(profile_bytes: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(BytesIO(profile_bytes)),
        ImageCms.createProfile("sRGB"),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        mode,
        "RGBA" if mode == "RGBA" else "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _apply(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None, "only an in-place transform returns None"
    return converted.getchannel(0) if image.mode == "L" else converted


@lru_cache(maxsize=8)
def _moves_nothing(profile_bytes: bytes, mode: str) -> bool:
    import numpy as np
    from PIL import Image

    levels = np.linspace(0, 255, 9).round().astype(np.uint8)
    if mode == "L":
        probe = np.arange(256, dtype=np.uint8)[None]
    else:  # a coarse grid over the colour cube
        channels = np.meshgrid(*[levels] * len(mode), indexing="ij")
        probe = np.stack(channels, axis=-1).reshape(1, -1, len(mode))
    transform = _transform(profile_bytes, mode)
    moved = np.asarray(_apply(transform, Image.fromarray(probe)), dtype=np.int16)
    return bool(abs(moved - probe).max() <= _PROBE_TOLERANCE)


def _unused(name: str) -> Message:
    return Message(
        "The colour profile in {name} does not fit the picture; its colours are taken as sRGB.",
        name=name,
    )
