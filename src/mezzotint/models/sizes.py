"""How many times a picture halves: the one rule that all convolutional models share."""

from __future__ import annotations

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

MIN_SIDE_PX = 28
MAX_SIDE_PX = 256
MIN_BASE_SIDE_PX = 4  # the coarsest feature map is at least this high and wide
MIN_HALVINGS = 2


def num_halvings(height_px: int, width_px: int) -> int:
    """Return how often both sides can be halved before the shorter one would pass below 4 px.

    Raises:
        InputError: A side is outside 28..256 px, or does not halve twice.

    Example:
        >>> num_halvings(28, 28), num_halvings(64, 64), num_halvings(48, 80)
        (2, 4, 3)
    """
    if not all(MIN_SIDE_PX <= side <= MAX_SIDE_PX for side in (height_px, width_px)):
        raise InputError(
            "training.size",
            Message(
                "Pictures of {width_px}x{height_px} px cannot be trained on.",
                width_px=width_px,
                height_px=height_px,
            ),
            Message(
                "Choose sides from {min_px} to {max_px} px.",
                min_px=MIN_SIDE_PX,
                max_px=MAX_SIDE_PX,
            ),
        )
    halvings = 0
    while _halves(height_px, halvings + 1) and _halves(width_px, halvings + 1):
        halvings += 1
    if halvings < MIN_HALVINGS:
        raise InputError(
            "training.size",
            Message(
                "Pictures of {width_px}x{height_px} px do not halve twice.",
                width_px=width_px,
                height_px=height_px,
            ),
            Message("Choose sides that are multiples of 16, such as 64x64 or 96x64."),
        )
    return halvings


def _halves(side_px: int, times: int) -> bool:
    return side_px % 2**times == 0 and side_px // 2**times >= MIN_BASE_SIDE_PX


def stage_widths(full_width: int, halvings: int, max_width: int) -> tuple[int, ...]:
    """Return channels a stage, coarsest first: doubling with each halving, up to a maximum.

    Example:
        >>> stage_widths(32, 2, 256)
        (128, 64, 32)
    """
    return tuple(min(full_width * 2**level, max_width) for level in range(halvings, -1, -1))
