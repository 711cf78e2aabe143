"""From Pillow's many modes to uint8 [H, W, C]: 1 grey, 3 RGB, 4 RGBA, in sRGB, upright."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mezzotint.domain.message import Message
from mezzotint.imaging.bit_depth import (
    floats_to_bytes,
    integers_to_bytes,
    white_of_floats,
    white_of_integers,
)
from mezzotint.imaging.colour_profile import InSrgb, to_srgb

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

_STRIP_BYTES = 16_000_000  # how much of a picture is copied at a time
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262  # TIFF tags
_WHITE_IS_ZERO = 0


def decode_image(image: Image.Image, *, name: str, orientation: int) -> InSrgb:
    """Turn an opened Pillow image into one of mode L, RGB or RGBA, in sRGB, upright.

    Args:
        image: Opened by one of Pillow's decoders; loaded here.
        name: What warnings call the picture.
        orientation: EXIF orientation to undo, 1 to 8.
    """
    image.load()
    profile = image.info.get("icc_profile")
    plain = _plain_mode(image, name)
    in_srgb = to_srgb(plain.image, profile if image.mode != "LAB" else None, name=name)
    converted = in_srgb.image
    if converted.mode == "CMYK":
        converted = converted.convert("RGB")
    upright = turn_upright(converted, orientation)
    return InSrgb(image=upright, warnings=plain.warnings + in_srgb.warnings)


def num_channels(image: Image.Image) -> int:
    """Tell how many channels the decoded picture will have, before decoding it."""
    if image.has_transparency_data:
        return 4
    grey = image.mode in ("1", "L") or image.mode.startswith(("I", "F")) or _has_greys_only(image)
    return 1 if grey else 3


def turn_upright(image: Image.Image, orientation: int) -> Image.Image:
    """Undo an EXIF orientation, so that the first row is the top and the first column the left.

    Args:
        image: As stored.
        orientation: 1 to 8 as in EXIF; 5 to 8 swap the sides.

    Example:
        >>> import numpy as np
        >>> from PIL import Image
        >>> stored = Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
        >>> np.asarray(turn_upright(stored, 6)).tolist()
        [[3, 0], [4, 1], [5, 2]]
    """
    from PIL.Image import Transpose

    undo = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(undo[orientation]) if orientation in undo else image


def _plain_mode(image: Image.Image, name: str) -> InSrgb:
    # Any mode => L, RGB, RGBA or CMYK, 8 bits a channel.
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image, name)
    if image.has_transparency_data:
        return InSrgb(image=_with_alpha(image))
    if image.mode in ("L", "RGB", "CMYK"):
        return InSrgb(image=image)
    is_grey = image.mode == "1" or _has_greys_only(image)
    return InSrgb(image=image.convert("L" if is_grey else "RGB"))


def _has_greys_only(image: Image.Image) -> bool:
    # A GIF has no other way to be grey than by its palette.
    palette = image.palette
    if image.mode != "P" or palette is None or (palette.rawmode or palette.mode) != "RGB":
        return False
    colours = bytes(palette.palette)
    return colours[0::3] == colours[1::3] == colours[2::3]


def _with_alpha(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        return image
    key = cast("object", image.info.get("transparency"))
    if image.mode == "RGB" and isinstance(key, tuple):
        levels = cast("tuple[int, ...]", key)
        if max(levels) > 255:
            # A 16-bit PNG: Pillow took the high byte of the pixels, not of the transparent colour.
            image.info["transparency"] = tuple(level >> 8 for level in levels)
    return image.convert("RGBA")


def _eight_bits(image: Image.Image, name: str) -> InSrgb:
    import numpy as np
    from PIL import Image

    values = np.asarray(image)
    warnings: tuple[Message, ...] = ()
    tags = getattr(image, "tag_v2", {})
    if image.mode == "F":
        white = white_of_floats(values)
        grey = floats_to_bytes(values, white=white)
        warnings = () if white == 1.0 else (_guessed_white(name, white),)
    elif image.mode == "I":
        white = white_of_integers(values)
        grey = integers_to_bytes(values, white=white)
        warnings = (_guessed_white(name, white),)
    else:  # I;16 and its byte orders
        (bits,) = tags.get(_BITS_PER_SAMPLE, (16,))
        grey = integers_to_bytes(values, white=2**bits - 1)
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        grey = 255 - grey
    key = image.info.get("transparency")
    if isinstance(key, int):
        alpha = np.where(values == key, 0, 255).astype(np.uint8)
        return InSrgb(image=Image.fromarray(np.dstack([grey, grey, grey, alpha])))
    return InSrgb(image=Image.fromarray(grey), warnings=warnings)


def pixels_of(image: Image.Image) -> NDArray[np.uint8]:
    """Copy an image of mode L, RGB or RGBA into an array, uint8 [H, W, C]."""
    # Strip by strip: in one piece Pillow would hold three copies of a large picture.
    import numpy as np

    width, height = image.size
    pixels = np.empty((height, width, len(image.getbands())), np.uint8)
    num_rows = max(1, _STRIP_BYTES // pixels[0].nbytes)
    for top in range(0, height, num_rows):
        bottom = min(top + num_rows, height)
        strip = np.asarray(image.crop((0, top, width, bottom)))
        pixels[top:bottom] = strip.reshape(bottom - top, width, -1)
    return pixels


def _guessed_white(name: str, white: float) -> Message:
    return Message(
        "{name} does not say which value is white; {white} was taken.", name=name, white=white
    )
