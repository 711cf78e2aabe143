"""Short trials on nets made for the purpose and thrown away: how fast, and does it fit?"""

from __future__ import annotations

import dataclasses
import time

import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.config import GanConfig, TrainingConfig
from mezzotint.training.learner import Learner, Moment
from mezzotint.training.making import Hardware, NextBatches, batch_source, make_learner

WARM_UP_STEPS = 4
TIMED_STEPS = 8
MIN_MINUTES_COMPILED = 10.0  # compiling takes about one
MIN_SPEED_UP = 1.05


def images_per_second(
    config: TrainingConfig, pictures: TrainingPictures, hardware: Hardware, *, seed: int
) -> float:
    """Measure the speed of a recipe."""
    learner = make_learner(config, pictures, hardware, seed=seed)
    next_batches = batch_source(config, pictures, hardware, seed=seed)
    return speed_of(learner, next_batches, hardware.device, seed=seed)


def speed_of(
    learner: Learner, next_batches: NextBatches, device: torch.device, *, seed: int
) -> float:
    """Measure how many images a second a learner sees; it is changed by that.

    The steps are spread over the whole schedule, since parts of a loss may join late.
    """

    def run_steps(count: int) -> float:
        """Return the seconds that so many steps take."""
        start_s = time.monotonic()
        for step in range(count):
            moment = Moment(seed=seed, step=step, progress=step / count)
            learner.step(next_batches(step), moment)
        _wait_for(device)
        return time.monotonic() - start_s

    run_steps(WARM_UP_STEPS)
    return TIMED_STEPS * learner.config.batch_size / run_steps(TIMED_STEPS)


def find_num_rounds(
    config: TrainingConfig, pictures: TrainingPictures, hardware: Hardware, *, seed: int
) -> int:
    """Return the fewest rounds in which a step fits into memory.

    The batch of the recipe stays as it is, so what is learned stays the same; only how many
    pictures are held at a time is found.

    Raises:
        FailedError: Not even single pictures fit.
    """
    share = config.batch_size // hardware.team.size
    for num_rounds in (n for n in range(1, share + 1) if share % n == 0):
        tried = dataclasses.replace(hardware, num_rounds=num_rounds)
        try:
            learner = make_learner(config, pictures, tried, seed=seed)
            batches = batch_source(config, pictures, tried, seed=seed)(0)
            learner.step(batches, Moment(seed=seed, step=0, progress=0.0))
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            if hardware.device.type == "cuda":
                torch.cuda.empty_cache()
        else:
            return num_rounds
    raise FailedError(
        "training.memory",
        Message(
            "Not even one picture at a time fits into the memory of {device}.",
            device=str(hardware.device),
        ),
        Message("Choose a smaller --size or smaller widths, or --device cpu."),
    )


def compiling_pays(
    config: TrainingConfig,
    pictures: TrainingPictures,
    hardware: Hardware,
    budget: Budget,
    *,
    seed: int,
) -> bool:
    """Return whether torch.compile makes training faster here, as measured on a CUDA device.

    On CPUs it is not tried: the tutorial network trained a third slower compiled (134 against 198
    images a second on two cores). Nor with penalties by double backward, which torch.compile does
    not support, nor for runs that end before compiling has paid for itself.
    """
    penalty = config.penalty if isinstance(config, GanConfig) else "none"
    if hardware.device.type != "cuda" or penalty in ("exact", "wgan_gp"):
        return False
    plain = images_per_second(config, pictures, hardware, seed=seed)
    limits = [budget.images / plain / 60] if budget.images is not None else []
    if budget.minutes is not None:
        limits.append(budget.minutes)
    if min(limits) < MIN_MINUTES_COMPILED:
        return False
    compiled = dataclasses.replace(hardware, compiled=True)
    try:
        return images_per_second(config, pictures, compiled, seed=seed) > MIN_SPEED_UP * plain
    except (RuntimeError, OSError):  # there is no compiler on this machine
        return False


def _is_out_of_memory(error: Exception) -> bool:
    """Tell a full memory from other trouble; MPS has no exception type of its own for it."""
    known = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return known or "out of memory" in str(error).lower()


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
