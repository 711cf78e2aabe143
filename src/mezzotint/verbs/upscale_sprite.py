"""Upscale sprites: by whole numbers, each pixel a square, or with rounded diagonals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.pixel_art import PIXEL_ART_FACTORS, enlarge_pixel_art
from mezzotint.imaging.resize import enlarge_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SpriteMethod = Literal["squares", "pixel-art"]
MAX_PIXELS = 100_000_000


@dataclass(frozen=True, kw_only=True)
class UpscaleSpriteRequest:
    """Ask for a larger sprite.

    Attributes:
        factor: 1 or more; for "pixel-art" a product of 2 and 3 up to 9.
        method: "squares" keeps each pixel a sharp square; "pixel-art" rounds diagonal steps.
    """

    factor: int
    method: SpriteMethod = "squares"


def upscale_sprite(request: UpscaleSpriteRequest, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Enlarge a sprite; no colour appears that was not there.

    Args:
        request: How much, and how.
        pixels: uint8 [H, W, C].

    Raises:
        InputError: "upscale.factor" or "upscale.size".
    """
    factor = request.factor
    if factor < 1 or (request.method == "pixel-art" and factor not in PIXEL_ART_FACTORS):
        raise InputError(
            "upscale.factor",
            Message("A sprite cannot be enlarged {factor} times this way.", factor=factor),
            Message(
                "Squares take any whole number from 1; pixel-art takes {factors}.",
                factors=", ".join(map(str, PIXEL_ART_FACTORS)),
            ),
        )
    check_size(pixels.shape[0] * factor, pixels.shape[1] * factor)
    if request.method == "pixel-art":
        return enlarge_pixel_art(pixels, factor)
    return enlarge_whole(pixels, factor)


def check_size(height: int, width: int) -> None:
    """Refuse results that are too large.

    Raises:
        InputError: "upscale.size".
    """
    if height * width > MAX_PIXELS:
        raise InputError(
            "upscale.size",
            Message(
                "The result would be {width} x {height} px; at most {most} megapixels are made.",
                width=width,
                height=height,
                most=MAX_PIXELS // 1_000_000,
            ),
            Message("Choose a smaller factor."),
        )
