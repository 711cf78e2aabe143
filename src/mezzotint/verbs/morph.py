"""Morph: one picture becomes another in small steps, through any number of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.resize import centre_crop
from mezzotint.verbs.imagine import ImagineRequest, PicturePlan, plan_pictures
from mezzotint.verbs.interpolation import between
from mezzotint.verbs.vary import Variation, varied_input

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine, GeneratorInput
    from mezzotint.prompt.structure import Prompt

MAX_FRAMES = 5000  # all are held in memory until the film is encoded
_BLOCK_NIMG = 32  # frames painted between two words of progress


@dataclass(frozen=True, kw_only=True)
class KeyPicture:
    """Say which picture a morph passes through.

    Attributes:
        prompt: Its prompt.
        seed: 0 to 4294967295.
        picture_index: Which picture of the seed.
        variations: How it was varied, oldest first.
    """

    prompt: Prompt
    seed: int
    picture_index: int = 0
    variations: tuple[Variation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MorphRequest:
    """Ask for the frames between some pictures.

    Attributes:
        keys: What to pass through, in order; two or more.
        num_steps: Frames from one key to the next.
        is_closed: Go on from the last key to the first, so that the film can run for ever.
    """

    keys: Sequence[KeyPicture]
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
        resolved: The parameters that acted on the first key.
        warnings: What the model did not know or could not do.
    """

    frames: tuple[NDArray[np.uint8], ...]
    resolved: Mapping[str, Scalar]
    warnings: tuple[Message, ...]


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
        UnsupportedError: The bundle has no generator.
        InputError: "morph.keys", "morph.steps", "morph.frames" or "morph.size".
    """
    _check(request)
    plans = [_plan(engine, key) for key in request.keys]
    size_px = _common_size(plans)
    points = [
        varied_input(engine, key.prompt, plan.inputs[0], key.variations)
        for key, plan in zip(request.keys, plans, strict=True)
    ]
    inputs = [frame_input(points, request, number) for number in range(request.num_frames)]
    frames: list[NDArray[np.uint8]] = []
    for start in range(0, len(inputs), _BLOCK_NIMG):
        painted = engine.generate(inputs[start : start + _BLOCK_NIMG])
        frames += [centre_crop(frame, *size_px) for frame in painted]
        if progress is not None:
            progress(len(frames), len(inputs))
    warnings = dict.fromkeys(warning for plan in plans for warning in plan.warnings)
    return MorphResult(frames=tuple(frames), resolved=plans[0].resolved, warnings=tuple(warnings))


def frame_input(
    points: Sequence[GeneratorInput], request: MorphRequest, frame_number: int
) -> GeneratorInput:
    """Return what frame `frame_number` is painted from.

    In a closed film frame `num_frames` is frame 0 again, exactly.
    """
    key_number, step = divmod(frame_number, request.num_steps)
    first = points[key_number % len(points)]
    second = points[(key_number + 1) % len(points)]
    return between(first, second, ease(step / request.num_steps))


def ease(share: float) -> float:
    """Slow down at both ends, so that each key rests for a moment (smoothstep).

    Example:
        >>> ease(0), ease(0.5), ease(1)
        (0, 0.5, 1)
    """
    return share * share * (3 - 2 * share)


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


def _plan(engine: Engine, key: KeyPicture) -> PicturePlan:
    request = ImagineRequest(prompt=key.prompt, seed=key.seed, picture_indices=(key.picture_index,))
    return plan_pictures(engine, request)


def _common_size(plans: Sequence[PicturePlan]) -> tuple[int, int]:
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
    return sizes[0]
