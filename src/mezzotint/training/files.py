"""Write files so that they are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message


def write_durably(path: Path, content: bytes) -> None:
    """Write to a hidden file beside `path`, flush it to the disk, then put it in place.

    Raises:
        FailedError: The disk is full or does not allow it; the old file, if any, is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with disk_errors_in_words(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def disk_errors_in_words(path: Path) -> Iterator[None]:
    """Turn what the disk says about `path` into a FailedError with a remedy."""
    try:
        yield
    except OSError as error:
        raise FailedError(
            "training.write",
            Message(
                "{path} could not be written: {reason}.",
                path=str(path),
                reason=error.strerror or str(error),
            ),
            Message("Make room on the disk, then give the same command again: it goes on."),
        ) from error
