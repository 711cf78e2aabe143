"""Plan pictures of a latent model: what each word of the grammar does to style, field, canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.verbs.aspect import largest_cut_px
from mezzotint.verbs.best_of import best_of, candidate_index, is_further_try
from mezzotint.verbs.canvas_size import canvas_size_px
from mezzotint.verbs.embeddings import embed_pictures, write_embedding
from mezzotint.verbs.latent_styles import StylePlan, make_styles
from mezzotint.verbs.manners import read_manners
from mezzotint.verbs.noise import NoiseSpec, draw_noise
from mezzotint.verbs.noise_field import draft_field, draw_field
from mezzotint.verbs.picture_plan import ImagineRequest, PicturePlan
from mezzotint.verbs.reference_pictures import reference_addresses
from mezzotint.verbs.text_condition import Condition, read_text_condition
from mezzotint.verbs.unsupported import unsupported_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Scalar
    from mezzotint.engines.protocol import Engine
    from mezzotint.prompt.parameters import Parameters

NUM_DRAFTS = 64
# Guidance by `--stylize`: 0 follows the words closely, 100 is as trained, 1000 half as close.
_GUIDANCE_AT_0, _GUIDANCE_AT_1000 = 1.5, 0.5
_DEFAULT_STYLIZE = 100
# `--stylize 1000` halves the distance to the middle, `--weird 3000` adds half of it.
_MAX_PULL, _MAX_PUSH = 0.5, 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class _DrawRules:
    """Hold what all pictures of a request have in common."""

    seed: int
    chaos: int | None
    noise_dim: int
    styles: StylePlan
    condition: Condition
    size_px: tuple[int, int]
    is_draft: bool
    is_tile: bool
    num_tries: int


def plan_latent_pictures(engine: Engine, request: ImagineRequest) -> PicturePlan:
    """Turn a request into styles and noise fields for a latent model.

    With `--quality` the tries are painted and judged here, so that the plan holds the best ones.

    Raises:
        UnsupportedError: The bundle lacks a graph that is needed.
        InputError: `imagine.references`: a picture that the prompt refers to is not given.
    """
    embeddings = _reference_embeddings(engine, request)
    draw = _draw_rules(engine, request, embeddings)
    inputs = _best_inputs(engine, draw, request.picture_indices)
    parameters = request.prompt.parameters
    cut_px, size_warnings = _cut_size(engine, draw, parameters)
    warnings = [
        *draw.condition.warnings,
        *size_warnings,
        *_judge_warnings(engine, draw, parameters),
        *unsupported_words(request.prompt, engine.card),
    ]
    return PicturePlan(
        inputs=tuple(inputs),
        size_px=cut_px,
        resolved=_resolved(draw, parameters, embeddings),
        warnings=tuple(warnings),
    )


def asked_embedding(engine: Engine, request: ImagineRequest) -> NDArray[np.float32]:
    """Return what a request asks for in words and pictures, float32 [D]; zeros = anything.

    Raises:
        InputError: `imagine.references`.
    """
    embeddings = _reference_embeddings(engine, request)
    images = [embeddings[address] for address in request.prompt.images if address in embeddings]
    return read_text_condition(engine, request.prompt, images).embedding


def guidance_of(parameters: Parameters) -> float:
    """Return how far to go toward the words: 1 as trained.

    Example:
        >>> from mezzotint.prompt.parameters import Parameters
        >>> [guidance_of(Parameters(stylize=stylize)) for stylize in (0, 100, 1000)]
        [1.5, 1.0, 0.5]
        >>> guidance_of(Parameters(exp=50))
        1.5
    """
    stylize = _stylize(parameters)
    if stylize <= _DEFAULT_STYLIZE:
        guidance = _GUIDANCE_AT_0 + (1 - _GUIDANCE_AT_0) * stylize / _DEFAULT_STYLIZE
    else:
        share = (stylize - _DEFAULT_STYLIZE) / (1000 - _DEFAULT_STYLIZE)
        guidance = 1 + (_GUIDANCE_AT_1000 - 1) * share
    return guidance * (1 + (parameters.exp or 0) / 100)


def spread_of(parameters: Parameters) -> float:
    """Return how far styles stray from the middle of what is asked for: 1 as trained."""
    stylize = max(0, _stylize(parameters) - _DEFAULT_STYLIZE)
    pull = 1 - _MAX_PULL * stylize / (1000 - _DEFAULT_STYLIZE)
    return pull * (1 + _MAX_PUSH * (parameters.weird or 0) / 3000)


def _stylize(parameters: Parameters) -> int:
    if parameters.stylize is not None:
        return parameters.stylize
    return 0 if parameters.raw else _DEFAULT_STYLIZE


def _reference_embeddings(
    engine: Engine, request: ImagineRequest
) -> Mapping[str, NDArray[np.float32]]:
    """Return the embedding of each picture that the prompt refers to, by its address."""
    addresses = reference_addresses(request.prompt)
    if not addresses or engine.card.graph("image") is None:
        return {}
    if len(request.references) != len(addresses):
        raise InputError(
            "imagine.references",
            Message(
                "The prompt refers to {num} pictures and {given} are given.",
                num=len(addresses),
                given=len(request.references),
            ),
        )
    embeddings: dict[str, NDArray[np.float32]] = {}
    for address, reference in zip(addresses, request.references, strict=True):
        if reference.embedding is not None:
            embeddings[address] = reference.embedding
        else:
            assert reference.pixels is not None, "a reference has pixels or an embedding"
            (embeddings[address],) = embed_pictures(engine, [reference.pixels])
    return embeddings


def _draw_rules(
    engine: Engine, request: ImagineRequest, embeddings: Mapping[str, NDArray[np.float32]]
) -> _DrawRules:
    prompt, layout = request.prompt, engine.layout()
    parameters = prompt.parameters
    images = [embeddings[address] for address in prompt.images if address in embeddings]
    condition = read_text_condition(engine, prompt, images)
    guidance = guidance_of(parameters)
    manners, offset = read_manners(engine, parameters, embeddings, guidance)
    aspect = parameters.aspect
    can_judge = engine.card.graph("image") is not None and not condition.is_anything
    native_px = canvas_size_px(layout)
    size_px = canvas_size_px(
        layout, None if aspect is None else aspect.ratio, is_draft=bool(parameters.draft)
    )
    return _DrawRules(
        seed=request.seed,
        chaos=parameters.chaos,
        noise_dim=layout.noise_dim,
        styles=StylePlan(
            embedding=condition.embedding,
            guidance=guidance,
            spread=spread_of(parameters),
            manners=manners,
            offset=offset,
        ),
        condition=condition,
        size_px=size_px,
        is_draft=bool(parameters.draft) and size_px != native_px,
        is_tile=bool(parameters.tile) and layout.can_wrap,
        num_tries=max(1, int(parameters.quality or 1)) if can_judge else 1,
    )


def _best_inputs(engine: Engine, draw: _DrawRules, indices: Sequence[int]) -> list[GeneratorInput]:
    tries = [
        candidate_index(index, number) for index in indices for number in range(draw.num_tries)
    ]
    inputs = _inputs(engine, draw, tries)
    if draw.num_tries == 1:
        return inputs
    embedding = draw.styles.embedding
    chosen = best_of(engine, engine.generate(inputs), embedding, num_tries=draw.num_tries)
    return [inputs[index] for index in chosen]


def _inputs(engine: Engine, draw: _DrawRules, numbers: Sequence[int]) -> list[GeneratorInput]:
    """Return what the generator is fed for each candidate: nothing known, all to paint."""
    import numpy as np

    layout = engine.layout()
    rows, columns = layout.latent_size(draw.size_px)
    styles = make_styles(engine, draw.styles, [_noise(draw, number) for number in numbers])
    known = np.zeros((layout.num_channels, rows, columns), np.float32)
    mask = np.zeros((layout.num_mask_channels, rows, columns), np.float32)
    wrap = np.full(2, draw.is_tile, np.float32) if layout.can_wrap else None
    return [
        GeneratorInput(
            styles=one,
            field=_field(engine, draw, number),
            known=known,
            mask=mask,
            wrap=wrap,
        )
        for number, one in zip(numbers, styles, strict=True)
    ]


def _noise(draw: _DrawRules, number: int) -> NDArray[np.float32]:
    # Farthest-point choice looks at all earlier pictures; further tries are drawn for themselves.
    is_alone = is_further_try(number) and (draw.chaos or 0) > 50
    chaos = None if is_alone else draw.chaos
    spec = NoiseSpec(seed=draw.seed, noise_dim=draw.noise_dim, chaos=chaos, stylize=0)
    return draw_noise(spec, number)


def _field(engine: Engine, draw: _DrawRules, number: int) -> NDArray[np.float32]:
    layout = engine.layout()
    rows, columns = layout.field_size(draw.size_px)
    if draw.is_draft:
        full = (layout.num_field_channels, 2 * rows, 2 * columns)
        return draft_field(draw_field(draw.seed, number, full, chaos=draw.chaos))
    shape = (layout.num_field_channels, rows, columns)
    return draw_field(draw.seed, number, shape, chaos=draw.chaos)


def _cut_size(
    engine: Engine, draw: _DrawRules, parameters: Parameters
) -> tuple[tuple[int, int], tuple[Message, ...]]:
    """Return the size that is cut out of a canvas which only comes near the aspect."""
    aspect, layout, canvas_px = parameters.aspect, engine.layout(), draw.size_px
    if aspect is None:
        return canvas_px, ()
    cut_px = largest_cut_px(*canvas_px, aspect.width, aspect.height)
    if cut_px == canvas_px:
        return canvas_px, ()
    if draw.is_tile:
        return canvas_px, (
            Message(
                "A tile is not cut: --ar {aspect} becomes {width} x {height} px.",
                aspect=str(aspect),
                width=canvas_px[1],
                height=canvas_px[0],
            ),
        )
    if layout.has_any_size:
        return cut_px, ()
    return cut_px, (
        Message(
            "This model paints {native_width} x {native_height} px only; "
            "--ar {aspect} is cut from the middle: {width} x {height} px.",
            native_width=layout.width_px,
            native_height=layout.height_px,
            aspect=str(aspect),
            width=cut_px[1],
            height=cut_px[0],
        ),
    )


def _judge_warnings(
    engine: Engine, draw: _DrawRules, parameters: Parameters
) -> tuple[Message, ...]:
    can_read = engine.card.graph("image") is not None  # else it is said with the other words
    if (parameters.quality or 1) <= 1 or not draw.condition.is_anything or not can_read:
        return ()
    return (Message("--quality has no effect without words or pictures to judge by."),)


def _resolved(
    draw: _DrawRules, parameters: Parameters, embeddings: Mapping[str, NDArray[np.float32]]
) -> dict[str, Scalar]:
    resolved: dict[str, Scalar] = {
        "chaos": draw.chaos,
        "stylize": _stylize(parameters),
        "weird": parameters.weird or 0,
        "guidance": round(draw.styles.guidance, 6),
        "spread": round(draw.styles.spread, 6),
        "tile": draw.is_tile,
        "draft": draw.is_draft,
        "tries": draw.num_tries,
        "canvas_height_px": draw.size_px[0],
        "canvas_width_px": draw.size_px[1],
    }
    for index, embedding in enumerate(embeddings.values()):
        resolved[f"embedding.{index}"] = write_embedding(embedding)
    return resolved
