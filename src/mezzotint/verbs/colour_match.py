"""Move the colours of a picture as one palette lies to another (Pitie & Kokaram 2007).

The linear map that carries the mean and the covariance of one set of colours onto those of another
with the least change of any colour: the Monge-Kantorovitch solution for normal distributions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FLAT = 12.0**2  # variance in levels, below which a palette is taken for flat and not stretched


@dataclass(frozen=True, kw_only=True, eq=False)
class Palette:
    """Hold where colours lie: mean float64 [K] and covariance [K, K] in levels; K is 1 or 3."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def palette_of(pictures: Sequence[NDArray[np.uint8]]) -> Palette | None:
    """Return the palette of some pictures together; None if nothing of them can be seen.

    Args:
        pictures: uint8 [H, W, C] each, of the same channels; colours count as much as they show.
    """
    import numpy as np

    channels = pictures[0].shape[2]
    colours = np.concatenate([one.reshape(-1, channels) for one in pictures]).astype(np.float64)
    weights = colours[:, 3] if channels == 4 else np.ones(len(colours))
    if not weights.any():
        return None
    values = colours[:, : min(channels, 3)]
    mean = np.average(values, axis=0, weights=weights)
    centred = values - mean
    covariance = (centred * weights[:, None]).T @ centred / weights.sum()
    return Palette(mean=mean, covariance=covariance)


# T = A^-1/2 (A^1/2 B A^1/2)^1/2 A^-1/2
def move_colours(
    pixels: NDArray[np.uint8], old: Palette, new: Palette, *, share: float = 1.0
) -> NDArray[np.uint8]:
    """Return a picture whose colours moved as the one palette lies to the other.

    Args:
        pixels: uint8 [H, W, C]; alpha stays.
        old: Where colours come from.
        new: Where they go.
        share: 0 to 1, of the way.

    Example:
        >>> import numpy as np
        >>> dark = np.array([[[10], [20]]], np.uint8)
        >>> old, new = palette_of([dark]), palette_of([dark + 100])
        >>> move_colours(dark, old, new).ravel().tolist()
        [110, 120]
    """
    import numpy as np

    count = len(old.mean)
    flat = _FLAT * np.eye(count)
    root, inverse = _roots(old.covariance + flat)
    middle, _ = _roots(root @ (new.covariance + flat) @ root)
    turn = inverse @ middle @ inverse
    values = pixels[..., :count].astype(np.float64)
    moved = (values - old.mean) @ turn + new.mean
    levels = np.rint(values + share * (moved - values)).clip(0, 255).astype(np.uint8)
    return np.concatenate([levels, pixels[..., count:]], axis=2)


def _roots(
    matrix: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the square root of a positive matrix, and its inverse."""
    import numpy as np

    values, vectors = np.linalg.eigh(matrix)
    lengths = np.sqrt(values.clip(min=1e-9))
    return (vectors * lengths) @ vectors.T, (vectors / lengths) @ vectors.T
