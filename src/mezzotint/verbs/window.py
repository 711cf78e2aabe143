"""The part of a large picture that a model looks at: the hole, with context around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.verbs.canvas import Canvas
from mezzotint.verbs.filling import FillRequest, fill

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.latent_layout import LatentLayout
    from mezzotint.engines.protocol import Engine

_CONTEXT = 2.0  # a window is at least so many times as long as the hole
_MAX_ASPECT = 2.0  # of a window, where the picture lets it


@dataclass(frozen=True, kw_only=True)
class Window:
    """Name a part of a canvas, in pixels."""

    rows: slice
    columns: slice


def find_window(layout: LatentLayout, is_known: NDArray[np.bool_]) -> Window:
    """Return the window to paint so that the holes of a canvas are filled.

    It holds all that is not known, at least as much around it, and no less than the model paints
    unscaled, so that nothing is enlarged before it is painted.

    Args:
        layout: Of the model.
        is_known: bool [H, W], False somewhere.
    """
    import numpy as np

    rows = np.flatnonzero(~is_known.all(axis=1))
    columns = np.flatnonzero(~is_known.all(axis=0))
    height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    wanted_height = max(layout.height_px, round(_CONTEXT * height))
    wanted_width = max(layout.width_px, round(_CONTEXT * width))
    wanted_height = max(wanted_height, round(min(wanted_width, is_known.shape[1]) / _MAX_ASPECT))
    wanted_width = max(wanted_width, round(min(wanted_height, is_known.shape[0]) / _MAX_ASPECT))
    return Window(
        rows=_span(int(rows[0]), height, wanted_height, is_known.shape[0]),
        columns=_span(int(columns[0]), width, wanted_width, is_known.shape[1]),
    )


def fill_in_window(engine: Engine, request: FillRequest) -> tuple[NDArray[np.uint8], ...]:
    """Paint the holes of a canvas of any size, looking only at what is near them.

    Args:
        engine: Of a latent model.
        request: As for `fill`; a picture that goes round is painted whole.

    Returns:
        uint8 [H, W, C] of the canvas, one a style; every known byte as it was.

    Raises:
        UnsupportedError: As `fill`.
    """
    canvas = request.canvas
    layout = engine.layout()
    if canvas.is_known.all():
        return tuple(canvas.pixels.copy() for _ in request.picture_indices)
    if any(request.wrap):
        return fill(engine, request)
    window = find_window(layout, canvas.is_known)
    part = Canvas(
        pixels=canvas.pixels[window.rows, window.columns],
        is_known=canvas.is_known[window.rows, window.columns],
    )
    filled: list[NDArray[np.uint8]] = []
    for painted in fill(engine, replace(request, canvas=part)):
        whole = canvas.pixels.copy()
        whole[window.rows, window.columns] = painted
        filled.append(whole)
    return tuple(filled)


def _span(start: int, length: int, wanted: int, available: int) -> slice:
    # The wanted length around what must be in it, pushed inside.
    wanted = min(wanted, available)
    first = start - (wanted - length) // 2
    first = min(max(0, first), available - wanted)
    return slice(first, first + wanted)
