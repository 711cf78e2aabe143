"""What every export shares: a folder that appears whole or not at all, and an account of it."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.data.packed.records import SkippedEntry
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.read import read_image

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from mezzotint.data.packed.options import OptOuts
    from mezzotint.data.sources.entry import Entry, Source


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """Pin one file of an export.

    Attributes:
        name: Within the folder.
        split: Of the pictures in it; None if they have none.
        size_bytes: How long it is.
        sha256: Of its bytes, in hexadecimal.
    """

    name: str
    split: str | None
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Say what was exported.

    Attributes:
        path: The folder.
        num_images: Pictures in all files.
        files: In the order of their names.
        skipped: Entries that are not in it, and why.
    """

    path: Path
    num_images: int
    files: tuple[ExportedFile, ...]
    skipped: tuple[SkippedEntry, ...]


@dataclass(frozen=True, kw_only=True)
class OpenedEntry:
    """Hold an entry with its encoded bytes and their hash."""

    entry: Entry
    data: bytes
    sha256: str


def opened_entries(
    source: Source, skipped: list[SkippedEntry], opt_outs: OptOuts | None = None
) -> Iterator[OpenedEntry]:
    """Open one entry after the other; note those that are broken or opted out."""
    for entry in source.entries():
        try:
            data = entry.open()
            read_image(data, name=entry.key, min_size_px=1)  # at an eighth: only to see that it can
        except InputError as error:
            skipped.append(SkippedEntry(key=entry.key, code=error.code, reason=error.message))
            continue
        digest = hashlib.sha256(data).hexdigest()
        reason = opt_outs.reason_against(entry.key, digest) if opt_outs else None
        if reason is not None:
            skipped.append(SkippedEntry(key=entry.key, code="data.opt_out", reason=reason))
            continue
        yield OpenedEntry(entry=entry, data=data, sha256=digest)


def pin_file(path: Path, split: str | None) -> ExportedFile:
    """Make sure that a file is on disk, and hash it."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ExportedFile(name=path.name, split=split, size_bytes=path.stat().st_size, sha256=digest)


@contextmanager
def new_folder(destination: Path) -> Generator[Path]:
    """Give a hidden folder to write to; it becomes `destination` at the end, or disappears.

    Raises:
        InputError: There is something at `destination` already.
        FailedError: The disk is full.
    """
    if destination.exists():
        raise InputError(
            "data.export.taken",
            Message("There is something at {path} already.", path=str(destination)),
            Message("Delete it, or name another folder."),
        )
    unfinished = destination.with_name(f".{destination.name}.{os.getpid()}.partial")
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
        unfinished.rename(destination)
    except OSError as error:
        raise FailedError(
            "data.export.write",
            Message(
                "The export cannot be written to {path}: {reason}.",
                path=str(destination.parent),
                reason=error.strerror or str(error),
            ),
            Message("Make room on the disk, or name another folder."),
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def refuse_none(num_images: int) -> None:
    """Raise an InputError if not one picture could be exported."""
    if not num_images:
        raise InputError(
            "data.export.nothing",
            Message("Not one picture can be exported."),
            Message("Run the data check to see what is wrong with them."),
        )
