"""Morph: one picture becomes another in small steps, through any number of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.resize import centre_crop
from mezzotint.verbs.changes import Origin
from mezzotint.verbs.interpolation import between
from mezzotint.verbs.patches import patch_ranks
from mezzotint.verbs.pixel_keys import (
    PixelKey,
    Point,
    Size,
    dissolved,
    own_sizes,
    read_point,
    restored,
)
from mezzotint.verbs.replay import plan_origin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine, GeneratorInput
    from mezzotint.verbs.picture_plan import PicturePlan

MAX_FRAMES = 5000  # all are held in memory until the film is encoded
_BLOCK_NIMG = 32  # frames painted between two words of progress
_RANKS_SEED = 0  # of the order in which patches go and come: the same in every film

Key = Origin | PixelKey


@dataclass(frozen=True, kw_only=True)
class MorphRequest:
    """Ask for the frames between some pictures.

    Attributes:
        keys: What to pass through, in order; two or more.
        num_steps: Frames from one key to the next.
        is_closed: Go on from the last key to the first, so that the film can run for ever.
    """

    keys: Sequence[Key]
    num_steps: int
    is_closed: bool = False

    @property
    def num_frames(self) -> int:
        """How many frames there are; a closed film does not show its first frame twice."""
        if self.is_closed:
            return len(self.keys) * self.num_steps
        return (len(self.keys) - 1) * self.num_steps + 1


@dataclass(frozen=True, kw_only=True, eq=False)
class MorphResult:
    """Hold the frames and what was understood.

    Attributes:
        frames: One uint8 [H, W, C] each.
        resolved: The parameters that acted on the first key that has a prompt.
        warnings: What the model did not know or could not do.
    """

    frames: tuple[NDArray[np.uint8], ...]
    resolved: Mapping[str, Scalar]
    warnings: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ranks:
    """Hold when each patch goes: float32 of the latent cells [h, w] and of the pixels [H, W]."""

    cells: NDArray[np.float32]
    pixels: NDArray[np.float32]


def morph(
    engine: Engine,
    request: MorphRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> MorphResult:
    """Paint the frames of a morph; each key comes out exactly as the picture it names.

    Args:
        engine: Of one model.
        request: What to pass through.
        progress: Told how many frames of how many are painted.

    Raises:
        UnsupportedError: The bundle has no generator, or cannot take pictures apart.
        InputError: "morph.keys", "morph.steps", "morph.frames" or "morph.size".
    """
    _check(request)
    plans = {
        number: plan_origin(engine, key)
        for number, key in enumerate(request.keys)
        if isinstance(key, Origin)
    }
    size_px, canvas_px = _sizes(engine, request.keys, list(plans.values()))
    points: list[Point] = []
    for number, key in enumerate(request.keys):
        if isinstance(key, PixelKey):
            points.append(read_point(engine, key, size_px, canvas_px))
        else:
            points.append(Point(one=plans[number].inputs[0]))
    frames = _paint(engine, request, points, size_px, progress)
    warnings = dict.fromkeys(warning for plan in plans.values() for warning in plan.warnings)
    return MorphResult(
        frames=tuple(frames),
        resolved=next(iter(plans.values())).resolved if plans else {},
        warnings=tuple(warnings),
    )


def frame_input(
    points: Sequence[Point],
    request: MorphRequest,
    frame_number: int,
    ranks: NDArray[np.float32] | None = None,
) -> GeneratorInput:
    """Return what frame `frame_number` is painted from.

    In a closed film frame `num_frames` is frame 0 again, exactly.

    Args:
        points: The pictures on the way.
        request: As for `morph`.
        frame_number: From 0.
        ranks: float32 [h, w], when each latent cell goes; None = nothing is known of any.
    """
    ends, share = _place(points, request, frame_number)
    moved = between(ends[0].one, ends[1].one, share)
    return moved if ranks is None else dissolved(moved, ends, share, ranks)


def ease(share: float) -> float:
    """Slow down at both ends, so that each key rests for a moment (smoothstep).

    Example:
        >>> ease(0), ease(0.5), ease(1)
        (0, 0.5, 1)
    """
    return share * share * (3 - 2 * share)


def _place(
    points: Sequence[Point], request: MorphRequest, frame_number: int
) -> tuple[tuple[Point, Point], float]:
    """Return the pictures before and behind a frame, and the share of the way between them."""
    key_number, step = divmod(frame_number, request.num_steps)
    ends = points[key_number % len(points)], points[(key_number + 1) % len(points)]
    return ends, ease(step / request.num_steps)


def _paint(
    engine: Engine,
    request: MorphRequest,
    points: Sequence[Point],
    size_px: Size,
    progress: Callable[[int, int], None] | None,
) -> list[NDArray[np.uint8]]:
    ranks = _ranks(engine, points)
    cells = None if ranks is None else ranks.cells
    frames: list[NDArray[np.uint8]] = []
    for start in range(0, request.num_frames, _BLOCK_NIMG):
        numbers = range(start, min(start + _BLOCK_NIMG, request.num_frames))
        painted = engine.generate(
            [frame_input(points, request, number, cells) for number in numbers]
        )
        for number, frame in zip(numbers, painted, strict=True):
            if ranks is not None:
                ends, share = _place(points, request, number)
                frame = restored(frame, ends, share, ranks.pixels)
            frames.append(centre_crop(frame, *size_px))
        if progress is not None:
            progress(len(frames), request.num_frames)
    return frames


def _ranks(engine: Engine, points: Sequence[Point]) -> _Ranks | None:
    """Return when patches go; None if nothing is known of any picture."""
    known = [point.one for point in points if point.one.mask is not None and point.one.mask.any()]
    if not known or known[0].mask is None:
        return None
    layout = engine.layout()
    rows, columns = known[0].mask.shape[1:]
    stride = layout.stride_px
    pixels = patch_ranks(layout, (rows * stride, columns * stride), _RANKS_SEED, 0)
    return _Ranks(cells=pixels[::stride, ::stride], pixels=pixels)


def _check(request: MorphRequest) -> None:
    if len(request.keys) < 2:
        raise InputError(
            "morph.keys",
            Message("A morph needs at least two pictures to pass through."),
            Message("Name two prompts or files, or let one prompt give more pictures (--keys 4)."),
        )
    if request.num_steps < 1:
        raise InputError(
            "morph.steps",
            Message(
                "{num} frames from one picture to the next are too few.", num=request.num_steps
            ),
            Message("Ask for 1 or more."),
        )
    if request.num_frames > MAX_FRAMES:
        raise InputError(
            "morph.frames",
            Message(
                "This film has {num} frames; at most {most} are made.",
                num=request.num_frames,
                most=MAX_FRAMES,
            ),
            Message("Choose fewer --keys or --steps."),
        )


def _sizes(engine: Engine, keys: Sequence[Key], plans: Sequence[PicturePlan]) -> tuple[Size, Size]:
    """Return height and width of the film and of the canvas that it is cut out of."""
    sizes = list(dict.fromkeys(plan.size_px for plan in plans))
    if len(sizes) > 1:
        raise InputError(
            "morph.size",
            Message(
                "The pictures have different sizes: {first} and {second} (height, width).",
                first=str(sizes[0]),
                second=str(sizes[1]),
            ),
            Message("Give all prompts the same --ar."),
        )
    if not plans:
        first = next(key.pixels for key in keys if isinstance(key, PixelKey))
        return own_sizes(engine, first)
    known = plans[0].inputs[0].known
    if known is None:
        return sizes[0], sizes[0]
    stride = engine.layout().stride_px
    return sizes[0], (known.shape[1] * stride, known.shape[2] * stride)
