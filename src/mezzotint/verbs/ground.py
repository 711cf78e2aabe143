"""New ground around a picture: how much on which side, for each verb that widens one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Direction = Literal["left", "right", "up", "down"]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Say how many pixels are added on each side."""

    top_px: int = 0
    right_px: int = 0
    bottom_px: int = 0
    left_px: int = 0

    @property
    def is_nothing(self) -> bool:
        """Tell whether no side grows."""
        return not (self.top_px or self.right_px or self.bottom_px or self.left_px)

    def around(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """Return height and width of a picture with this ground around it."""
        height, width = size_px
        return height + self.top_px + self.bottom_px, width + self.left_px + self.right_px


NO_GROUND = Ground()


def ground_of_zoom(size_px: tuple[int, int], factor: float) -> Ground:
    """Return the ground that makes both sides `factor` times as long, the picture in the middle.

    Example:
        >>> ground_of_zoom((100, 200), 1.5)
        Ground(top_px=25, right_px=50, bottom_px=25, left_px=50)
    """
    return _to_size(size_px, (round(size_px[0] * factor), round(size_px[1] * factor)))


def ground_of_pan(direction: Direction, length_px: int) -> Ground:
    """Return the ground on one side.

    Example:
        >>> ground_of_pan("up", 64)
        Ground(top_px=64, right_px=0, bottom_px=0, left_px=0)
    """
    return Ground(
        top_px=length_px if direction == "up" else 0,
        right_px=length_px if direction == "right" else 0,
        bottom_px=length_px if direction == "down" else 0,
        left_px=length_px if direction == "left" else 0,
    )


def ring_shift(ground: Ground, size_px: tuple[int, int]) -> tuple[int, int]:
    """Return how far to roll a widened picture, down and right, for its new ground to lie inside.

    Both ends of the picture then touch the ground: painted, the whole goes round.

    Args:
        ground: On one side.
        size_px: Height and width of the picture without it.

    Example:
        >>> ring_shift(Ground(right_px=30), (64, 100)), ring_shift(Ground(left_px=30), (64, 100))
        ((0, -50), (0, 50))
    """
    height, width = size_px
    if ground.left_px or ground.right_px:
        return 0, width // 2 if ground.left_px else -(width // 2)
    return height // 2 if ground.top_px else -(height // 2), 0


def ground_of_aspect(size_px: tuple[int, int], ratio: float) -> Ground:
    """Return the least ground that gives a picture another aspect; nothing is cut off.

    Args:
        size_px: Height and width.
        ratio: Width to height.

    Example:
        >>> ground_of_aspect((100, 100), 16 / 9)
        Ground(top_px=0, right_px=39, bottom_px=0, left_px=39)
    """
    height, width = size_px
    if width < height * ratio:
        return _to_size(size_px, (height, round(height * ratio)))
    return _to_size(size_px, (round(width / ratio), width))


def steps_to(ground: Ground, size_px: tuple[int, int]) -> Iterator[Ground]:
    """Split ground into steps, each no wider than the short side of what is there by then.

    Far from the picture a model would have nothing to go on with.

    Example:
        >>> [step.right_px for step in steps_to(Ground(right_px=250), (100, 120))]
        [100, 100, 50]
    """
    while not ground.is_nothing:
        reach = max(1, min(size_px))
        step = Ground(
            top_px=min(reach, ground.top_px),
            right_px=min(reach, ground.right_px),
            bottom_px=min(reach, ground.bottom_px),
            left_px=min(reach, ground.left_px),
        )
        yield step
        size_px = step.around(size_px)
        ground = Ground(
            top_px=ground.top_px - step.top_px,
            right_px=ground.right_px - step.right_px,
            bottom_px=ground.bottom_px - step.bottom_px,
            left_px=ground.left_px - step.left_px,
        )


def _to_size(size_px: tuple[int, int], wanted_px: tuple[int, int]) -> Ground:
    rows = max(0, wanted_px[0] - size_px[0])
    columns = max(0, wanted_px[1] - size_px[1])
    return Ground(
        top_px=rows // 2,
        bottom_px=rows - rows // 2,
        left_px=columns // 2,
        right_px=columns - columns // 2,
    )
