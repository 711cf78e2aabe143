"""Edit a picture: paint a hole in it, or new ground around it; region, zoom, pan, square, uncrop.

All of these are one thing to a model with masks: something is known, the rest is to be painted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.canvas import Canvas, known_picture, resize_canvas, with_ground, with_hole
from mezzotint.verbs.canvas_words import without_canvas_words
from mezzotint.verbs.filling import FillRequest
from mezzotint.verbs.ground import NO_GROUND, Ground, ring_shift, steps_to
from mezzotint.verbs.hole_filling import fill_smoothly
from mezzotint.verbs.latent_plan import plan_latent_pictures
from mezzotint.verbs.picture_plan import ImagineRequest, ImagineResult
from mezzotint.verbs.reference_pictures import ReferencePicture
from mezzotint.verbs.window import fill_in_window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.protocol import Engine

    Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class EditRequest:
    """Ask for a picture with a part of it, or ground around it, painted anew.

    Attributes:
        pixels: uint8 [H, W, C], straight alpha, of any size.
        hole: bool [H, W], True where it is painted anew; None = nowhere.
        ground: What is added around it.
        is_ring: Whether ground on one side ends where the picture begins at the other one.
        prompt: What the new part shows.
        seed: 0 to 4294967295.
        picture_indices: Which pictures of the seed; each comes out the same in any batch.
        references: The pictures that the prompt refers to, in the order of `reference_addresses`.
        feather_px: How deep into the new part the step at its border fades; None = as fits.
    """

    pixels: NDArray[np.uint8]
    hole: NDArray[np.bool_] | None = None
    ground: Ground = NO_GROUND
    is_ring: bool = False
    prompt: Prompt
    seed: int
    picture_indices: Sequence[int]
    references: Sequence[ReferencePicture] = ()
    feather_px: int | None = None


def edit(
    engine: Engine, request: EditRequest, *, progress: Progress | None = None
) -> ImagineResult:
    """Paint what is asked for; every other byte of the picture stays as it is.

    Args:
        engine: Of a latent model.
        request: What is asked for.
        progress: Told how many parts of how many are painted: the hole, each step of the ground.

    Raises:
        UnsupportedError: `engine.no_latents` or `engine.no_encoder`: the model cannot paint parts.
        InputError: `imagine.references`.
    """
    engine.layout()  # refuses a model without latents
    prompt, ignored = without_canvas_words(request.prompt)
    plan = plan_latent_pictures(
        engine,
        ImagineRequest(
            prompt=prompt,
            seed=request.seed,
            picture_indices=request.picture_indices,
            references=request.references,
        ),
    )
    pictures: list[NDArray[np.uint8]] = []
    told = _Counted(_num_parts(request) * len(plan.inputs), progress)
    for index, planned in zip(request.picture_indices, plan.inputs, strict=True):
        assert planned.styles is not None, "a latent model has styles"
        pictures.append(_paint(engine, request, planned.styles, index, told))
    kept = {name: value for name, value in plan.resolved.items() if not name.startswith("canvas_")}
    return ImagineResult(
        pictures=tuple(pictures), resolved=kept, warnings=(*ignored, *plan.warnings)
    )


def seen_without_hole(
    card: Card, pixels: NDArray[np.uint8], hole: NDArray[np.bool_] | None
) -> NDArray[np.uint8]:
    """Return a small copy of a picture with its hole filled smoothly: what is around it, alone.

    It stands for the words where none are given.
    """
    canvas = known_picture(pixels)
    if hole is None or not hole.any():
        return pixels
    height, width = canvas.size_px
    scale = min(1.0, max(card.height_px / height, card.width_px / width))
    small = resize_canvas(
        with_hole(canvas, hole), max(1, round(height * scale)), max(1, round(width * scale))
    )
    return fill_smoothly(small.pixels, small.is_known)


class _Counted:
    """Count painted parts and tell how many there are."""

    def __init__(self, num_parts: int, progress: Progress | None) -> None:
        self._num_parts = num_parts
        self._progress = progress
        self._num_done = 0

    def one_more(self) -> None:
        """Tell that a part is painted."""
        self._num_done += 1
        if self._progress is not None:
            self._progress(self._num_done, self._num_parts)


def _num_parts(request: EditRequest) -> int:
    if request.is_ring:
        return 1
    height, width = request.pixels.shape[:2]
    num_steps = sum(1 for _ in steps_to(request.ground, (height, width)))
    return num_steps + (request.hole is not None)


def _paint(
    engine: Engine,
    request: EditRequest,
    styles: NDArray[np.float32],
    index: int,
    told: _Counted,
) -> NDArray[np.uint8]:
    """Fill the hole, then the ground, step by step; a ring at once, from both ends."""
    if request.is_ring:
        return _close_ring(engine, request, styles, index, told)
    canvas = known_picture(request.pixels)
    if request.hole is not None:
        canvas = with_hole(canvas, request.hole)
        canvas = known_picture(_fill(engine, request, canvas, styles, index, 0))
        told.one_more()
    for number, step in enumerate(steps_to(request.ground, canvas.size_px), start=1):
        canvas = with_ground(
            canvas,
            top_px=step.top_px,
            right_px=step.right_px,
            bottom_px=step.bottom_px,
            left_px=step.left_px,
        )
        canvas = known_picture(_fill(engine, request, canvas, styles, index, number))
        told.one_more()
    return canvas.pixels


def _close_ring(
    engine: Engine,
    request: EditRequest,
    styles: NDArray[np.float32],
    index: int,
    told: _Counted,
) -> NDArray[np.uint8]:
    import numpy as np

    picture = known_picture(request.pixels)
    shift = ring_shift(request.ground, picture.size_px)
    wide = with_ground(
        picture,
        top_px=request.ground.top_px,
        right_px=request.ground.right_px,
        bottom_px=request.ground.bottom_px,
        left_px=request.ground.left_px,
    )
    rolled = Canvas(
        pixels=np.roll(wide.pixels, shift, axis=(0, 1)),
        is_known=np.roll(wide.is_known, shift, axis=(0, 1)),
    )
    filled = _fill(engine, request, rolled, styles, index, 1)
    told.one_more()
    return np.roll(filled, (-shift[0], -shift[1]), axis=(0, 1))


def _fill(
    engine: Engine,
    request: EditRequest,
    canvas: Canvas,
    styles: NDArray[np.float32],
    index: int,
    step: int,
) -> NDArray[np.uint8]:
    fill_request = FillRequest(
        canvas=canvas,
        styles=styles[None],
        seed=_step_seed(request.seed, step),
        picture_indices=(index,),
        feather_px=request.feather_px,
    )
    (filled,) = fill_in_window(engine, fill_request)
    return filled


def _step_seed(seed: int, step: int) -> int:
    # A field of its own for every step, or a scroll would repeat itself.
    if step == 0:
        return seed
    return int(picture_stream(seed, step, Purpose.VARIATION).integers(MAX_SEED + 1))
