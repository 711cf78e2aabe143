"""Between two pictures: noise along the arc, everything else along the line."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import GeneratorInput

_PARALLEL = 1e-6  # sine below which the arc between two vectors is not defined


def between(first: GeneratorInput, second: GeneratorInput, share: float) -> GeneratorInput:
    """Return the input a share of the way from `first` to `second`.

    Noise goes along the arc (White 2016, spherical interpolation), since a straight line would
    pass near the middle, where no picture was trained. Class weights and styles go straight.
    Known pixels and their mask stay those of `first`.

    Args:
        first: Where the way begins; comes back itself for share 0.
        second: Where it ends; comes back itself for share 1.
        share: 0 to 1.

    Example:
        >>> import numpy as np
        >>> from mezzotint.engines.protocol import GeneratorInput
        >>> east = GeneratorInput(noise=np.array([2, 0], np.float32))
        >>> north = GeneratorInput(noise=np.array([0, 2], np.float32))
        >>> between(east, north, 0.5).noise.round(3).tolist()
        [1.4140000343322754, 1.4140000343322754]
    """
    if share == 0:
        return first
    if share == 1:
        return second
    return replace(
        first,
        noise=_pair(first.noise, second.noise, share, along_arc),
        field=_pair(first.field, second.field, share, along_arc),
        styles=_pair(first.styles, second.styles, share, _along_line),
        class_weights=_pair(first.class_weights, second.class_weights, share, _along_line),
    )


def turned(parent: GeneratorInput, fresh: GeneratorInput, strength: float) -> GeneratorInput:
    """Turn a picture toward an independent one: 0 leaves it, 1 takes all chance from the other.

    Two independent normal vectors, mixed by sine and cosine, are normal again, so every strength
    gives as typical a picture as the parent. Class weights stay the parent's.

    Args:
        parent: Of the picture to vary; comes back itself for strength 0.
        fresh: Of an independent picture of the same prompt.
        strength: 0 to 1.
    """
    if strength == 0:
        return parent
    angle = strength * math.pi / 2

    def mix(
        old: NDArray[np.float32], new: NDArray[np.float32], _share: float
    ) -> NDArray[np.float32]:
        import numpy as np

        return (math.cos(angle) * old + math.sin(angle) * new).astype(np.float32)

    return replace(
        parent,
        noise=_pair(parent.noise, fresh.noise, strength, mix),
        field=_pair(parent.field, fresh.field, strength, mix),
        styles=_pair(parent.styles, fresh.styles, strength, _along_line),
    )


def along_arc(
    first: NDArray[np.float32], second: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """Go a share of the arc from one vector to another; the length changes evenly on the way."""
    import numpy as np

    old, new = first.astype(np.float64), second.astype(np.float64)
    old_length, new_length = float(np.linalg.norm(old)), float(np.linalg.norm(new))
    if min(old_length, new_length) == 0:
        return _along_line(first, second, share)
    cosine = float(np.vdot(old, new)) / (old_length * new_length)
    angle = math.acos(min(1.0, max(-1.0, cosine)))
    if math.sin(angle) < _PARALLEL:
        return _along_line(first, second, share)
    mixed = (
        math.sin((1 - share) * angle) * old / old_length
        + math.sin(share * angle) * new / new_length
    ) / math.sin(angle)
    return (mixed * ((1 - share) * old_length + share * new_length)).astype(np.float32)


def _along_line(
    first: NDArray[np.float32], second: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    import numpy as np

    return ((1 - share) * first + share * second).astype(np.float32)


def _pair(
    first: NDArray[np.float32] | None,
    second: NDArray[np.float32] | None,
    share: float,
    mix: Callable[[NDArray[np.float32], NDArray[np.float32], float], NDArray[np.float32]],
) -> NDArray[np.float32] | None:
    if first is None or second is None:
        return first
    return mix(first, second, share)
