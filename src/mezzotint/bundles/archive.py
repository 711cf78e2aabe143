"""Write the exchange format: a zip with one folder, the bundle. Same bundle, same bytes.

Files are stored, not compressed: weights hardly shrink, and deflate's output depends on the zlib
at hand.
"""

from __future__ import annotations

import os
import secrets
import stat
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mezzotint.bundles.names import CARD_FILE
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from mezzotint.bundles.read import Bundle

_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
_MADE_ON_UNIX = 3
_FILE_MODE = stat.S_IFREG | 0o644


def write_archive(bundle: Bundle, destination: Path, *, replace: bool = False) -> None:
    """Write a bundle as a zip file, whole or not at all.

    Args:
        bundle: What to write; every file is checked again on the way.
        destination: The zip file; missing folders above it are made.
        replace: Whether a file that is already there gives way.

    Raises:
        InputError: `archive.exists`.
        BundleError: The bundle changed since it was opened.
        FailedError: `archive.write`: the disk is full or does not allow it; nothing is left.
    """
    if os.path.lexists(destination) and not (replace and destination.is_file()):
        raise InputError(
            "archive.exists",
            Message("{path} exists already.", path=str(destination)),
            Message("Choose another name, or replace it (--replace)."),
        )
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _temporary_beside(destination) as temporary:
            _write_zip(bundle, temporary)
            temporary.replace(destination)
    except OSError as error:
        raise FailedError(
            "archive.write",
            Message(
                "The zip file could not be written to {path}: {reason}.",
                path=str(destination),
                reason=error.strerror or str(error),
            ),
            Message("Make room or choose another place; nothing was left behind."),
        ) from error


def _write_zip(bundle: Bundle, path: Path) -> None:
    with path.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted([CARD_FILE, *bundle.card.files]):
                entry = zipfile.ZipInfo(f"{bundle.card.name}/{name}", _DOS_EPOCH)
                entry.create_system = _MADE_ON_UNIX
                entry.external_attr = _FILE_MODE << 16
                archive.writestr(entry, bundle.read_file(name))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _temporary_beside(destination: Path) -> Generator[Path]:
    temporary = destination.with_name(f".{destination.name}.{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
