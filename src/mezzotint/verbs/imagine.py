"""Imagine: a prompt and a seed become pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.card import Card, Scalar
from mezzotint.domain.message import Message
from mezzotint.engines.protocol import Engine, GeneratorInput
from mezzotint.imaging.resize import centre_crop
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.aspect import largest_cut_px
from mezzotint.verbs.conditioning import ClassCondition, class_weights, read_condition
from mezzotint.verbs.noise import NoiseSpec, draw_noise
from mezzotint.verbs.unsupported import unsupported_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# From here on a grid shows every class before it shows one twice.
SPREAD_CLASSES_FROM_CHAOS = 51


@dataclass(frozen=True, kw_only=True)
class ImagineRequest:
    """Ask for some pictures of one prompt.

    Attributes:
        prompt: One expanded prompt.
        seed: 0 to 4294967295.
        picture_indices: Which pictures of the seed; each comes out the same, whatever the others.
    """

    prompt: Prompt
    seed: int
    picture_indices: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class ImagineResult:
    """Hold the pictures and what was understood.

    Attributes:
        pictures: One uint8 [H, W, C] each, in the order of the request.
        resolved: Every parameter that acted, with its value.
        warnings: What the model did not know or could not do.
    """

    pictures: tuple[NDArray[np.uint8], ...]
    resolved: Mapping[str, Scalar]
    warnings: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class PicturePlan:
    """Hold the pictures of a request as numbers, before they are painted.

    Attributes:
        inputs: What the generator gets, one entry a picture.
        size_px: Height and width that each picture is cut to.
        resolved: Every parameter that acted, with its value.
        warnings: What the model does not know or cannot do.
    """

    inputs: tuple[GeneratorInput, ...]
    size_px: tuple[int, int]
    resolved: Mapping[str, Scalar]
    warnings: tuple[Message, ...]


def plan_pictures(engine: Engine, request: ImagineRequest) -> PicturePlan:
    """Draw the noise and read the prompt of a request; other verbs move these numbers about."""
    card = engine.card
    noise = _noise_spec(card, request)
    condition = read_condition(request.prompt, card.classes) if card.classes else None
    size_px, aspect_warnings = _cut_size(card, request.prompt)
    warnings = (
        *(condition.warnings if condition else _text_ignored(request.prompt)),
        *aspect_warnings,
        *unsupported_words(request.prompt, card),
    )
    return PicturePlan(
        inputs=tuple(_input(card, noise, condition, index) for index in request.picture_indices),
        size_px=size_px,
        resolved=_resolved(noise, condition),
        warnings=warnings,
    )


def paint(engine: Engine, plan: PicturePlan) -> ImagineResult:
    """Paint planned pictures.

    Raises:
        UnsupportedError: The bundle has no generator.
    """
    pixels = engine.generate(plan.inputs)
    return ImagineResult(
        pictures=tuple(centre_crop(picture, *plan.size_px) for picture in pixels),
        resolved=plan.resolved,
        warnings=plan.warnings,
    )


def imagine(engine: Engine, request: ImagineRequest) -> ImagineResult:
    """Make the pictures of a request.

    Raises:
        UnsupportedError: The bundle has no generator.
    """
    return paint(engine, plan_pictures(engine, request))


def _noise_spec(card: Card, request: ImagineRequest) -> NoiseSpec:
    parameters = request.prompt.parameters
    stylize = 0 if parameters.raw else 100 if parameters.stylize is None else parameters.stylize
    return NoiseSpec(
        seed=request.seed,
        noise_dim=card.noise_dim,
        chaos=parameters.chaos,
        stylize=stylize,
        weird=parameters.weird or 0,
    )


def _input(
    card: Card, noise: NoiseSpec, condition: ClassCondition | None, picture_index: int
) -> GeneratorInput:
    weights = None
    if condition is not None:
        spread = noise.chaos is not None and noise.chaos >= SPREAD_CLASSES_FROM_CHAOS
        weights = class_weights(
            condition, card.classes, seed=noise.seed, picture_index=picture_index, spread=spread
        )
    return GeneratorInput(noise=draw_noise(noise, picture_index), class_weights=weights)


def _cut_size(card: Card, prompt: Prompt) -> tuple[tuple[int, int], tuple[Message, ...]]:
    aspect = prompt.parameters.aspect
    native = (card.height_px, card.width_px)
    if aspect is None:
        return native, ()
    size_px = largest_cut_px(*native, aspect.width, aspect.height)
    if size_px == native:
        return native, ()
    return size_px, (
        Message(
            "This model paints {native_width} x {native_height} px only; "
            "--ar {aspect} is cut from the middle: {width} x {height} px.",
            native_width=card.width_px,
            native_height=card.height_px,
            aspect=str(aspect),
            width=size_px[1],
            height=size_px[0],
        ),
    )


def _text_ignored(prompt: Prompt) -> tuple[Message, ...]:
    if not any(segment.text.strip() for segment in prompt.segments):
        return ()
    return (Message("This model takes no words: the text of the prompt is ignored."),)


def _resolved(noise: NoiseSpec, condition: ClassCondition | None) -> dict[str, Scalar]:
    resolved: dict[str, Scalar] = {
        "chaos": noise.chaos,
        "stylize": noise.stylize,
        "weird": noise.weird,
    }
    if condition is not None:
        for index, weight in condition.weights:
            resolved[f"class.{index}"] = round(weight, 6)
        for index in condition.excluded:
            resolved[f"no.{index}"] = True
    return resolved
