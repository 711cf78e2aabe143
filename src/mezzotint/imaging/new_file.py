"""Write a file that was not there before: whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from mezzotint.domain.errors import FailedError, InputError, MezzotintError
from mezzotint.domain.message import Message

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def write_new(path: Path, data: bytes) -> Path:
    """Write `data` to `path`, or, if that is taken, to the first free of `path-2`, `path-3`, ...

    The file appears complete and on disk or not at all, and two writers never get the same name,
    be they threads, processes or machines. Missing folders are made.

    Args:
        path: Where to write.
        data: The content.

    Returns:
        Where it was written.

    Raises:
        FailedError: "disk.full" or "file.not-written".
        InputError: "folder.read-only" or "folder.not-a-folder".

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [write_new(Path(folder) / "koi.png", b"1").name for _ in range(3)]
        ['koi.png', 'koi-2.png', 'koi-3.png']
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary_file(path.parent, data) as temporary:
            written = next(free for free in _candidates(path) if _publish(temporary, free))
        _sync_folder(path.parent)
    except OSError as error:
        raise _readable(path, error) from error
    return written


def write_over(path: Path, data: bytes) -> None:
    """Write `data` to `path`, in the place of what was there: the old content or the new, whole.

    Missing folders are made.

    Raises:
        FailedError: "disk.full" or "file.not-written".
        InputError: "folder.read-only" or "folder.not-a-folder".
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary_file(path.parent, data) as temporary:
            temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _readable(path, error) from error


@contextmanager
def _temporary_file(folder: Path, data: bytes) -> Generator[Path]:
    temporary = folder / f".mezzotint-{secrets.token_hex(8)}.tmp"
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _publish(temporary: Path, path: Path) -> bool:
    # A hard link is made whole, and refused if the name is taken. Where a file system has none
    # (FAT, some network shares), the name is taken by an empty file, then replaced in one step.
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        return _publish_by_reservation(temporary, path)
    return True


def _publish_by_reservation(temporary: Path, path: Path) -> bool:
    try:
        path.open("xb").close()
    except FileExistsError:
        return False
    try:
        temporary.replace(path)
    except BaseException:
        path.unlink()
        raise
    return True


def _sync_folder(folder: Path) -> None:
    # So that the new name survives a power cut too; some systems cannot open a folder.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _readable(path: Path, error: OSError) -> MezzotintError:
    folder = str(path.parent)
    if error.errno in _FULL:
        return FailedError(
            "disk.full",
            Message("The disk is full: {path} was not written.", path=str(path)),
            Message("Free some space, or choose a folder on another disk."),
        )
    if error.errno in _FORBIDDEN:
        return InputError(
            "folder.read-only",
            Message("You may not write into the folder {folder}.", folder=folder),
            Message("Choose another folder, or change its permissions."),
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return InputError(
            "folder.not-a-folder",
            Message("{folder} is not a folder.", folder=folder),
            Message("Choose another folder."),
        )
    return FailedError(
        "file.not-written",
        Message(
            "{path} could not be written: {reason}.",
            path=str(path),
            reason=error.strerror or str(error),
        ),
    )
