"""Read single files of a folder that is not trusted, against the size and hash that pin them."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from mezzotint.domain.errors import BundleError, FailedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezzotint.domain.card import FileSpec

_CHUNK_BYTES = 1024 * 1024
# Never follow a link in the last part, never wait for the other end of a pipe.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_at_most(path: Path, max_bytes: int) -> bytes:
    """Read a regular file whole.

    Raises:
        BundleError: `bundle.missing`, `bundle.path` for a link, pipe or folder, or
            `bundle.too_large`.
        FailedError: `bundle.read`: the disk or the permissions do not allow it.
    """
    content = b"".join(_chunks(path, max_bytes))
    if len(content) > max_bytes:
        raise too_large(path.name, max_bytes)
    return content


def read_pinned(path: Path, pinned: FileSpec) -> bytes:
    """Read a file whole and refuse it unless it is the pinned one.

    Raises:
        BundleError: `bundle.missing`, `bundle.path`, `bundle.size` or `bundle.hash`.
        FailedError: `bundle.read`.
    """
    content = b"".join(_chunks(path, pinned.size_bytes))
    _compare(path.name, len(content), hashlib.sha256(content).hexdigest(), pinned)
    return content


def check_pinned(path: Path, pinned: FileSpec) -> None:
    """Refuse a file unless it is the pinned one, in little memory; errors as in `read_pinned`."""
    digest = hashlib.sha256()
    num_bytes = 0
    for chunk in _chunks(path, pinned.size_bytes):
        digest.update(chunk)
        num_bytes += len(chunk)
    _compare(path.name, num_bytes, digest.hexdigest(), pinned)


def too_large(name: str, max_bytes: int) -> BundleError:
    """Build the error for a file that is larger than a bundle may hold."""
    return BundleError(
        "bundle.too_large",
        Message(
            "{file} is larger than {max_mib} MiB, the most a bundle may have there.",
            file=name,
            max_mib=max_bytes // 1024**2,
        ),
        Message("This is no bundle that Mezzotint made; do not trust it."),
    )


def missing(name: str) -> BundleError:
    """Build the error for a file that the card lists and the folder lacks."""
    return BundleError(
        "bundle.missing",
        Message("The bundle lacks its file {file}.", file=name),
        Message("Get the bundle again, or export it again."),
    )


# At most one byte more than expected: enough to tell a longer file without reading all of it.
def _chunks(path: Path, expected_bytes: int) -> Iterator[bytes]:
    left = expected_bytes + 1
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise _not_a_file(path.name)
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _not_a_file(path.name)
            while left > 0 and (chunk := file.read(min(_CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
    except (FileNotFoundError, NotADirectoryError) as error:
        raise missing(path.name) from error
    except OSError as error:
        raise FailedError(
            "bundle.read",
            Message(
                "{path} cannot be read: {reason}.",
                path=str(path),
                reason=error.strerror or str(error),
            ),
        ) from error


def _not_a_file(name: str) -> BundleError:
    return BundleError(
        "bundle.path",
        Message("{file} is a link or a folder, which a bundle may not hold.", file=name),
        Message("This is no bundle that Mezzotint made; do not trust it."),
    )


def _compare(name: str, num_bytes: int, sha256: str, pinned: FileSpec) -> None:
    if num_bytes != pinned.size_bytes:
        raise BundleError(
            "bundle.size",
            Message(
                "{file} does not have the {expected} bytes that the card says.",
                file=name,
                expected=pinned.size_bytes,
            ),
            Message("It was damaged or changed. Get the bundle again."),
        )
    if sha256 != pinned.sha256:
        raise BundleError(
            "bundle.hash",
            Message("{file} is not the file that the card says: its hash differs.", file=name),
            Message("It was damaged or changed. Get the bundle again."),
        )
