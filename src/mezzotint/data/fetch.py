"""Fetch data sets of the catalogue: resumed where it broke off, checked, all or nothing."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from mezzotint.data.catalogue import DataSet, find_data_set
from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse
    from pathlib import Path

    from mezzotint.data.catalogue import RemoteFile

BLOCK_BYTES = 1 << 18
TIMEOUT_S = 30.0  # without a single byte
NUM_TRIES = 3  # of one address; each goes on where the last one broke off
_PARTIAL_CONTENT = 206
_WRONG_CONTENT = "its SHA-256 is not the expected one"


@dataclass(frozen=True, kw_only=True)
class FetchProgress:
    """Say how far a download is.

    Attributes:
        file_name: Of the file in hand.
        num_bytes: Of the whole data set, on disk.
        total_bytes: Of the whole data set.
    """

    file_name: str
    num_bytes: int
    total_bytes: int


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """Say what was fetched and under which licence.

    Attributes:
        data_set: As the catalogue describes it.
        path: The folder that holds its files; `open_source` reads it.
        num_downloaded: Files that were not there before.
    """

    data_set: DataSet
    path: Path
    num_downloaded: int


def fetch(
    name: str,
    destination: Path,
    *,
    progress: Callable[[FetchProgress], None] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Fetched:
    """Download a data set of the catalogue into a folder of its name.

    Files that are there and right are kept. A file gets its name only when its SHA-256 is right;
    until then it is called `.NAME.part`, and the next call goes on with it.

    Args:
        name: As the catalogue has it: "fashion-mnist".
        destination: The folder around it.
        progress: Called after each block.
        timeout_s: How long to wait for a sign of life from the server.

    Raises:
        InputError: The catalogue has no such set.
        FailedError: No address gives the file, what it gives is something else, or the disk is
            full.
    """
    return fetch_data_set(find_data_set(name), destination, progress=progress, timeout_s=timeout_s)


def fetch_data_set(
    data_set: DataSet,
    destination: Path,
    *,
    progress: Callable[[FetchProgress], None] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Fetched:
    """Download a described data set; see `fetch`."""
    folder = destination / data_set.name
    num_downloaded = 0
    num_bytes_before = 0
    for file in data_set.files:

        def report(num_bytes: int, file: RemoteFile = file, before: int = num_bytes_before) -> None:
            if progress is not None:
                progress(
                    FetchProgress(
                        file_name=file.name,
                        num_bytes=before + num_bytes,
                        total_bytes=data_set.size_bytes,
                    )
                )

        try:
            folder.mkdir(parents=True, exist_ok=True)
            num_downloaded += _fetch_file(file, folder / file.name, report, timeout_s)
        except OSError as error:
            raise _not_written(folder, error) from error
        except FailedError:
            _remove_if_empty(folder)
            raise
        num_bytes_before += file.size_bytes
    return Fetched(data_set=data_set, path=folder, num_downloaded=num_downloaded)


def _fetch_file(
    file: RemoteFile, path: Path, report: Callable[[int], None], timeout_s: float
) -> bool:
    """Return whether anything had to be downloaded."""
    if path.exists() and _sha256(path) == file.sha256:
        report(file.size_bytes)
        return False
    part = path.with_name(f".{path.name}.part")
    if part.exists() and part.stat().st_size >= file.size_bytes and _sha256(part) != file.sha256:
        part.unlink()
    failures: list[str] = []
    for address in file.addresses:
        for _ in range(NUM_TRIES):
            try:
                _download(address, part, file, report, timeout_s)
            except _TransferError as error:
                failures.append(f"{address}: {error}")
                if error.is_final:
                    break
                continue
            if _sha256(part) == file.sha256:
                part.replace(path)
                _sync_folder(path.parent)
                return True
            part.unlink()
            failures.append(f"{address}: {_WRONG_CONTENT}")
            break
    raise _not_fetched(file.name, failures[-1])


def _not_fetched(name: str, reason: str) -> FailedError:
    message = Message("{name} cannot be fetched. Last: {reason}.", name=name, reason=reason)
    if reason.endswith(_WRONG_CONTENT):
        hint = Message("Nothing was kept: the publisher changed the file, or the network did.")
    else:
        hint = Message("Check the network and start again: it goes on where it broke off.")
    return FailedError("data.fetch", message, hint)


class _TransferError(Exception):
    """Say that a transfer broke off; whether to try this address again."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def _download(
    address: str, part: Path, file: RemoteFile, report: Callable[[int], None], timeout_s: float
) -> None:
    """Bring `part` to its full length, going on after what it holds already."""
    num_bytes = part.stat().st_size if part.exists() else 0
    if num_bytes > file.size_bytes:
        part.unlink()
        num_bytes = 0
    if num_bytes == file.size_bytes:
        return
    with _open(address, num_bytes, timeout_s) as response:
        is_continued = response.status == _PARTIAL_CONTENT
        num_bytes = num_bytes if is_continued else 0
        with part.open("ab" if is_continued else "wb") as stream:
            while block := _read(response):
                stream.write(block)
                num_bytes += len(block)
                if num_bytes > file.size_bytes:
                    break
                report(num_bytes)
            stream.flush()
            os.fsync(stream.fileno())
    if num_bytes > file.size_bytes:
        part.unlink()
        raise _TransferError("it is longer than it should be", is_final=True)
    if num_bytes < file.size_bytes:
        raise _TransferError("it broke off")


def _open(address: str, num_bytes_there: int, timeout_s: float) -> HTTPResponse:
    headers = {"User-Agent": "mezzotint", "Accept-Encoding": "identity"}
    if num_bytes_there:
        headers["Range"] = f"bytes={num_bytes_there}-"
    try:
        return urlopen(Request(address, headers=headers), timeout=timeout_s)
    except HTTPError as error:
        error.close()
        raise _TransferError(f"the server says {error.code}", is_final=error.code < 500) from error
    except (OSError, HTTPException) as error:
        raise _TransferError(_reason(error)) from error


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    return getattr(cause, "strerror", None) or str(cause)


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read1(BLOCK_BYTES)
    except (OSError, HTTPException) as error:
        raise _TransferError(str(error)) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):  # it holds the beginning of a file, to go on with
        folder.rmdir()


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _not_written(folder: Path, error: OSError) -> FailedError:
    return FailedError(
        "data.fetch.write",
        Message(
            "{path} cannot be written: {reason}.",
            path=str(folder),
            reason=error.strerror or str(error),
        ),
        Message("Make room on the disk, or name another folder."),
    )
