"""The noise field of a latent model: where on the canvas details fall."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mezzotint.domain.streams import Purpose, picture_stream
from mezzotint.verbs.noise import chaos_angle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def draw_field(
    seed: int, picture_index: int, shape: tuple[int, int, int], *, chaos: int | None = None
) -> NDArray[np.float32]:
    """Draw the noise field of one picture.

    Args:
        seed: 0 to 4294967295.
        picture_index: Which picture of the seed.
        shape: F, rows, columns.
        chaos: From 0 to 50 the fields of a seed part from one shared field; None and above 50
            every one is drawn for itself.

    Returns:
        float32 [F, rows, columns], standard normal.
    """
    import numpy as np

    field = picture_stream(seed, picture_index, Purpose.FIELD).standard_normal(shape)
    if chaos is not None and chaos < 50:
        shared = picture_stream(seed, 0, Purpose.SHARED_FIELD).standard_normal(shape)
        angle = chaos_angle(chaos)
        field = math.cos(angle) * shared + math.sin(angle) * field
    return field.astype(np.float32)


def draft_field(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the field of the draft: half the rows and columns, what lies together averaged.

    So a draft and its full picture have the same rough shapes. The variance stays 1.

    Args:
        field: float32 [F, 2 * rows, 2 * columns].

    Example:
        >>> import numpy as np
        >>> draft_field(np.ones((1, 2, 2), np.float32)).tolist()
        [[[2.0]]]
    """
    channels, rows, columns = field.shape
    blocks = field.reshape(channels, rows // 2, 2, columns // 2, 2)
    return blocks.sum(axis=(2, 4)) / 2
