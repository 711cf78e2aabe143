"""metrics.jsonl: one JSON object a line, every so many steps, cut back to its place on resume."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from mezzotint.training.files import disk_errors_in_words
from mezzotint.training.tensorboard import Board

LOG_FILE = "metrics.jsonl"


class MetricsLog:
    """Append lines to a run's log."""

    def __init__(self, folder: Path, *, keep_bytes: int, board: Board | None = None) -> None:
        """Open the log and forget what was written after the state that is resumed.

        Args:
            folder: The run's folder.
            keep_bytes: Length that belongs to the state; 0 begins a new log.
            board: Where each line is shown, too.
        """
        self._board = board
        self.path = folder / LOG_FILE
        with disk_errors_in_words(self.path), self.path.open("ab") as file:
            file.truncate(keep_bytes)

    def append(self, line: Mapping[str, float | int]) -> int:
        """Write one line and return the log's length in bytes."""
        with disk_errors_in_words(self.path), self.path.open("ab") as file:
            file.write(json.dumps(dict(line)).encode() + b"\n")
            length = file.tell()
        if self._board is not None:
            self._board.add_line(line)
        return length

    def sync(self) -> None:
        """Flush the log to the disk, before a checkpoint refers to its length."""
        with disk_errors_in_words(self.path), self.path.open("rb+") as file:
            os.fsync(file.fileno())


def read_log(folder: Path) -> list[dict[str, float]]:
    """Return the lines of a run's log; a last line that was cut off is left out."""
    path = folder / LOG_FILE
    if not path.exists():
        return []
    lines: list[dict[str, float]] = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            break
    return lines
