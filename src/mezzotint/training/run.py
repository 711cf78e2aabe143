"""Train on pictures: begin a run, or go on with the one that its folder holds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import Settings, load_newest, newest_settings
from mezzotint.training.checkup import Examiner
from mezzotint.training.config import TrainingConfig
from mezzotint.training.device import choose_device
from mezzotint.training.interrupt import StopRequest
from mezzotint.training.learner import Learner
from mezzotint.training.loop import Ending, Pace, Surroundings, run
from mezzotint.training.making import Hardware, NextBatches, batch_source, make_learner
from mezzotint.training.progress import Progress, Silence
from mezzotint.training.recipes import as_scalars, from_scalars
from mezzotint.training.report.page import write_report
from mezzotint.training.report.words import ENGLISH, ReportLanguage
from mezzotint.training.state import RunState
from mezzotint.training.team import join_team
from mezzotint.training.tensorboard import board_if_installed
from mezzotint.training.trial import compiling_pays, find_num_rounds, images_per_second
from mezzotint.training.watch import Watch

Ended = Ending | Literal["stage_done"]


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """Hold what a session of training left.

    Attributes:
        learner: The trained nets.
        state: Where the run stands.
        ending: "finished"; "interrupted": it goes on when it is called again; "gave_up": the guards
            did not get it to work, and the nets are the best it had; "stage_done": the one stage
            that was asked for is done, others are to follow.
        config: The configuration as resolved.
        device: Where it ran.
    """

    learner: Learner
    state: RunState
    ending: Ended
    config: TrainingConfig
    device: torch.device


def train(
    pictures: TrainingPictures,
    config: TrainingConfig,
    run_folder: Path,
    *,
    budget: Budget,
    held_out: TrainingPictures | None = None,
    seed: int = 0,
    device: str = "auto",
    threads: int | None = None,
    rounds: int | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
    report_language: ReportLanguage = ENGLISH,
) -> TrainingResult:
    """Train a model; called again with the same run folder, go on where it stopped.

    Started by torchrun, several processes share the run; rank 0 writes and talks.

    Args:
        pictures: What to learn from.
        config: A recipe, possibly overridden. A run that is resumed keeps its own.
        run_folder: Where log, samples and checkpoints go; made if missing.
        budget: When to end, counted over all sessions.
        held_out: Pictures kept apart, which snapshots are scored against.
        seed: Of the run; a run that is resumed keeps its own.
        device: "auto", "cpu", "cuda", "mps".
        threads: CPU threads; None = as torch has it. Resuming is bit-exact for equal threads.
        rounds: Micro-batches a step; None = as many as memory needs. Results stay the same.
        pace: How often to tell and save.
        progress: Whom to tell; None = nobody.
        report_language: Of the report that a session leaves in the run folder.

    Raises:
        InputError: Pictures and recipe do not fit, or the run folder holds another run.
        FailedError: The disk is full.
    """
    progress = progress or Silence()
    if threads is not None:
        torch.set_num_threads(threads)
    run_folder.mkdir(parents=True, exist_ok=True)
    with join_team() as team, StopRequest() as stop, board_if_installed(run_folder) as board:
        hardware = Hardware(device=choose_device(device), team=team)
        begun = _begin(pictures, config, run_folder, budget, hardware, seed=seed, rounds=rounds)
        if team.leads:
            _tell_beginning(begun, progress)
        around = Surroundings(
            folder=run_folder,
            pace=pace or Pace(),
            progress=progress,
            stop=stop,
            team=team,
            watch=_watch(run_folder, begun, pictures, held_out),
            board=board if team.leads else None,
        )
        state, ending = run(begun.learner, begun.next_batches, begun.state, budget, around)
        result = _result(begun.learner, state, ending, hardware.device)
        if team.leads:
            progress.wrote(write_report(result, run_folder, report_language))
    return result


def _result(
    learner: Learner, state: RunState, ending: Ending, device: torch.device
) -> TrainingResult:
    return TrainingResult(
        learner=learner, state=state, ending=ending, config=learner.config, device=device
    )


def _watch(
    run_folder: Path,
    begun: Begun,
    pictures: TrainingPictures,
    held_out: TrainingPictures | None,
) -> Watch:
    return Watch(
        run_folder,
        begun.learner,
        lambda: Examiner(pictures, held_out),
        schedule_steps=begun.state.schedule_images // begun.learner.config.batch_size,
    )


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Hold a run that is ready for its next step."""

    learner: Learner
    state: RunState
    next_batches: NextBatches
    warnings: tuple[Message, ...]


def _begin(
    pictures: TrainingPictures,
    config: TrainingConfig,
    run_folder: Path,
    budget: Budget,
    hardware: Hardware,
    *,
    seed: int,
    rounds: int | None,
) -> Begun:
    """Begin a run, or put the newest sound checkpoint of the run folder back in place."""
    settings = newest_settings(run_folder / "checkpoints")
    if settings is not None:
        config, seed = own_settings(config, settings)
    num_rounds = rounds or _num_rounds(config, pictures, hardware, seed)
    hardware = dataclasses.replace(hardware, num_rounds=num_rounds)
    pays = compiling_pays(config, pictures, hardware, budget, seed=seed)
    hardware = dataclasses.replace(hardware, compiled=bool(hardware.team.agree(pays)))
    config = _resolved(config, pictures, budget, hardware, seed)
    learner = make_learner(config, pictures, hardware, seed=seed)
    loaded = load_newest(run_folder / "checkpoints", learner)
    state = loaded.state or RunState(seed=seed, schedule_images=config.schedule_images or 0)
    next_batches = batch_source(config, pictures, hardware, seed=seed)
    return Begun(learner=learner, state=state, next_batches=next_batches, warnings=loaded.warnings)


def _tell_beginning(begun: Begun, progress: Progress) -> None:
    for warning in begun.warnings:
        progress.say(warning)
    if begun.state.step:
        progress.say(Message("Going on after {images} images.", images=begun.state.images_seen))


def _num_rounds(
    config: TrainingConfig, pictures: TrainingPictures, hardware: Hardware, seed: int
) -> int:
    """Find the rounds that a GPU's memory needs; a CPU's memory is not the limit."""
    if hardware.device.type == "cpu":
        return 1
    found = find_num_rounds(config, pictures, hardware, seed=seed)
    return int(hardware.team.agree(found))


def _resolved(
    config: TrainingConfig,
    pictures: TrainingPictures,
    budget: Budget,
    hardware: Hardware,
    seed: int,
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
        speed = images_per_second(config, pictures, hardware, seed=seed)
        limits.append(speed * budget.minutes * 60)
    schedule_images = int(hardware.team.agree(max(min(limits), config.batch_size)))
    return dataclasses.replace(config, schedule_images=schedule_images)


def own_settings(asked: TrainingConfig, settings: Settings) -> tuple[TrainingConfig, int]:
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
