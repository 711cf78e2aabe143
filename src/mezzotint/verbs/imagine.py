"""Imagine: a prompt and a seed become pictures."""

from __future__ import annotations

from mezzotint.domain.card import Card, Scalar
from mezzotint.domain.message import Message
from mezzotint.engines.protocol import Engine, GeneratorInput
from mezzotint.imaging.resize import centre_crop
from mezzotint.prompt.structure import Prompt
from mezzotint.verbs.aspect import largest_cut_px
from mezzotint.verbs.conditioning import ClassCondition, class_weights, read_condition
from mezzotint.verbs.latent_plan import plan_latent_pictures
from mezzotint.verbs.noise import NoiseSpec, draw_noise
from mezzotint.verbs.picture_plan import ImagineRequest as ImagineRequest
from mezzotint.verbs.picture_plan import ImagineResult as ImagineResult
from mezzotint.verbs.picture_plan import PicturePlan as PicturePlan
from mezzotint.verbs.unsupported import unsupported_words

# From here on a grid shows every class before it shows one twice.
SPREAD_CLASSES_FROM_CHAOS = 51


def plan_pictures(engine: Engine, request: ImagineRequest) -> PicturePlan:
    """Draw the noise and read the prompt of a request; other verbs move these numbers about.

    Raises:
        UnsupportedError: The bundle lacks a graph that is needed.
        InputError: `imagine.references`: a picture that the prompt refers to is not given.
    """
    card = engine.card
    if card.graph("mapping") is not None:
        return plan_latent_pictures(engine, request)
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
        InputError: `imagine.references`: a picture that the prompt refers to is not given.
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
