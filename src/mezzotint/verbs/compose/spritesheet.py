"""Spritesheet: many pictures on one atlas, with the JSON that game engines read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION
from mezzotint.imaging.packing import pack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AtlasValue = str | int | bool | Mapping[str, "AtlasValue"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sprite:
    """Hold one picture and the name that a game calls it by; pixels are uint8 [H, W, C]."""

    name: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class SpritesheetRequest:
    """Ask for an atlas.

    Attributes:
        padding_px: Empty pixels between sprites, so that none bleeds into another when scaled.
        trim: Cut transparent borders off; the JSON says what was cut.
        power_of_two: Make the sides of the atlas powers of two.
        max_side_px: No side of the atlas is longer.
    """

    padding_px: int = 2
    trim: bool = True
    power_of_two: bool = False
    max_side_px: int = 4096


@dataclass(frozen=True, kw_only=True, eq=False)
class Spritesheet:
    """Hold an atlas, uint8 [H, W, 4], and where each sprite lies (TexturePacker's JSON hash)."""

    pixels: NDArray[np.uint8]
    frames: Mapping[str, AtlasValue]

    def atlas(self, image_name: str) -> Mapping[str, AtlasValue]:
        """Return the whole JSON document for an atlas stored as `image_name`."""
        height, width = self.pixels.shape[:2]
        return {
            "frames": self.frames,
            "meta": {
                "app": "mezzotint",
                "version": VERSION,
                "image": image_name,
                "format": "RGBA8888",
                "size": {"w": width, "h": height},
                "scale": "1",
            },
        }


@dataclass(frozen=True, kw_only=True)
class _Box:
    """Say which part of a picture is kept."""

    left: int
    top: int
    width: int
    height: int


def spritesheet(request: SpritesheetRequest, sprites: Sequence[Sprite]) -> Spritesheet:
    """Pack sprites into an atlas; the same sprites give the same atlas.

    Raises:
        InputError: "spritesheet.names" or "spritesheet.size".
    """
    import numpy as np

    _check(sprites)
    boxes = [_kept(sprite.pixels, trim=request.trim) for sprite in sprites]
    gap = request.padding_px
    packed = pack(
        [(box.width + gap, box.height + gap) for box in boxes],
        # The last gap of a row lies outside.
        max_side_px=request.max_side_px + (0 if request.power_of_two else gap),
        power_of_two=request.power_of_two,
    )
    if packed is None:
        raise InputError(
            "spritesheet.size",
            Message("The sprites do not fit on {side} x {side} px.", side=request.max_side_px),
            Message("Allow a larger atlas (--max-size), or make several."),
        )
    margin = 0 if request.power_of_two else gap
    size = (packed.height_px - margin, packed.width_px - margin, 4)
    atlas = np.zeros(size, np.uint8)
    frames: dict[str, AtlasValue] = {}
    for sprite, box, (left, top) in zip(sprites, boxes, packed.places, strict=True):
        part = sprite.pixels[box.top : box.top + box.height, box.left : box.left + box.width]
        atlas[top : top + box.height, left : left + box.width] = _rgba(part)
        frames[sprite.name] = _frame(sprite, box, left, top)
    return Spritesheet(pixels=atlas, frames=frames)


def _check(sprites: Sequence[Sprite]) -> None:
    seen: set[str] = set()
    for sprite in sprites:
        if sprite.name in seen:
            raise InputError(
                "spritesheet.names",
                Message("Two sprites are called '{name}'.", name=sprite.name),
                Message("Rename one: a game asks for sprites by name."),
            )
        seen.add(sprite.name)


def _kept(pixels: NDArray[np.uint8], *, trim: bool) -> _Box:
    import numpy as np

    height, width = pixels.shape[:2]
    whole = _Box(left=0, top=0, width=width, height=height)
    if not trim or pixels.shape[2] != 4:
        return whole
    visible = pixels[..., 3] > 0
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    if not rows.size:  # an empty sprite keeps one pixel, since engines refuse frames of no size
        return _Box(left=0, top=0, width=1, height=1)
    return _Box(
        left=int(columns[0]),
        top=int(rows[0]),
        width=int(columns[-1] - columns[0]) + 1,
        height=int(rows[-1] - rows[0]) + 1,
    )


def _frame(sprite: Sprite, box: _Box, left: int, top: int) -> Mapping[str, AtlasValue]:
    height, width = sprite.pixels.shape[:2]
    is_trimmed = (box.width, box.height) != (width, height)
    return {
        "frame": {"x": left, "y": top, "w": box.width, "h": box.height},
        "rotated": False,
        "trimmed": is_trimmed,
        "spriteSourceSize": {"x": box.left, "y": box.top, "w": box.width, "h": box.height},
        "sourceSize": {"w": width, "h": height},
    }


def _rgba(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    if pixels.shape[2] == 4:
        return pixels
    colours = pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return np.concatenate([colours, opaque], axis=2)
