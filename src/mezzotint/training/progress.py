"""What a run tells while it goes: a protocol, a live bar for terminals, and silence for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, kw_only=True)
class Report:
    """Tell where a run stands.

    Attributes:
        images_seen: Real pictures seen by all sessions together.
        images_per_s: Speed since the last report.
        share_done: Share of the budget that is spent, 0 to 1.
        seconds_left: Time left at this speed; None where it is not known.
        figures: Mean of each loss and statistic since the last report.
    """

    images_seen: int
    images_per_s: float
    share_done: float
    seconds_left: float | None
    figures: Mapping[str, float]


class Progress(Protocol):
    """Receive what a run has to tell. `training` never prints by itself."""

    def report(self, report: Report) -> None:
        """Take the figures of the last steps; called about once a second."""
        ...

    def say(self, message: Message) -> None:
        """Take a sentence for the user: resumed, a guard's word, a damaged checkpoint."""
        ...

    def wrote(self, path: Path) -> None:
        """Take the path of a file that is now there, such as a sample sheet."""
        ...


class Silence:
    """Tell nothing, and remember everything: for tests and for callers that only want the result.

    Example:
        >>> silence = Silence()
        >>> silence.say(Message("Resumed."))
        >>> silence.messages
        [Message('Resumed.')]
    """

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.messages: list[Message] = []
        self.paths: list[Path] = []

    def report(self, report: Report) -> None:
        """Keep the report."""
        self.reports.append(report)

    def say(self, message: Message) -> None:
        """Keep the sentence."""
        self.messages.append(message)

    def wrote(self, path: Path) -> None:
        """Keep the path."""
        self.paths.append(path)


class LiveBar:
    """Draw one line that stays in place: share done, images/s, losses, time left.

    Sentences scroll above the bar. Where the output is no terminal only sentences are written.
    """

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._console = console
        self._bar = RichProgress(
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bar.add_task("", total=1.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def report(self, report: Report) -> None:
        """Redraw the bar."""
        self._bar.update(
            self._task, completed=report.share_done, description=describe_report(report)
        )

    def say(self, message: Message) -> None:
        """Write the sentence above the bar."""
        self._console.print(str(message), markup=False, highlight=False)

    def wrote(self, path: Path) -> None:
        """Write the path above the bar."""
        self._console.print(str(path), markup=False, highlight=False, soft_wrap=True)


def describe_report(report: Report) -> str:
    """Return a report as one short line.

    Example:
        >>> describe_report(Report(images_seen=64_000, images_per_s=312.4, share_done=0.1,
        ...     seconds_left=1500, figures={"discriminator": 0.69, "generator": 0.71}))
        '64k images  312/s  D 0.690  G 0.710  25:00 left'
    """
    parts = [f"{report.images_seen / 1000:.0f}k images", f"{report.images_per_s:.0f}/s"]
    short = {"discriminator": "D", "generator": "G"}
    for name, letter in short.items():
        if name in report.figures:
            parts.append(f"{letter} {report.figures[name]:.3f}")
    if "loss" in report.figures:
        parts.append(f"loss {report.figures['loss']:.2f}")
    if report.seconds_left is not None:
        minutes, seconds = divmod(round(report.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    return "  ".join(parts)
