"""Ctrl-C during training: the step is finished and saved before the run stops."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class StopRequest:
    """Note the first Ctrl-C (or SIGTERM) instead of dying of it; a second one stops at once.

    Signals reach the main thread alone; elsewhere only `ask` stops a run.

    Example:
        >>> with StopRequest() as stop:
        ...     stop.ask()
        ...     stop.asked
        True
    """

    def __init__(self) -> None:
        self.asked = False
        self._previous: dict[signal.Signals, object] = {}

    def ask(self) -> None:
        """Ask the run to stop after the step it is in."""
        self.asked = True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
