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


def linear_rise(progress: float, share: float) -> float:
    """Return 0 at the beginning, rising to 1 over the first `share` of the schedule.

    Example:
        >>> linear_rise(0.05, 0.1), linear_rise(0.5, 0.1), linear_rise(0.0, 0.0)
        (0.5, 1.0, 1.0)
    """
    return min(progress / share, 1.0) if share > 0 else 1.0


NUM_STAGES = 8


def stages(start: float, progress: float) -> float:
    """Return start * 10^(-i/7) for stage i = 0..7 of 3^i passes (Burda et al. 2016, section 5).

    Example:
        >>> [round(stages(1e-3, progress), 6) for progress in (0.0, 0.001, 0.3, 1.0)]
        [0.001, 0.00072, 0.000139, 0.0001]
    """
    passes = progress * (3**NUM_STAGES - 1) / 2
    stage = 0
    while stage < NUM_STAGES - 1 and passes >= (3 ** (stage + 1) - 1) / 2:
        stage += 1
    return start * 10 ** (-stage / (NUM_STAGES - 1))
