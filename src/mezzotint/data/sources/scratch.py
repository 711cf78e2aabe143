"""Put archives that lie inside archives or in remote stores on the local disk, once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from contextlib import ExitStack

    from mezzotint.data.sources.tree import TreeFile


class Scratch:
    """Keep local copies in a folder of the user's, or in a temporary one that goes with it.

    Args:
        resources: Closing it removes the temporary folder.
        folder: Where copies are kept for the next time; None = keep nothing.
    """

    def __init__(self, resources: ExitStack, folder: Path | None = None) -> None:
        self._resources = resources
        self._folder = folder

    def local_path(self, address: str, file: TreeFile) -> Path:
        """Return a local file with the content of `file`, copied if it is not there yet.

        Args:
            address: Of the tree: two trees may hold files of one name.
            file: Any file of the tree.

        Raises:
            InputError: It cannot be read.
            FailedError: There is no room for the copy.
        """
        if file.content.path is not None:
            return file.content.path
        identity = f"{address}\0{file.path}\0{file.content.fingerprint}"
        name = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]
        copy = self._make_folder() / name / PurePosixPath(file.path).name[-100:]
        if not copy.exists():
            _copy_whole(file, copy)
        return copy

    def _make_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="mezzotint-"))
            self._resources.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder


def _copy_whole(file: TreeFile, copy: Path) -> None:
    copy.parent.mkdir(exist_ok=True)
    part = copy.with_name(f".{copy.name}.{os.getpid()}.part")
    try:
        file.content.copy_to(part)
        part.replace(copy)
    except OSError as error:
        raise FailedError(
            "data.copy",
            Message(
                "{name} cannot be copied to {folder}: {reason}.",
                name=file.path,
                folder=str(copy.parent),
                reason=error.strerror or str(error),
            ),
            Message("Make room on the disk, or name another cache folder."),
        ) from error
    finally:
        part.unlink(missing_ok=True)
