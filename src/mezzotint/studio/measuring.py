"""Measure a bundle as its users see it: through the engine, against held-out pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.verbs.noise import NoiseSpec, draw_noise

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.engines.protocol import Engine
    from mezzotint.metrics.evaluation import EvaluationReport

MAX_MEASURED = 10_000  # generated pictures; figures compare at equal numbers only


def measure(
    engine: Engine,
    train: TrainingPictures,
    held_out: TrainingPictures,
    *,
    num_samples: int = MAX_MEASURED,
    progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Draw pictures of a bundle and measure them.

    Picture i is picture 0 of seed i, with `--stylize 0`, so that anyone can draw them again. Never
    more are drawn than there are held-out pictures: a smaller set is compared at its own size.

    Raises:
        InputError: The pictures are not of the model's size.
    """
    from mezzotint.metrics.generator_evaluation import evaluate_generator

    card = engine.card
    shape = (card.height_px, card.width_px, card.channels)
    if held_out.pixels.shape[1:] != shape:
        raise InputError(
            "evaluate.shape",
            Message(
                "The model paints {model}, the pictures are {pictures} (height, width, channels).",
                model=str(shape),
                pictures=str(tuple(held_out.pixels.shape[1:])),
            ),
            Message("Measure it on pictures like those it was trained on."),
        )

    def generate(seeds: range, labels: NDArray[np.int64] | None) -> NDArray[np.uint8]:
        return engine.generate([_input(engine, seed, labels, seeds.start) for seed in seeds])

    return evaluate_generator(
        generate,
        train,
        held_out,
        num_samples=min(num_samples, held_out.pixels.shape[0]),
        conditional=bool(card.classes),
        progress=progress,
    )


def _input(
    engine: Engine, seed: int, labels: NDArray[np.int64] | None, first_seed: int
) -> GeneratorInput:
    import numpy as np

    noise = draw_noise(NoiseSpec(seed=seed, noise_dim=engine.card.noise_dim, stylize=0), 0)
    if not engine.card.classes:
        return GeneratorInput(noise=noise)
    weights = np.zeros(len(engine.card.classes), dtype=np.float32)
    if labels is None:  # unlabelled pictures: every class as often
        weights[seed % len(weights)] = 1.0
    else:
        weights[int(labels[seed - first_seed])] = 1.0
    return GeneratorInput(noise=noise, class_weights=weights)
