"""Train on pictures: begin a run, or go on with the one that its folder holds."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.batches import Batch, BatchOrder, Part, PictureShape, read_batch, shape_of
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import Settings, load_newest, newest_settings
from mezzotint.training.config import GanConfig, TrainingConfig
from mezzotint.training.device import choose_device
from mezzotint.training.gan import GanLearner
from mezzotint.training.interrupt import StopRequest
from mezzotint.training.learner import Learner, Moment
from mezzotint.training.loop import Ending, Pace, run
from mezzotint.training.progress import Progress, Silence
from mezzotint.training.recipes import as_scalars, from_scalars
from mezzotint.training.state import RunState

TRIAL_STEPS = 12  # of the speed measurement; the first third is not counted


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """Hold what a session of training left.

    Attributes:
        learner: The trained nets.
        state: Where the run stands.
        ending: "finished" or "interrupted"; an interrupted run goes on when it is called again.
        config: The configuration as resolved.
        device: Where it ran.
    """

    learner: Learner
    state: RunState
    ending: Ending
    config: TrainingConfig
    device: torch.device


def train(
    pictures: TrainingPictures,
    config: TrainingConfig,
    run_folder: Path,
    *,
    budget: Budget,
    seed: int = 0,
    device: str = "auto",
    threads: int | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train a model; called again with the same run folder, go on where it stopped.

    Args:
        pictures: What to learn from.
        config: A recipe, possibly overridden. A run that is resumed keeps its own.
        run_folder: Where log, samples and checkpoints go; made if missing.
        budget: When to end, counted over all sessions.
        seed: Of the run; a run that is resumed keeps its own.
        device: "auto", "cpu", "cuda", "mps".
        threads: CPU threads; None = as torch has it. Resuming is bit-exact for equal threads.
        pace: How often to tell and save.
        progress: Whom to tell; None = nobody.

    Raises:
        InputError: Pictures and recipe do not fit, or the run folder holds another run.
        FailedError: The disk is full.
    """
    progress = progress or Silence()
    target = choose_device(device)
    if threads is not None:
        torch.set_num_threads(threads)
    run_folder.mkdir(parents=True, exist_ok=True)
    settings = newest_settings(run_folder / "checkpoints")
    if settings is None:
        config = _with_schedule(config, pictures, budget, seed, target)
    else:
        config, seed = _own_settings(config, settings)
    learner = make_learner(config, shape_of(pictures), seed=seed, device=target)
    loaded = load_newest(run_folder / "checkpoints", learner)
    for warning in loaded.warnings:
        progress.say(warning)
    state = loaded.state or RunState(seed=seed, schedule_images=config.schedule_images or 0)
    if state.step:
        progress.say(Message("Going on after {images} images.", images=state.images_seen))
    with StopRequest() as stop:
        state, ending = run(
            learner,
            _batch_source(pictures, config, seed, target),
            state,
            budget,
            folder=run_folder,
            pace=pace or Pace(),
            progress=progress,
            stop=stop,
        )
    return TrainingResult(learner=learner, state=state, ending=ending, config=config, device=target)


def make_learner(
    config: TrainingConfig, shape: PictureShape, *, seed: int, device: torch.device
) -> Learner:
    """Make the nets and optimisers of a configuration, weights drawn from the seed.

    Raises:
        InputError: Pictures and recipe do not fit.
    """
    if isinstance(config, GanConfig):
        return GanLearner(config, shape, seed=seed, device=device)
    raise AssertionError(config.family)


def images_per_second(
    pictures: TrainingPictures, config: TrainingConfig, *, seed: int, device: torch.device
) -> float:
    """Measure the speed of a recipe on nets made for the purpose and thrown away."""
    learner = make_learner(config, shape_of(pictures), seed=seed, device=device)
    source = _batch_source(pictures, config, seed, device)
    warm_up = TRIAL_STEPS // 3
    start_s = time.monotonic()
    for step in range(TRIAL_STEPS):
        if step == warm_up:
            _wait_for(device)
            start_s = time.monotonic()
        learner.step(source(step), Moment(seed=seed, step=step, progress=0.0))
    _wait_for(device)
    num_images = (TRIAL_STEPS - warm_up) * config.batch_size
    return num_images / (time.monotonic() - start_s)


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _with_schedule(
    config: TrainingConfig,
    pictures: TrainingPictures,
    budget: Budget,
    seed: int,
    device: torch.device,
) -> TrainingConfig:
    """Resolve how many images the schedules span: what the budget allows, as measured.

    Schedules run in images, never in time: a run is a function of its configuration and seed.
    """
    if config.schedule_images is not None:
        return config
    limits: list[float] = []
    if budget.images is not None:
        limits.append(budget.images)
    if budget.minutes is not None:
        speed = images_per_second(pictures, config, seed=seed, device=device)
        limits.append(speed * budget.minutes * 60)
    return dataclasses.replace(config, schedule_images=max(int(min(limits)), config.batch_size))


def _own_settings(asked: TrainingConfig, settings: Settings) -> tuple[TrainingConfig, int]:
    """Return the settings the run was begun with, having checked that no others are asked for.

    Raises:
        InputError: Something else is asked for.
    """
    own = from_scalars(settings.config)
    wanted = dict(as_scalars(asked))
    if wanted["schedule_images"] is None:
        wanted["schedule_images"] = own.schedule_images
    differing = [name for name, value in as_scalars(own).items() if wanted.get(name) != value]
    if differing:
        raise InputError(
            "training.other_run",
            Message(
                "This folder holds a run with other settings: {names}.", names=", ".join(differing)
            ),
            Message("Give it another name to begin a new run, or the settings it was begun with."),
        )
    return own, settings.seed


def _batch_source(
    pictures: TrainingPictures, config: TrainingConfig, seed: int, device: torch.device
) -> Callable[[int], Sequence[Batch]]:
    """Return step -> the global batch in parts."""
    order = BatchOrder(num_pictures=len(pictures.pixels), batch_size=config.batch_size, seed=seed)

    def batches(step: int) -> Sequence[Batch]:
        return [read_batch(pictures, order.indices(step), Part(), device)]

    return batches
