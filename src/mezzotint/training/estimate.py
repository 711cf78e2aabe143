"""What a run will cost, before it is begun: parameters, arithmetic, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch.utils.flop_counter import FlopCounterMode

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.learner import Moment, count_parameters
from mezzotint.training.making import Hardware, batch_source, make_learner
from mezzotint.training.trial import images_per_second


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Hold the expected cost of a run.

    Attributes:
        num_parameters: Of each net by name, averages left out.
        flops_per_image: Floating-point operations of convolutions and matrix products for one
            training image, both nets, forward and backward; a multiplication and an addition are 2.
        images_per_s: As measured just now.
        minutes: Until the budget is spent.
        num_images: Seen by then.
    """

    num_parameters: Mapping[str, int]
    flops_per_image: float
    images_per_s: float
    minutes: float
    num_images: int


def estimate(
    config: TrainingConfig,
    pictures: TrainingPictures,
    budget: Budget,
    hardware: Hardware,
    *,
    seed: int = 0,
) -> Estimate:
    """Measure a few steps on nets made for the purpose, and extrapolate to the budget.

    Raises:
        InputError: Pictures and recipe do not fit.
    """
    learner = make_learner(config, pictures, hardware, seed=seed)
    batches = batch_source(config, pictures, hardware, seed=seed)(0)
    with FlopCounterMode(display=False) as counter:
        learner.step(batches, Moment(seed=seed, step=0, progress=0.5))
    speed = images_per_second(config, pictures, hardware, seed=seed)
    limits = [budget.images] if budget.images is not None else []
    if budget.minutes is not None:
        limits.append(int(speed * budget.minutes * 60))
    num_images = min(limits)
    return Estimate(
        num_parameters={
            name: count_parameters(module)
            for name, module in learner.modules.items()
            if name != "average"
        },
        flops_per_image=counter.get_total_flops() / config.batch_size,
        images_per_s=speed,
        minutes=num_images / speed / 60,
        num_images=num_images,
    )
