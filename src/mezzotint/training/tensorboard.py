"""Curves and sheets for TensorBoard where it is installed; nothing where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

BOARD_FOLDER = "tensorboard"
POSITION = ("step", "images", "elapsed_s")


class Board:
    """Write what metrics.jsonl holds, step by step, for `tensorboard --logdir`.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / BOARD_FOLDER
        self._writer: SummaryWriter | None = None

    def begin(self, step: int) -> None:
        """Begin after so many steps; what was shown of later ones is hidden."""
        from torch.utils.tensorboard import SummaryWriter

        self.close()
        self._writer = SummaryWriter(log_dir=str(self._folder), purge_step=step + 1)

    def add_line(self, line: Mapping[str, float]) -> None:
        """Add a line of the log."""
        assert self._writer is not None, "a log begins before it has lines"
        for name, value in line.items():
            if name not in POSITION:
                self._writer.add_scalar(name, value, int(line["step"]))

    def add_sheet(self, path: Path, step: int) -> None:
        """Add a sample sheet."""
        assert self._writer is not None, "a log begins before there are sheets"
        with Image.open(path) as sheet:
            pixels = np.asarray(sheet.convert("RGBA" if sheet.mode == "RGBA" else "RGB"))
        self._writer.add_image("samples", pixels, step, dataformats="HWC")

    def close(self) -> None:
        """Write what is still held back."""
        if self._writer is not None:
            self._writer.close()


@contextmanager
def board_if_installed(folder: Path) -> Iterator[Board | None]:
    """Give the board of a run, closed at the end; None where TensorBoard is not installed."""
    if find_spec("tensorboard") is None:
        yield None
        return
    board = Board(folder)
    try:
        yield board
    finally:
        board.close()
