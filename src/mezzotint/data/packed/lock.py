"""Keep two processes from packing one set at the same time; the lock dies with its process."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Hold the lock file at `path`.

    Raises:
        FailedError: Another process holds it.
    """
    with path.open("a+b") as file:
        try:
            _lock(file)
        except OSError as error:
            raise FailedError(
                "data.packed.busy",
                Message("Another process is packing {name} right now.", name=path.stem.lstrip(".")),
                Message("Wait until it is done, then start again."),
            ) from error
        yield  # closing the file lets go of the lock


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
