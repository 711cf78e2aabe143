"""Unpack a bundle's zip file from a stranger.

Names, kinds and sizes of all entries are checked before the first byte is unpacked, sizes again
while unpacking. What comes out is still only a folder: `open_bundle` judges it next.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mezzotint.bundles.limits import DEFAULT_LIMITS, BundleLimits
from mezzotint.bundles.names import is_safe_file_name
from mezzotint.bundles.read import IGNORED_FILES
from mezzotint.domain.errors import BundleError, FailedError, InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

_CHUNK_BYTES = 1024 * 1024
_ENCRYPTED_FLAG = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MAX_DIRECTORY_BYTES = 1024 * 1024  # the zip's own table of contents
# What zipfile and zlib raise on bytes that are not what they should be.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError)
_DO_NOT_TRUST = Message("This is no bundle that Mezzotint made; do not trust it.")


def unpack_archive(archive: Path, folder: Path, *, limits: BundleLimits = DEFAULT_LIMITS) -> None:
    """Unpack a zip file into an empty folder, without its top folder.

    Args:
        archive: The zip file: the bundle's files at the top or in one folder.
        folder: Where to put them; exists and is empty.
        limits: How large the content may be.

    Raises:
        BundleError: `archive.damaged`, `archive.path` (a name that leads out, or a folder too
            deep), `archive.link` (anything but plain files), `archive.duplicate`,
            `archive.encrypted`, or `archive.bomb` (too much, or packed too tightly).
        InputError: `archive.absent`.
        FailedError: `archive.unpack`: the zip cannot be read or the disk is full.
    """
    with _explained(archive):
        _check_directory(archive)
        with zipfile.ZipFile(archive) as file:
            entries = _plan(file.infolist())
            _check_declared_sizes(entries, limits)
            for name, entry in entries.items():
                _unpack(file, entry, folder / name)


# Name inside the bundle -> entry, for every entry that will be unpacked.
def _plan(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    tops: set[str] = set()
    for entry in infos:
        # `filename` is already tidied for this system; the original shows what was meant.
        *folders, name = entry.orig_filename.split("/")
        if folders[:1] == ["__MACOSX"] or name in IGNORED_FILES:
            continue
        _check_kind(entry)
        tops.add("/".join(folders))
        if not name and _is_one_folder(folders):
            continue
        if not is_safe_file_name(name) or (folders and not _is_one_folder(folders)):
            raise _refusal(
                "archive.path",
                Message(
                    "The zip has an entry that leads out of the bundle: {name}.", name=_word(entry)
                ),
            )
        if name.lower() in {one.lower() for one in entries}:
            raise _refusal(
                "archive.duplicate", Message("The zip has {name} twice.", name=_word(entry))
            )
        entries[name] = entry
    if len(tops) > 1:
        raise _refusal("archive.path", Message("The zip has more than one folder in it."))
    return entries


# The folder's name is not used for anything, so any name that means one folder will do.
def _is_one_folder(folders: list[str]) -> bool:
    return (
        len(folders) == 1
        and folders[0] not in ("", ".", "..")
        and not any(sign in folders[0] for sign in "\\:\0")
    )


def _check_kind(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refusal(
            "archive.link",
            Message("The zip has a link or device in it: {name}.", name=_word(entry)),
        )
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise BundleError(
            "archive.encrypted",
            Message("The zip is protected by a password."),
            Message("Unpack it yourself and import the folder."),
        )
    if entry.compress_type not in _METHODS:
        raise BundleError(
            "archive.damaged",
            Message("The zip is packed by a method that Mezzotint does not read."),
            Message("Pack it again as an ordinary zip file, or import the folder."),
        )


def _check_declared_sizes(entries: Mapping[str, zipfile.ZipInfo], limits: BundleLimits) -> None:
    total_bytes = sum(entry.file_size for entry in entries.values())
    too_many = len(entries) > limits.max_files + 1
    if too_many or total_bytes > limits.max_total_bytes + limits.max_card_bytes:
        raise _bomb()
    for entry in entries.values():
        is_tight = entry.file_size > entry.compress_size * limits.max_ratio
        if entry.file_size > limits.max_file_bytes or (
            is_tight and entry.file_size > limits.ratio_free_bytes
        ):
            raise _bomb()


def _unpack(file: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    left = entry.file_size
    with file.open(entry) as source, path.open("xb") as target:
        while chunk := source.read(_CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise _bomb()
            target.write(chunk)
        if left:
            raise zipfile.BadZipFile
        target.flush()
        os.fsync(target.fileno())


# Reading the table of contents costs some hundred bytes of memory an entry: bound it first.
def _check_directory(archive: Path) -> None:
    with archive.open("rb") as file:
        file_bytes = file.seek(0, 2)
        file.seek(max(0, file_bytes - 65_557))  # the end record and its longest comment
        tail = file.read()
    start = tail.rfind(b"PK\5\6")
    if start < 0 or len(tail) < start + 22:
        raise zipfile.BadZipFile
    directory_bytes = int.from_bytes(tail[start + 12 : start + 16], "little")
    is_zip64 = tail[max(0, start - 20) : start].startswith(b"PK\6\7")
    if directory_bytes > _MAX_DIRECTORY_BYTES or is_zip64:
        raise _bomb()


@contextmanager
def _explained(archive: Path) -> Generator[None]:
    try:
        yield
    except BundleError:
        raise
    except FileNotFoundError as error:
        raise InputError(
            "archive.absent",
            Message("There is nothing at {path}.", path=str(archive)),
            Message("Give a bundle's zip file or folder."),
        ) from error
    except (*_DAMAGE, OSError) as error:
        # A damaged offset ends as a seek to nowhere: EINVAL.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise _unreadable(archive, error) from error
        raise BundleError(
            "archive.damaged",
            Message("{path} is not a zip file, or a damaged one.", path=str(archive)),
            Message("Get it again; a bundle is exchanged as a zip file or as a folder."),
        ) from error


def _unreadable(archive: Path, error: OSError) -> FailedError:
    return FailedError(
        "archive.unpack",
        Message(
            "{path} could not be unpacked: {reason}.",
            path=str(archive),
            reason=error.strerror or str(error),
        ),
        Message("Check that the file can be read and that there is room on the disk."),
    )


def _bomb() -> BundleError:
    return _refusal("archive.bomb", Message("The zip unpacks to far more than a bundle may be."))


def _refusal(code: str, message: Message) -> BundleError:
    return BundleError(code, message, _DO_NOT_TRUST)


def _word(entry: zipfile.ZipInfo) -> str:
    return ascii(entry.orig_filename[:80])
