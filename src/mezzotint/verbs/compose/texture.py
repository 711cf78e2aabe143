"""Texture: a tile that repeats without a seam, with its height and normal maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.seamless import make_seamless, wrap_gradient_ratio
from mezzotint.imaging.surface import NormalConvention, height_map, normal_map

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of the step over the edges to steps inside: up to here a picture counts as repeating already.
MAX_SEAMLESS_RATIO = 1.1
MIN_SIDE_PX = 8


@dataclass(frozen=True, kw_only=True)
class TextureRequest:
    """Ask for a texture.

    Attributes:
        overlap: Share of each side used up for the joint; 0 leaves the picture as it is, None
            joins it only if it has a seam.
        strength: Of the slopes: 0 flat, 1 usual.
        convention: Where green points in the normal map: up ("opengl") or down ("directx").
    """

    overlap: float | None = None
    strength: float = 1.0
    convention: NormalConvention = "opengl"


@dataclass(frozen=True, kw_only=True, eq=False)
class Texture:
    """Hold a tile and its maps.

    Attributes:
        tile: uint8 [H, W, C].
        height: uint8 [H, W, 1], bright is high.
        normal: uint8 [H, W, 3].
        seam: Step over the edges of the tile to steps inside it; 1 = no seam shows.
        is_joined: Whether the picture was cut to repeat.
    """

    tile: NDArray[np.uint8]
    height: NDArray[np.uint8]
    normal: NDArray[np.uint8]
    seam: float
    is_joined: bool


def texture(request: TextureRequest, pixels: NDArray[np.uint8]) -> Texture:
    """Make a tile and its maps from a picture.

    Raises:
        InputError: "texture.size" or "texture.value".
    """
    _check(request, pixels)
    overlap = request.overlap
    if overlap is None:
        overlap = 0.0 if wrap_gradient_ratio(pixels) <= MAX_SEAMLESS_RATIO else 0.2
    tile = make_seamless(pixels, overlap) if overlap else pixels
    heights = height_map(tile)
    return Texture(
        tile=tile,
        height=heights,
        normal=normal_map(heights, strength=request.strength, convention=request.convention),
        seam=wrap_gradient_ratio(tile),
        is_joined=overlap > 0,
    )


def _check(request: TextureRequest, pixels: NDArray[np.uint8]) -> None:
    height, width = pixels.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        raise InputError(
            "texture.size",
            Message("A picture of {width} x {height} px is too small.", width=width, height=height),
            Message("Use one of 8 x 8 px or more."),
        )
    if not 0 <= (request.overlap or 0) <= 0.5 or not 0 <= request.strength <= 100:
        raise InputError(
            "texture.value",
            Message("The overlap goes from 0 to 0.5, the strength from 0 to 100."),
        )
