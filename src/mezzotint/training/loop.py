"""The loop: everything that happens between the first step of a session and its last."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mezzotint.domain.message import Message
from mezzotint.training.adaptive import adapt
from mezzotint.training.batches import Batch
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import load_newest, save_checkpoint
from mezzotint.training.config import GanConfig, TrainingConfig
from mezzotint.training.guards import MAX_TRIES, Trouble
from mezzotint.training.interrupt import StopRequest
from mezzotint.training.learner import Learner, Moment
from mezzotint.training.meter import Meter
from mezzotint.training.metrics_log import MetricsLog
from mezzotint.training.progress import Progress, Report
from mezzotint.training.recipes import as_scalars
from mezzotint.training.samples import write_sheet
from mezzotint.training.state import RunState
from mezzotint.training.team import Team
from mezzotint.training.tensorboard import Board
from mezzotint.training.watch import Watch, as_figures

REPORT_S = 1.0
Ending = Literal["finished", "interrupted", "gave_up"]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Say how often a run stops to tell or to save."""

    log_steps: int = 50  # a line in metrics.jsonl every so many steps
    checkpoint_s: float = 120.0
    sheet_s: float = 180.0


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Hold what a loop talks to.

    Attributes:
        folder: Of the run: log, samples, checkpoints; written by the leader alone.
        pace: How often to tell and to save.
        progress: Whom to tell.
        stop: Asked after every step; the leader's counts.
        team: The processes that share the run.
        watch: Looks at samples, keeps the best snapshot and goes back when a guard says so.
        board: Shows curves and sheets live, where TensorBoard is installed.
    """

    folder: Path
    pace: Pace
    progress: Progress
    stop: StopRequest
    team: Team
    watch: Watch
    board: Board | None = None


def run(
    learner: Learner,
    next_batches: Callable[[int], Sequence[Batch]],
    state: RunState,
    budget: Budget,
    around: Surroundings,
) -> tuple[RunState, Ending]:
    """Train until the budget is spent or somebody asks to stop; save in any case.

    Args:
        learner: The nets; changed in place. After a finished run their averages are the best ones.
        next_batches: Step -> the global batch in parts; a pure function.
        state: Where the run stands.
        budget: When to end.
        around: What the loop talks to.

    Returns:
        The state after the last step, and why the run ended.
    """
    folder, pace, team, watch = around.folder, around.pace, around.team, around.watch
    log = open_log(around, state) if team.leads else None
    meter = Meter(state.figures, state.figures_count)
    clock = Clock(pace, state)
    if log is not None and state.step == 0:
        watch.keep_good(state)

    while budget.share_spent(state) < 1 and not team.agree(around.stop.asked):
        # Data: which pictures, exactly, depends on the step alone
        batches = next_batches(state.step)

        # One step of every optimiser, and of the average
        meter.add(learner.step(batches, moment_of(state)))
        state = advance(state, learner.config.batch_size, team.agree(clock.elapsed_s()))

        # Log
        logged = state.step % pace.log_steps == 0
        if logged:
            state = write_log_line(log, meter, state, team, learner.config)

        # Guards: look at the samples, keep the best, go back if something went wrong
        if logged or watch.is_due(state):
            state, trouble = look_after(log, meter, state, around)
            if team.agree(trouble is not None):
                state = back_to_good(learner, state, trouble, around)
                if state.tries > MAX_TRIES:
                    hand_over_best(state, around)
                    return state, "gave_up"
                log = open_log(around, state) if team.leads else None
                meter = Meter(state.figures, state.figures_count)
        if log is None:
            continue

        # Tell
        if clock.is_time_to_report():
            around.progress.report(make_report(meter, state, budget, clock))

        # Sample sheet
        if clock.is_time_for_sheet():
            show_sheet(learner, state, around)

        # Checkpoint
        if clock.is_time_to_save():
            state = save(folder, learner, log, meter, state)

    finished = budget.share_spent(state) >= 1
    if log is not None:
        state = save(folder, learner, log, meter, state)
        show_sheet(learner, state, around)
    if finished:
        hand_over_best(state, around)
    team.wait()
    return state, "finished" if finished else "interrupted"


# --- Headings of the loop ----------------------------------------------------------------------


class Clock:
    """Keep a session's time. It decides when to tell and save, never what is computed."""

    def __init__(self, pace: Pace, state: RunState) -> None:
        self._pace = pace
        self._earlier_s = state.elapsed_s
        self._start_s = self._report_s = self._sheet_s = self._save_s = time.monotonic()
        self._reported_images = state.images_seen

    def elapsed_s(self) -> float:
        """Return the seconds of all sessions together."""
        return self._earlier_s + time.monotonic() - self._start_s

    def is_time_to_report(self) -> bool:
        """Return whether a second has passed since the last report."""
        return time.monotonic() - self._report_s >= REPORT_S

    def images_per_s(self, images_seen: int) -> float:
        """Return the speed since the last call, and begin a new interval."""
        now = time.monotonic()
        speed = (images_seen - self._reported_images) / max(now - self._report_s, 1e-9)
        self._report_s, self._reported_images = now, images_seen
        return speed

    def is_time_for_sheet(self) -> bool:
        """Return whether a sheet is due; then the next one is due an interval later."""
        due = time.monotonic() - self._sheet_s >= self._pace.sheet_s
        self._sheet_s = time.monotonic() if due else self._sheet_s
        return due

    def is_time_to_save(self) -> bool:
        """Return whether a checkpoint is due; then the next one is due an interval later."""
        due = time.monotonic() - self._save_s >= self._pace.checkpoint_s
        self._save_s = time.monotonic() if due else self._save_s
        return due


def open_log(around: Surroundings, state: RunState) -> MetricsLog:
    """Open the log at this state; what was written after it is forgotten."""
    if around.board is not None:
        around.board.begin(state.step)
    return MetricsLog(around.folder, keep_bytes=state.log_bytes, board=around.board)


def show_sheet(learner: Learner, state: RunState, around: Surroundings) -> None:
    """Write a sample sheet, and tell of it."""
    path = write_sheet(around.folder, learner, state.images_seen)
    around.progress.wrote(path)
    if around.board is not None:
        around.board.add_sheet(path, state.step)


def advance(state: RunState, batch_size: int, elapsed_s: float) -> RunState:
    """Return the state one step on."""
    return dataclasses.replace(
        state,
        step=state.step + 1,
        images_seen=state.images_seen + batch_size,
        elapsed_s=elapsed_s,
    )


def moment_of(state: RunState) -> Moment:
    """Return what a step must know of where the run stands."""
    return Moment(
        seed=state.seed,
        step=state.step,
        progress=state.progress,
        lr_factor=state.lr_factor,
        gamma_factor=state.gamma_factor,
        augment_p=state.augment_p,
        augment_extra=state.augment_extra,
    )


def write_log_line(
    log: MetricsLog | None, meter: Meter, state: RunState, team: Team, config: TrainingConfig
) -> RunState:
    """Write the means since the last line; return the state with the log's length, p adapted."""
    figures = team.mean(meter.mean())
    num_images = meter.count * config.batch_size
    meter.reset()
    if isinstance(config, GanConfig) and config.augment_target is not None:
        share = figures["real_above_fake"]
        state = adapt(state, share=share, target=config.augment_target, num_images=num_images)
        figures["augment_p"] = state.augment_p or 0.0
    return state if log is None else append(log, state, figures)


def append(log: MetricsLog, state: RunState, figures: Mapping[str, float]) -> RunState:
    """Write one line, and return the state with the log's new length."""
    line = {"step": state.step, "images": state.images_seen, "elapsed_s": round(state.elapsed_s, 2)}
    length = log.append({**line, **{name: round(value, 6) for name, value in figures.items()}})
    return dataclasses.replace(state, log_bytes=length)


def look_after(
    log: MetricsLog | None, meter: Meter, state: RunState, around: Surroundings
) -> tuple[RunState, Trouble | None]:
    """Look at figures and, when it is time, at samples; the leader's part."""
    if log is None:
        return state, None
    checkup = around.watch.look() if around.watch.is_due(state) else None
    if checkup is not None:
        state = append(log, state, as_figures(checkup))
    log.sync()
    figures = meter.mean()
    state = dataclasses.replace(state, figures=meter.sums(), figures_count=meter.count)
    return around.watch.judge(state, figures, checkup)


def back_to_good(
    learner: Learner, state: RunState, trouble: Trouble | None, around: Surroundings
) -> RunState:
    """Put every process back to the last good state, and say what was seen and changed."""
    checkpoints = around.folder / "checkpoints"
    if trouble is not None:
        state = around.watch.go_back(state, trouble)
        save_checkpoint(checkpoints, learner, state, as_scalars(learner.config))
        around.progress.say(trouble.seen)
        if state.tries > MAX_TRIES:
            around.progress.say(
                Message("Three tries did not help; the best snapshot so far is kept.")
            )
            around.progress.say(trouble.advice)
        else:
            around.progress.say(trouble.change)
            around.progress.say(Message("Going back to {images} images.", images=state.images_seen))
    around.team.wait()
    if trouble is not None:
        return state
    loaded = load_newest(checkpoints, learner).state
    assert loaded is not None, "the leader has just written it"
    return loaded


def hand_over_best(state: RunState, around: Surroundings) -> None:
    """Put the best averages into every process's learner; a damaged file is told of."""
    warning = around.watch.put_best_in_place(state)
    if warning is not None and around.team.leads:
        around.progress.say(warning)


def make_report(meter: Meter, state: RunState, budget: Budget, clock: Clock) -> Report:
    """Return where the run stands."""
    images_per_s = clock.images_per_s(state.images_seen)
    return Report(
        images_seen=state.images_seen,
        images_per_s=images_per_s,
        share_done=min(budget.share_spent(state), 1.0),
        seconds_left=budget.seconds_left(state, images_per_s),
        figures=meter.mean(),
    )


def save(
    folder: Path, learner: Learner, log: MetricsLog, meter: Meter, state: RunState
) -> RunState:
    """Write a checkpoint that a killed run goes on from as if nothing had happened."""
    log.sync()
    state = dataclasses.replace(state, figures=meter.sums(), figures_count=meter.count)
    save_checkpoint(folder / "checkpoints", learner, state, as_scalars(learner.config))
    return state
