"""Vary: new pictures near one that this model made, from its recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream
from mezzotint.verbs.imagine import ImagineRequest, ImagineResult, paint, plan_pictures
from mezzotint.verbs.interpolation import turned

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine, GeneratorInput
    from mezzotint.prompt.structure import Prompt

# Share of the quarter turn from the parent to an independent picture.
SUBTLE = 0.2
STRONG = 0.6


@dataclass(frozen=True, kw_only=True)
class Variation:
    """Say how one picture was varied; a chain of these leads from an imagined picture to its heirs.

    Attributes:
        strength: 0 (the picture itself) to 1 (all its chance drawn anew).
        seed: 0 to 4294967295, of what is new.
        picture_index: Which picture of that seed.
    """

    strength: float
    seed: int
    picture_index: int = 0


@dataclass(frozen=True, kw_only=True)
class VaryRequest:
    """Ask for variations of one picture.

    Attributes:
        prompt: Of the parent, or another one (remix): what chance made stays.
        seed: Of the imagined picture that all began with.
        picture_index: Its index.
        earlier: How it was varied before, oldest first.
        strength: 0 gives the parent, 1 another picture of the prompt.
        variation_seed: 0 to 4294967295.
        picture_indices: Which variations of that seed; each comes out the same in any batch.
    """

    prompt: Prompt
    seed: int
    picture_index: int
    earlier: tuple[Variation, ...] = ()
    strength: float
    variation_seed: int
    picture_indices: Sequence[int]


def vary(engine: Engine, request: VaryRequest) -> ImagineResult:
    """Make variations of a picture.

    Raises:
        UnsupportedError: The bundle has no generator.
    """
    plan = plan_pictures(
        engine,
        ImagineRequest(
            prompt=request.prompt, seed=request.seed, picture_indices=(request.picture_index,)
        ),
    )
    parent = varied_input(engine, request.prompt, plan.inputs[0], request.earlier)
    inputs = [
        varied_input(engine, request.prompt, parent, [variation])
        for variation in _new_variations(request)
    ]
    return paint(engine, replace(plan, inputs=tuple(inputs)))


def varied_input(
    engine: Engine, prompt: Prompt, origin: GeneratorInput, variations: Sequence[Variation]
) -> GeneratorInput:
    """Follow a chain of variations from the input of an imagined picture."""
    varied = origin
    for variation in variations:
        if variation.strength != 0:
            fresh = _fresh_input(engine, prompt, variation)
            varied = turned(varied, fresh, variation.strength)
    return varied


def variation_parameters(variations: Sequence[Variation]) -> dict[str, Scalar]:
    """Write a chain of variations as flat parameters of a recipe.

    Example:
        >>> variation_parameters([Variation(strength=0.2, seed=7)])
        {'vary.1.strength': 0.2, 'vary.1.seed': 7, 'vary.1.index': 0}
    """
    parameters: dict[str, Scalar] = {}
    for number, variation in enumerate(variations, start=1):
        parameters[f"vary.{number}.strength"] = variation.strength
        parameters[f"vary.{number}.seed"] = variation.seed
        parameters[f"vary.{number}.index"] = variation.picture_index
    return parameters


def read_variations(parameters: Mapping[str, Scalar]) -> tuple[Variation, ...]:
    """Read the chain back from the parameters of a recipe; empty for a picture never varied.

    Example:
        >>> chain = (Variation(strength=0.2, seed=7, picture_index=3),)
        >>> read_variations(variation_parameters(chain)) == chain
        True
    """
    found: list[Variation] = []
    while True:
        prefix = f"vary.{len(found) + 1}"
        strength, seed, index = (
            parameters.get(f"{prefix}.{name}") for name in ("strength", "seed", "index")
        )
        if not (
            isinstance(strength, int | float) and isinstance(seed, int) and isinstance(index, int)
        ):
            return tuple(found)
        found.append(Variation(strength=float(strength), seed=seed, picture_index=index))


def _new_variations(request: VaryRequest) -> list[Variation]:
    return [
        Variation(strength=request.strength, seed=request.variation_seed, picture_index=index)
        for index in request.picture_indices
    ]


def _fresh_input(engine: Engine, prompt: Prompt, variation: Variation) -> GeneratorInput:
    # A seed of its own, so that a variation of seed 7 by seed 7 does not meet its parent again.
    stream = picture_stream(variation.seed, 0, Purpose.VARIATION)
    # `--chaos` would draw variations near a common picture instead of around their parent.
    independent = replace(prompt, parameters=replace(prompt.parameters, chaos=None))
    request = ImagineRequest(
        prompt=independent,
        seed=int(stream.integers(MAX_SEED + 1)),
        picture_indices=(variation.picture_index,),
    )
    return plan_pictures(engine, request).inputs[0]
