"""From a canvas of pixels to known latents and their mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels
from mezzotint.verbs.hole_filling import fill_smoothly

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import Engine
    from mezzotint.verbs.canvas import Canvas


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownLatents:
    """Hold what a generator is told of a picture.

    Attributes:
        latents: float32 [c, h, w]; 0 where nothing is known.
        mask: float32 [m, h, w]; 1 where the latents stay.
    """

    latents: NDArray[np.float32]
    mask: NDArray[np.float32]


def encode_known(engine: Engine, canvas: Canvas) -> KnownLatents:
    """Encode what is known of a canvas.

    A latent cell is known only if all its pixels are. Holes are filled smoothly before, since an
    encoder looks beyond the edge of a cell.

    Args:
        engine: Of a latent model.
        canvas: Sides are multiples of `granularity_px`; any channels.

    Raises:
        UnsupportedError: `engine.no_latents`, or `engine.no_encoder` if anything is known.
    """
    import numpy as np

    layout = engine.layout()
    mask = reduce_mask(canvas.is_known, layout)
    if not mask.any():
        rows, columns = layout.latent_size(canvas.size_px)
        return KnownLatents(
            latents=np.zeros((layout.num_channels, rows, columns), np.float32), mask=mask
        )
    pixels = to_channels(canvas.pixels, engine.card.channels)
    (latents,) = engine.encode(fill_smoothly(pixels, canvas.is_known)[None])
    return KnownLatents(latents=latents * spread_mask(mask, layout), mask=mask)


def reduce_mask(is_known: NDArray[np.bool_], layout: LatentLayout) -> NDArray[np.float32]:
    """Return the mask of the latents, float32 [m, h, w].

    Args:
        is_known: bool [H, W], sides multiples of `stride_px`.
        layout: Of the model. With one channel, a cell needs all its pixels; with one for each of
            the f * f sub-positions (row by row), each pixel stands for itself.
    """
    import numpy as np

    stride = layout.stride_px
    height, width = is_known.shape
    blocks = is_known.reshape(height // stride, stride, width // stride, stride)
    if layout.num_mask_channels == 1:
        return np.logical_and.reduce(blocks, axis=(1, 3))[None].astype(np.float32)
    places = blocks.transpose(1, 3, 0, 2)
    return places.reshape(-1, height // stride, width // stride).astype(np.float32)


def spread_mask(mask: NDArray[np.float32], layout: LatentLayout) -> NDArray[np.float32]:
    """Return the mask for each latent channel, float32 [c, h, w] (or [1, h, w])."""
    import numpy as np

    if layout.num_mask_channels == 1:
        return mask
    # Latents hold the f * f places of the first colour, then those of the next one.
    return np.tile(mask, (layout.num_channels // layout.num_mask_channels, 1, 1))
