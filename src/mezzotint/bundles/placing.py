"""Folders that appear whole or not at all: filled beside their place, then renamed into it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from mezzotint.bundles.names import CARD_FILE
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_MAX_ATTEMPTS = 5  # how often another process may get in between the two renames
_ABANDONED_S = 24 * 3600  # a staging folder this old belongs to a process that was killed
_LEFTOVER = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.(?P<ending>tmp|replaced|removed)")


@contextmanager
def staging_folder(destination: Path) -> Generator[Path]:
    """Open an empty folder beside `destination`; what is still there at the end is removed."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    staged = _beside(destination, "tmp")
    staged.mkdir()
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def put_in_place(staged: Path, destination: Path, *, replace: bool) -> None:
    """Rename the finished folder `staged` to `destination`.

    With `replace`, a bundle that is already there is set aside first and deleted when the new
    one is in place; if this process dies in between, `tidy_folder` brings it back.

    Raises:
        InputError: `bundle.exists` if something is there that must not be replaced.
    """
    _sync_folder(staged)
    for attempt in range(1, _MAX_ATTEMPTS + 1):
        check_free(destination, replace=replace)
        old = set_aside(destination, "replaced")
        try:
            staged.rename(destination)
        except OSError:
            _put_back(old, destination)
            if attempt == _MAX_ATTEMPTS or not destination.exists():
                raise
            continue
        except BaseException:
            _put_back(old, destination)
            raise
        _sync_folder(destination.parent)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
        return


def check_free(destination: Path, *, replace: bool) -> None:
    """Refuse a place that is taken: by a bundle unless `replace`, by anything else always."""
    if not os.path.lexists(destination) or _is_empty_folder(destination):
        return
    if not (destination / CARD_FILE).is_file():
        raise InputError(
            "bundle.exists",
            Message("{path} exists and is not a model bundle.", path=str(destination)),
            Message("Choose another place; it is never overwritten."),
        )
    if not replace:
        raise InputError(
            "bundle.exists",
            Message("There is already a model in {path}.", path=str(destination)),
            Message("Choose another name, or replace it (--replace)."),
        )


def set_aside(folder: Path, ending: Literal["replaced", "removed"]) -> Path | None:
    """Rename a folder to a hidden name beside it; return that name, or None if it is not there."""
    hidden = _beside(folder, ending)
    try:
        folder.rename(hidden)
    except FileNotFoundError:
        return None
    return hidden


def tidy_folder(folder: Path) -> None:
    """Put right what a killed process left in a models folder.

    A bundle that was set aside and not yet replaced comes back; the rest is deleted. Never fails:
    a folder that cannot be changed stays as it is.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        match = _LEFTOVER.fullmatch(path.name)
        if match is not None:
            with suppress(OSError):
                _tidy(path, path.with_name(match["name"]), match["ending"])


def _tidy(path: Path, destination: Path, ending: str) -> None:
    if ending == "replaced" and not destination.exists():
        path.rename(destination)
    elif ending != "tmp" or time.time() - path.stat().st_mtime > _ABANDONED_S:
        shutil.rmtree(path, ignore_errors=True)


def _put_back(old: Path | None, destination: Path) -> None:
    if old is not None:
        with suppress(OSError):
            old.rename(destination)


def _beside(destination: Path, ending: str) -> Path:
    return destination.with_name(f".{destination.name}.{secrets.token_hex(8)}.{ending}")


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and next(path.iterdir(), None) is None


def _sync_folder(folder: Path) -> None:
    # Windows and some network disks cannot do this; there the rename alone has to be enough.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
