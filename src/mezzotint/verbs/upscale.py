"""Upscale by a model's own upscaler: tile by tile, so that memory does not grow with the picture.

"subtle" is what the net gives: Lanczos interpolation and the detail that it has learnt is missing.
"creative" adds half as much again: crisper edges, more texture than the picture can vouch for.
Nothing that is not hinted at in the picture is made up by either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mezzotint.data.packed.channels import to_channels
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.resize import resize
from mezzotint.verbs.hole_filling import fill_smoothly
from mezzotint.verbs.upscale_sprite import check_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine

    Progress = Callable[[int, int], None]

UpscaleManner = Literal["subtle", "creative"]

UPSCALE_FACTORS = (2, 4)
TILE_PX = 256  # of the picture, without overlap; a multiple of GRID_PX
GRID_PX = 32  # every tile begins on it, so that nets which join pixels join the same ones
OVERLAP_PX = 32  # farther than an upscaler looks; a multiple of GRID_PX
_CREATIVE_GAIN = 1.5  # of the detail that the net adds


@dataclass(frozen=True, kw_only=True)
class UpscaleRequest:
    """Ask for a larger picture.

    Attributes:
        factor: 2 or 4.
        manner: "subtle" stays with what the net is sure of; "creative" exaggerates it.
        tile_px: Side of a tile, a multiple of 32: memory goes with its square.
    """

    factor: int = 2
    manner: UpscaleManner = "subtle"
    tile_px: int = TILE_PX


def upscale(
    engine: Engine,
    request: UpscaleRequest,
    pixels: NDArray[np.uint8],
    *,
    progress: Progress | None = None,
) -> NDArray[np.uint8]:
    """Enlarge a picture of any size; 4 times is twice over.

    Grey stays grey. Where the model knows no transparency, alpha is interpolated (Lanczos) and
    the colours beside it go on smoothly under what is transparent.

    Args:
        engine: Of a model with an upscaler.
        request: How much, and how.
        pixels: uint8 [H, W, C].
        progress: Told how many tiles of how many are done.

    Returns:
        uint8 [factor * H, factor * W, C].

    Raises:
        UnsupportedError: `engine.no_upscaler`.
        InputError: "upscale.factor" or "upscale.size".
    """
    if request.factor not in UPSCALE_FACTORS:
        raise InputError(
            "upscale.factor",
            Message("An upscaler enlarges 2 or 4 times, not {factor}.", factor=request.factor),
            Message("Choose 2 or 4; whole factors for sprites: --method squares --by 8"),
        )
    height, width = pixels.shape[:2]
    check_size(height * request.factor, width * request.factor)
    sizes = [(height << step, width << step) for step in range(request.factor // 2)]
    total = sum(1 for size in sizes for _ in _tiles(size, request.tile_px))
    done = 0
    for _ in sizes:
        larger = _empty_like(pixels)
        for rows, columns in _tiles(pixels.shape[:2], request.tile_px):
            _put(larger, rows, columns, _enlarge(engine, request, _cut(pixels, rows, columns)))
            done += 1
            if progress is not None:
                progress(done, total)
        pixels = larger
    return pixels


# --- Tiles -------------------------------------------------------------------------------------


def _tiles(size_px: tuple[int, ...], tile_px: int) -> Iterator[tuple[range, range]]:
    height, width = size_px
    for top in range(0, height, tile_px):
        for left in range(0, width, tile_px):
            yield (
                range(top, min(top + tile_px, height)),
                range(left, min(left + tile_px, width)),
            )


def _cut(pixels: NDArray[np.uint8], rows: range, columns: range) -> NDArray[np.uint8]:
    """Return a tile and its surroundings; beyond the border of the picture that is repeated."""
    import numpy as np

    def around(span: range, length: int) -> NDArray[np.int64]:
        end = span.stop + (span.start - span.stop) % GRID_PX  # a whole number of grid cells
        return np.arange(span.start - OVERLAP_PX, end + OVERLAP_PX).clip(0, length - 1)

    height, width = pixels.shape[:2]
    return pixels[np.ix_(around(rows, height), around(columns, width))]


def _put(larger: NDArray[np.uint8], rows: range, columns: range, tile: NDArray[np.uint8]) -> None:
    start = 2 * OVERLAP_PX
    larger[2 * rows.start : 2 * rows.stop, 2 * columns.start : 2 * columns.stop] = tile[
        start : start + 2 * len(rows), start : start + 2 * len(columns)
    ]


def _empty_like(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    height, width, channels = pixels.shape
    return np.empty((2 * height, 2 * width, channels), np.uint8)


# --- One tile ----------------------------------------------------------------------------------


def _enlarge(engine: Engine, request: UpscaleRequest, tile: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    larger = _by_model(engine, tile)
    if request.manner == "subtle":
        return larger
    plain = resize(tile, *larger.shape[:2]).astype(np.int16)
    exaggerated = plain + _CREATIVE_GAIN * (larger.astype(np.int16) - plain)
    exaggerated = exaggerated.clip(0, 255).astype(np.uint8)
    if tile.shape[2] == 4:
        exaggerated[..., 3] = larger[..., 3]
    return exaggerated


def _by_model(engine: Engine, tile: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a tile of any channels at twice the size, by a model of any channels."""
    import numpy as np

    wanted, found = engine.card.channels, tile.shape[2]
    if wanted == found:
        return engine.upscale(tile[None])[0]
    if wanted == 1:  # colour by colour
        return engine.upscale(tile.transpose(2, 0, 1)[..., None])[..., 0].transpose(1, 2, 0)
    if found == 4:
        alpha = tile[..., 3]
        colours = fill_smoothly(tile[..., :3], alpha > 0)
        larger_alpha = resize(alpha[..., None], 2 * tile.shape[0], 2 * tile.shape[1])
        larger = np.where(larger_alpha > 0, engine.upscale(colours[None])[0], 0)
        return np.concatenate([larger, larger_alpha], axis=2).astype(np.uint8)
    larger = engine.upscale(to_channels(tile, wanted)[None])[0]
    return to_channels(larger[..., :3], 1) if found == 1 else larger[..., :3]
