"""Holes as the user writes them, and as a recipe keeps them."""

from __future__ import annotations

import bz2
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NoReturn, TypeVar

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.read import read_picture
from mezzotint.verbs.hole_shapes import (
    Box,
    Point,
    Stroke,
    hole_of_box,
    hole_of_mask,
    hole_of_polygon,
    hole_of_strokes,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAX_ASPECT_ERROR = 0.02  # by which a mask may differ from the picture's aspect
_Read = TypeVar("_Read")


@dataclass(frozen=True, kw_only=True)
class Region:
    """Say which part of a picture is meant, by exactly one of these.

    Attributes:
        box: "x,y,width,height" in pixels, or in percent: "25%,25%,50%,50%".
        polygon: JSON "[[x, y], ...]" in pixels, or the path of a file with it.
        strokes: JSON '[{"radius_px": 8, "points": [[x, y], ...]}, ...]', or the path of a file.
        mask: The path or the bytes of a picture: white is painted, or what is transparent.
    """

    box: str | None = None
    polygon: str | Path | None = None
    strokes: str | Path | None = None
    mask: Path | str | bytes | None = None


@dataclass(frozen=True, kw_only=True)
class _WrittenStroke:
    __pydantic_config__: ClassVar = {"extra": "forbid"}

    radius_px: float
    points: list[Point]


def read_hole(region: Region, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Return bool [H, W], True where a picture of this size is painted anew.

    Raises:
        InputError: "region.none", "region.several", "region.shape", "region.size",
            "region.empty", or what `read_picture` raises for the mask.
    """
    _check_one(region)
    if region.box is not None:
        hole = hole_of_box(_read_box(region.box, size_px), size_px)
    elif region.polygon is not None:
        points = _read_json(region.polygon, list[Point])
        hole = hole_of_polygon(_enough(points), size_px)
    elif region.strokes is not None:
        strokes = _read_json(region.strokes, list[_WrittenStroke])
        hole = hole_of_strokes(
            [Stroke(radius_px=one.radius_px, points=one.points) for one in strokes], size_px
        )
    else:
        assert region.mask is not None, "one of them is given"
        hole = _read_mask(region.mask, size_px)
    if not hole.any():
        raise InputError(
            "region.empty",
            Message("The region holds no pixel of the picture."),
            Message(
                "The picture is {width} x {height} px; x and y start at its top left corner.",
                width=size_px[1],
                height=size_px[0],
            ),
        )
    return hole


def write_hole(hole: NDArray[np.bool_]) -> str:
    """Write a hole as text, exactly: what changes from row to row, bits packed, bzip2, base 64.

    A box in a large picture takes some hundred bytes, strokes some thousands: JPEG has room for
    little more.

    Example:
        >>> import numpy as np
        >>> hole = np.eye(5, 9, dtype=bool)
        >>> bool((hole_of_text(write_hole(hole), (5, 9)) == hole).all())
        True
    """
    import numpy as np

    changes = hole.copy()
    changes[1:] ^= hole[:-1]
    return b64encode(bz2.compress(np.packbits(changes).tobytes())).decode("ascii")


def hole_of_text(text: str, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Read a hole back.

    Raises:
        InputError: `record.damaged`.
    """
    import numpy as np

    num_pixels = size_px[0] * size_px[1]
    num_bytes = -(-num_pixels // 8)
    reader = bz2.BZ2Decompressor()
    try:
        bits = reader.decompress(b64decode(text, validate=True), num_bytes + 1)
    except (ValueError, OSError, EOFError) as error:
        raise _damaged() from error
    if len(bits) != num_bytes or not reader.eof:
        raise _damaged()
    unpacked = np.unpackbits(np.frombuffer(bits, np.uint8), count=num_pixels)
    changes = unpacked.reshape(size_px).astype(np.bool_)
    return np.logical_xor.accumulate(changes, axis=0)


def _damaged() -> InputError:
    return InputError(
        "record.damaged",
        Message("The recipe in this picture is damaged: the region cannot be read."),
        Message("Use the picture's original file."),
    )


def _check_one(region: Region) -> None:
    given = [region.box, region.polygon, region.strokes, region.mask]
    num_given = sum(one is not None for one in given)
    if num_given == 1:
        return
    code = "region.none" if num_given == 0 else "region.several"
    raise InputError(
        code,
        Message("Say which part of the picture is meant, in one way."),
        Message("Give a box, a polygon, strokes or a mask: --box 25%,25%,50%,50%"),
    )


def _read_box(text: str, size_px: tuple[int, int]) -> Box:
    height, width = size_px
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    if len(parts) != 4:
        _refuse_shape(text)
    left, top, box_width, box_height = (
        _read_length(part, whole, text)
        for part, whole in zip(parts, (width, height, width, height), strict=True)
    )
    return Box(left_px=left, top_px=top, width_px=box_width, height_px=box_height)


def _read_length(part: str, whole_px: int, text: str) -> float:
    from math import isfinite

    try:
        value = float(part.removesuffix("%").removesuffix("px"))
    except ValueError:
        _refuse_shape(text)
    if not isfinite(value):
        _refuse_shape(text)
    return value * whole_px / 100 if part.endswith("%") else value


def _read_json(source: str | Path, kind: type[_Read]) -> _Read:
    from pydantic import TypeAdapter, ValidationError

    is_written = isinstance(source, str) and source.lstrip().startswith(("[", "{"))
    try:
        text = str(source) if is_written else Path(source).read_text(encoding="utf-8")
        return TypeAdapter(kind).validate_python(json.loads(text))
    except (OSError, ValueError, ValidationError):
        _refuse_shape(str(source))


def _enough(points: Sequence[Point]) -> Sequence[Point]:
    if len(points) < 3:
        _refuse_shape(json.dumps(points))
    return points


def _read_mask(mask: Path | str | bytes, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    pixels = read_picture(mask).pixels
    height, width = pixels.shape[:2]
    wanted, found = size_px[1] / size_px[0], width / height
    if abs(found / wanted - 1) > _MAX_ASPECT_ERROR:
        raise InputError(
            "region.size",
            Message(
                "The mask is {mask_width} x {mask_height} px and the picture {width} x {height}.",
                mask_width=width,
                mask_height=height,
                width=size_px[1],
                height=size_px[0],
            ),
            Message("Paint the mask on a copy of the picture."),
        )
    return hole_of_mask(pixels, size_px)


def _refuse_shape(text: str) -> NoReturn:
    raise InputError(
        "region.shape",
        Message("'{text}' is no region.", text=text if len(text) < 80 else text[:79] + "…"),
        Message(
            "Write a box as 25%,25%,50%,50% or 10,20,64,48 (x, y, width, height), a polygon as "
            "[[x, y], [x, y], [x, y]], strokes in JSON as objects with radius_px and points."
        ),
    )
