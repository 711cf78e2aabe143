"""What pictures are made with: each medium is real image processing, not a tint."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from mezzotint.data.scenes.attributes import Medium
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.media.facets import low_poly
from mezzotint.data.scenes.media.ink import ink_wash
from mezzotint.data.scenes.media.oil import oil_painting
from mezzotint.data.scenes.media.pencil import pencil
from mezzotint.data.scenes.media.photo import photo
from mezzotint.data.scenes.media.pixels import block_px, pixel_art
from mezzotint.data.scenes.media.poster import flat_poster
from mezzotint.data.scenes.media.watercolour import watercolour
from mezzotint.data.scenes.weather import falling

MEDIA: dict[Medium, Callable[[Batch, Tensor], Tensor]] = {
    Medium.PHOTO: photo,
    Medium.OIL: oil_painting,
    Medium.WATERCOLOUR: watercolour,
    Medium.POSTER: flat_poster,
    Medium.INK: ink_wash,
    Medium.PIXEL: pixel_art,
    Medium.LOW_POLY: low_poly,
    Medium.PENCIL: pencil,
}


def apply_media(batch: Batch, display: Tensor) -> Tensor:
    """Render display colours [B, 3, H, W] in [0, 1] in the medium of each scene.

    Rain and snow come last where a medium would smooth them away, as a painter spatters them on.
    """
    for medium, indices in batch.groups(lambda scene: scene.medium):
        chosen, part = batch.index(indices), batch.take(indices)
        picture = display.index_select(0, chosen)
        if medium is Medium.PHOTO:
            finished = photo(part, falling(part, picture))
        elif medium is Medium.PIXEL:
            finished = pixel_art(part, falling(part, picture, block_px(batch.frame)))
        else:
            finished = falling(part, MEDIA[medium](part, picture).clamp(0.0, 1.0))
        display.index_copy_(0, chosen, finished.clamp(0.0, 1.0))
    return display
