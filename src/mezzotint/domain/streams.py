"""Random numbers as an argument: one Philox stream a picture (Salmon et al. 2011).

A stream depends on the seed, the picture's index and the purpose alone, so picture 3 of seed 42 is
the same in any batch, process and thread count.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.random import Generator

MAX_SEED = 4_294_967_295  # Midjourney's range: 32 bits


class Purpose(IntEnum):
    """Name what a stream is drawn for, so that adding a draw never shifts another one.

    The numbers are part of the recipe in every picture ever made: never change or reuse one.
    """

    NOISE = 0
    SHARED_NOISE = 1
    CLASS_CHOICE = 2
    CHAOS = 3
    STYLE = 4
    PERMUTATION = 5
    DATA_ORDER = 6
    AUGMENTATION = 7
    SPLIT = 8
    SCENE = 9
    FIELD = 10
    SHARED_FIELD = 11
    VARIATION = 12


def picture_stream(seed: int, picture_index: int, purpose: Purpose) -> Generator:
    """Open the random stream of one picture for one purpose.

    Args:
        seed: 0 to 4294967295.
        picture_index: Position of the picture within its seed, from 0.
        purpose: What the numbers are used for.

    Example:
        >>> a = picture_stream(42, 3, Purpose.NOISE).standard_normal(2)
        >>> b = picture_stream(42, 3, Purpose.NOISE).standard_normal(2)
        >>> bool((a == b).all())
        True
    """
    from numpy.random import Generator, Philox

    # Philox4x64 takes a 128-bit key: seed and purpose in one half, the index in the other.
    key = (picture_index << 64) | (int(purpose) << 32) | seed
    return Generator(Philox(key=key))
