"""What training reads: pictures as one uint8 array with labels and captions beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import ClassSpec, DataSpec


@dataclass(frozen=True, kw_only=True)
class TrainingPictures:
    """Hold a data set ready to train on.

    Attributes:
        pixels: uint8 [N, H, W, C] in [0, 255]; may be a read-only memory map.
            C is 1 (grey), 3 (RGB) or 4 (RGBA, straight alpha).
        labels: int64 [N], class index of each picture; None for unlabelled sets.
        classes: One entry a class, by index; empty for unlabelled sets.
        captions: One caption a picture; None if there are none.
        texts: Every caption of each picture, in any language; None if no picture has several.
        source: Name, licence, origin and manifest hash, for the model card.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    classes: tuple[ClassSpec, ...]
    captions: tuple[str, ...] | None
    source: DataSpec
    texts: tuple[tuple[str, ...], ...] | None = None
