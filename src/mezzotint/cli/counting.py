"""A bar for work that takes more than a second; nothing for less, and nothing for machines."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mezzotint.cli.face import Face
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_S = 1.0


class _Bar:
    """Appear on stderr once the work has taken longer than PATIENCE_S."""

    def __init__(self, face: Face, what: Message) -> None:
        self._face = face
        self._what = what
        self._start = time.monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def update(self, done: int, total: int) -> None:
        """Show how much of how much is done."""
        if self._shown is None:
            if self._face.json_output or not self._face.err.isatty():
                return
            if time.monotonic() - self._start < PATIENCE_S or done >= total:
                return
            self._shown = self._open(total)
        progress, task = self._shown
        progress.update(task, completed=done)

    def close(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown[0].stop()

    def _open(self, total: int) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeLeft(),
            console=Console(file=self._face.err),
            transient=True,
        )
        task = progress.add_task(self._face.translate(self._what), total=total)
        progress.start()
        return progress, task


@contextmanager
def counting(face: Face, what: Message) -> Generator[Callable[[int, int], None]]:
    """Open a bar; call the result with how much of how much is done."""
    bar = _Bar(face, what)
    try:
        yield bar.update
    finally:
        bar.close()
