"""Run one stage with the loop that every family shares."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import load_newest, newest_settings
from mezzotint.training.checkup import Examiner
from mezzotint.training.interrupt import StopRequest
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.material import RowSource
from mezzotint.training.learner import Learner
from mezzotint.training.loop import Ending, Pace, Surroundings, run
from mezzotint.training.progress import Progress
from mezzotint.training.report.words import ReportLanguage
from mezzotint.training.run import own_settings
from mezzotint.training.state import RunState
from mezzotint.training.team import Team
from mezzotint.training.trial import speed_of
from mezzotint.training.watch import Watch

MakeLearner = Callable[[LatentConfig], Learner]


@dataclass(frozen=True, kw_only=True, eq=False)
class Circumstances:
    """Hold what all stages of a run share.

    Attributes:
        pictures: What is learnt from.
        held_out: What snapshots are scored against; None = there are too few.
        folder: Of the run; each stage has one of its own in it.
        seed: Of the run.
        device: Where nets are.
        pace: How often to tell and save.
        progress: Whom to tell.
        stop: Asked after every step.
        report_language: Of the stages' reports.
    """

    pictures: TrainingPictures
    held_out: TrainingPictures | None
    folder: Path
    seed: int
    device: torch.device
    pace: Pace
    progress: Progress
    stop: StopRequest
    report_language: ReportLanguage


@dataclass(frozen=True, kw_only=True, eq=False)
class StageEnd:
    """Hold what one stage's session left."""

    learner: Learner
    state: RunState
    ending: Ending


class UnseenWatch(Watch):
    """Watch figures alone: the stage paints nothing that could be looked at."""

    def is_due(self, state: RunState) -> bool:
        """Return that samples are never to be looked at."""
        return False


def run_stage(
    config: LatentConfig, make_learner: MakeLearner, budget: Budget, around: Circumstances
) -> StageEnd:
    """Begin a stage, or go on where it was cut off, until its budget is spent.

    Args:
        config: Of the stage.
        make_learner: Makes its nets, weights drawn from the seed.
        budget: Of the stage, over all sessions.
        around: Pictures, folder and whom to tell.

    Raises:
        InputError: The folder holds a stage with other settings.
        FailedError: The disk is full.
    """
    folder = around.folder / config.stage
    folder.mkdir(parents=True, exist_ok=True)
    settings = newest_settings(folder / "checkpoints")
    num_images = len(around.pictures.pixels)
    seed = around.seed
    if settings is not None:
        config, seed = own_settings(config, settings)
    elif config.schedule_images is None:
        config = _scheduled(config, make_learner, budget, around)
    learner = make_learner(config)
    loaded = load_newest(folder / "checkpoints", learner)
    state = loaded.state or RunState(seed=seed, schedule_images=config.schedule_images or 0)
    for warning in loaded.warnings:
        around.progress.say(warning)
    if state.step:
        around.progress.say(Message("Going on after {images} images.", images=state.images_seen))
    surroundings = Surroundings(
        folder=folder,
        pace=around.pace,
        progress=around.progress,
        stop=around.stop,
        team=Team(),
        watch=_watch(config, learner, around),
    )
    rows = RowSource(num_images, config.batch_size, seed)
    state, ending = run(learner, rows, state, budget, surroundings)
    return StageEnd(learner=learner, state=state, ending=ending)


def _scheduled(
    config: LatentConfig, make_learner: MakeLearner, budget: Budget, around: Circumstances
) -> LatentConfig:
    """Resolve how many images the schedules span: what the budget allows, as measured."""
    limits: list[float] = [] if budget.images is None else [budget.images]
    if budget.minutes is not None:
        rows = RowSource(len(around.pictures.pixels), config.batch_size, around.seed)
        speed = speed_of(make_learner(config), rows, around.device, seed=around.seed)
        limits.append(speed * budget.minutes * 60)
    return dataclasses.replace(config, schedule_images=int(max(min(limits), config.batch_size)))


def _watch(config: LatentConfig, learner: Learner, around: Circumstances) -> Watch:
    kind = Watch if config.stage == "gan" else UnseenWatch
    return kind(
        around.folder / config.stage,
        learner,
        lambda: Examiner(around.pictures, around.held_out),
        schedule_steps=(config.schedule_images or 0) // config.batch_size,
    )
