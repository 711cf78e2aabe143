"""Decode what goes round: a decoder pads with nothing, so it is shown what lies over the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Latent cells shown beyond each edge: farther than a decoder's layers look, as a rule.
NUM_EDGE_CELLS = 4


def pad_round(
    latents: NDArray[np.float32], wrap: tuple[bool, bool], num_cells: int = NUM_EDGE_CELLS
) -> NDArray[np.float32]:
    """Continue latents over the edges at which they go round.

    Args:
        latents: float32 [c, h, w].
        wrap: Whether they go round: top to bottom, left to right.
        num_cells: How far; may be more than a side.

    Example:
        >>> import numpy as np
        >>> pad_round(np.array([[[1, 2, 3]]], np.float32), (False, True), 1).tolist()
        [[[3.0, 1.0, 2.0, 3.0, 1.0]]]
    """
    import numpy as np

    vertical, horizontal = (num_cells if is_round else 0 for is_round in wrap)
    if not vertical and not horizontal:
        return latents
    return np.pad(latents, ((0, 0), (vertical, vertical), (horizontal, horizontal)), mode="wrap")


def cut_round(
    pixels: NDArray[np.float32], wrap: tuple[bool, bool], edge_px: int
) -> NDArray[np.float32]:
    """Take off again what was added beyond the edges.

    Args:
        pixels: float32 [C, H, W].
        wrap: As for `pad_round`.
        edge_px: Width in pixels of what was added at each edge.
    """
    vertical, horizontal = (edge_px if is_round else 0 for is_round in wrap)
    height, width = pixels.shape[1:]
    return pixels[:, vertical : height - vertical, horizontal : width - horizontal]
