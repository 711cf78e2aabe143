"""`--ar` for models of one fixed size: the largest centred cut of that shape."""

from __future__ import annotations


def largest_cut_px(
    height_px: int, width_px: int, aspect_width: int, aspect_height: int
) -> tuple[int, int]:
    """Return height and width of the largest cut with the given aspect, each at least 1.

    Example:
        >>> largest_cut_px(28, 28, 3, 2)
        (19, 28)
        >>> largest_cut_px(28, 28, 1, 2)
        (28, 14)
    """
    if width_px * aspect_height <= height_px * aspect_width:
        return max(1, round(width_px * aspect_height / aspect_width)), width_px
    return height_px, max(1, round(height_px * aspect_width / aspect_height))
