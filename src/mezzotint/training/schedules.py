"""Values that change while training runs, as functions of how much of the run is done."""

from __future__ import annotations

import math


def cosine(start: float, end: float, progress: float) -> float:
    """Return the value at `progress` in [0, 1] on a half cosine from `start` to `end`.

    Flat at both ends; past 1 it stays at `end` (Loshchilov & Hutter 2017, without restarts).

    Example:
        >>> [round(cosine(1.0, 0.0, progress), 2) for progress in (0.0, 0.25, 0.5, 1.0, 3.0)]
        [1.0, 0.85, 0.5, 0.0, 0.0]
    """
    position = min(max(progress, 0.0), 1.0)
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * position))


def average_decay(half_life_images: float, batch_size: int) -> float:
    """Return the weight the old average keeps after a batch, 0.5^(batch / half-life).

    A half-life of 0 keeps nothing: the average is the current value.

    Example:
        >>> average_decay(64, 64), average_decay(0, 64)
        (0.5, 0.0)
    """
    return 0.5 ** (batch_size / half_life_images) if half_life_images > 0 else 0.0
