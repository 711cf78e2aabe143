"""Keep watch over a run: check samples, keep the best snapshot, go back when a guard says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mezzotint.domain.message import Message
from mezzotint.training.best import read_best, write_best
from mezzotint.training.checkpoint import (
    DamagedCheckpoint,
    forget_after,
    load_newest,
    save_checkpoint,
)
from mezzotint.training.checkup import Checkup, Examiner
from mezzotint.training.config import GanConfig
from mezzotint.training.files import disk_errors_in_words
from mezzotint.training.guards import Kind, Trouble, after_checkup, next_try, trouble_in
from mezzotint.training.learner import Learner
from mezzotint.training.recipes import as_scalars
from mezzotint.training.state import RunState

CHECKS = 20  # a schedule
MIN_STEPS_BETWEEN = 200  # short runs are not looked at
EVENTS_FILE = "events.jsonl"


class Watch:
    """Watch one run.

    Args:
        folder: Of the run.
        learner: Its nets.
        make_examiner: Looks at the real pictures; called at the first check.
        schedule_steps: Length of the schedule; checks are spread over it.
    """

    def __init__(
        self,
        folder: Path,
        learner: Learner,
        make_examiner: Callable[[], Examiner],
        *,
        schedule_steps: int,
    ) -> None:
        self._folder = folder
        self._learner = learner
        self._make_examiner = make_examiner
        self._examiner: Examiner | None = None
        self.every_steps = max(schedule_steps // CHECKS, MIN_STEPS_BETWEEN)

    def is_due(self, state: RunState) -> bool:
        """Return whether samples are to be looked at after this step; a function of the step."""
        return state.step % self.every_steps == 0

    def look(self) -> Checkup:
        """Look at the samples of the averaged nets."""
        if self._examiner is None:
            self._examiner = self._make_examiner()
        return self._examiner.look(self._learner)

    def judge(
        self, state: RunState, figures: Mapping[str, float], checkup: Checkup | None
    ) -> tuple[RunState, Trouble | None]:
        """Return the state with the check taken into account, and what is wrong, if anything.

        A state without trouble becomes the one to go back to; the best averages are kept.
        """
        if checkup is None:
            return state, trouble_in(None, figures, state)
        checked = after_checkup(state, checkup, figures)
        adversarial = isinstance(self._learner.config, GanConfig)
        trouble = trouble_in(checkup, figures, checked, adversarial=adversarial)
        if trouble is None:
            self.keep_good(checked)
            if checked.best_step == state.step:
                write_best(self._folder, self._learner.averages)
        return checked, trouble

    def keep_good(self, state: RunState) -> None:
        """Keep this state to go back to."""
        save_checkpoint(self._good, self._learner, state, as_scalars(self._learner.config))

    def go_back(self, failed: RunState, trouble: Trouble) -> RunState:
        """Put the last good state back, changed as the guard says, and note the event."""
        self._note(failed, trouble)
        good = load_newest(self._good, self._learner).state
        assert good is not None, "a good state is kept before the first step"
        state = next_try(good, trouble, failed)
        forget_after(self._folder / "checkpoints", state.step)
        forget_after(self._good, state.step)
        self.keep_good(state)
        return state

    def put_best_in_place(self, state: RunState) -> Message | None:
        """Put the best averages into the learner; those of now stay if none were kept.

        Returns:
            What to tell the user if the kept ones are damaged.
        """
        if state.best_score is None:
            return None
        try:
            read_best(self._folder, self._learner.averages)
        except DamagedCheckpoint as damage:
            return Message(
                "The best snapshot is damaged ({reason}) and is skipped: the nets of the last step "
                "are used.",
                reason=str(damage),
            )
        return None

    @property
    def _good(self) -> Path:
        return self._folder / "good"

    def _note(self, failed: RunState, trouble: Trouble) -> None:
        event = {
            "step": failed.step,
            "images": failed.images_seen,
            "kind": trouble.kind,
            "seen": [trouble.seen.template, trouble.seen.values],
            "change": [trouble.change.template, trouble.change.values],
        }
        path = self._folder / EVENTS_FILE
        with disk_errors_in_words(path), path.open("ab") as file:
            file.write(json.dumps(event).encode() + b"\n")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Hold what a guard did once.

    Attributes:
        step: At which it looked.
        images: Seen until then.
        kind: Which guard.
        seen: What it saw, in words that can be translated.
        change: What it changed.
    """

    step: int
    images: int
    kind: Kind
    seen: Message
    change: Message


def read_events(folder: Path) -> list[Event]:
    """Return what the guards did in a run, oldest first."""
    path = folder / EVENTS_FILE
    if not path.exists():
        return []
    return [_event(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _event(line: Mapping[str, Any]) -> Event:
    (seen, seen_values), (change, change_values) = line["seen"], line["change"]
    return Event(
        step=line["step"],
        images=line["images"],
        kind=line["kind"],
        seen=Message(seen, **seen_values),
        change=Message(change, **change_values),
    )


def as_figures(checkup: Checkup) -> dict[str, float]:
    """Return a check's numbers for the log."""
    return {name: value for name, value in asdict(checkup).items() if value is not None}
