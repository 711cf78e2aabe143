"""Which patches of a picture stay when a model is to paint it in part: cells of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.streams import Purpose, picture_stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout

_CELLS_A_SIDE = 8  # of a picture of the model's own size, as in training


def patch_ranks(
    layout: LatentLayout, size_px: tuple[int, int], seed: int, index: int
) -> NDArray[np.float32]:
    """Return when each pixel would go if the patches of a picture were taken away one by one.

    Args:
        layout: Of the model.
        size_px: Height and width.
        seed: 0 to 4294967295.
        index: Which picture of the seed.

    Returns:
        float32 [H, W] in [0, 1), the same for all pixels of a patch: where it is below s, the share
        s of the patches that goes first.
    """
    import numpy as np

    cell_px = cell_size_px(layout)
    rows, columns = (-(-side // cell_px) for side in size_px)
    stream = picture_stream(seed, index, Purpose.VARIATION)
    ranks = stream.permutation(rows * columns).reshape(rows, columns) / (rows * columns)
    large = ranks.astype(np.float32).repeat(cell_px, axis=0).repeat(cell_px, axis=1)
    return large[: size_px[0], : size_px[1]]


def cell_size_px(layout: LatentLayout) -> int:
    """Return the side of a patch: whole latent cells, an eighth of the model's shorter side."""
    stride = layout.stride_px
    side_px = min(layout.height_px, layout.width_px) / _CELLS_A_SIDE
    return stride * max(1, round(side_px / stride))
