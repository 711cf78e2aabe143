"""Put archives that lie inside archives or in remote stores on the local disk, once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from mezzotint.data.sources.tree import TreeFile

_MAX_NAME_CHARS = 60  # a name may have 255 bytes; a Chinese letter takes 3, the rest is spare


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
        return self.make(identity, file.name, file.content.copy_to)

    def make(self, identity: str, name: str, write: Callable[[Path], None]) -> Path:
        """Return the file that `write` makes, made only if it is not there yet.

        Args:
            identity: Says what is in the file; the same text means the same bytes.
            name: How the file is called.
            write: Writes it to the path it is given.

        Raises:
            FailedError: There is no room for it.
        """
        digest = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()
        path = self._make_folder() / digest[:16] / name[-_MAX_NAME_CHARS:]
        if not path.exists():
            _write_whole(path, write)
        return path

    def _make_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="mezzotint-"))
            self._resources.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder


def _write_whole(path: Path, write: Callable[[Path], None]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        write(part)
        part.replace(path)
    except OSError as error:
        raise FailedError(
            "data.copy",
            Message(
                "{name} cannot be unpacked to {folder}: {reason}.",
                name=path.name,
                folder=str(path.parent),
                reason=error.strerror or str(error),
            ),
            Message("Make room on the disk, or name another cache folder."),
        ) from error
    finally:
        part.unlink(missing_ok=True)
