"""Many prompts in one go: all cores paint, whatever each prompt asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mezzotint.imaging.resize import centre_crop
from mezzotint.verbs.imagine import ImagineRequest, ImagineResult, plan_pictures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine, GeneratorInput
    from mezzotint.verbs.imagine import PicturePlan

_BLOCK_NIMG = 128  # pictures painted between two words of progress


def imagine_many(
    engine: Engine,
    requests: Sequence[ImagineRequest],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[ImagineResult]:
    """Make the pictures of several requests; each is the same as if asked for alone.

    Args:
        engine: Of one model.
        requests: What is asked for; prompts and seeds may all differ.
        progress: Told how many pictures of how many are painted.

    Returns:
        One result a request, in order.

    Raises:
        UnsupportedError: The bundle has no generator.
    """
    plans = [plan_pictures(engine, request) for request in requests]
    inputs = [(one, plan) for plan in plans for one in plan.inputs]
    painted: list[NDArray[np.uint8]] = []
    for block in _blocks(inputs):
        pixels = engine.generate([one for one, _ in block])
        painted += [
            centre_crop(picture, *plan.size_px)
            for picture, (_, plan) in zip(pixels, block, strict=True)
        ]
        if progress is not None:
            progress(len(painted), len(inputs))
    return _shared_out(plans, painted)


def _blocks(
    inputs: Sequence[tuple[GeneratorInput, PicturePlan]],
) -> list[Sequence[tuple[GeneratorInput, PicturePlan]]]:
    return [inputs[at : at + _BLOCK_NIMG] for at in range(0, len(inputs), _BLOCK_NIMG)]


def _shared_out(
    plans: Sequence[PicturePlan], painted: Sequence[NDArray[np.uint8]]
) -> list[ImagineResult]:
    results: list[ImagineResult] = []
    at = 0
    for plan in plans:
        end = at + len(plan.inputs)
        results.append(
            ImagineResult(
                pictures=tuple(painted[at:end]), resolved=plan.resolved, warnings=plan.warnings
            )
        )
        at = end
    return results
