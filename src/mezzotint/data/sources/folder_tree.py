"""List a folder with everything in it, through links, around circles, past what is forbidden."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.data.sources.contents import BrokenContent, LocalContent
from mezzotint.data.sources.tree import PICTURE_SUFFIXES, Tree, is_litter, printable, unique_files
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.sources.contents import FileContent


def list_folder(folder: Path, address: str | None = None) -> Tree:
    """List all files under `folder`.

    Links to folders are followed once all real folders are read, each real folder is read once,
    so a circle of links ends.

    Raises:
        InputError: `folder` itself cannot be listed.
    """
    walk = _Walk(folder)
    walk.visit(folder, "")
    while walk.linked_folders:
        target, path = walk.linked_folders.pop(0)
        walk.visit(target, path)
    if walk.num_litter:
        walk.notes.append(
            Message(
                "{count} hidden or system files and folders were passed over.",
                count=walk.num_litter,
            )
        )
    return Tree(
        address=address or str(folder),
        files=unique_files(walk.files),
        notes=tuple(walk.notes),
    )


class _Walk:
    """What one walk through a folder has seen so far."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[tuple[str, FileContent]] = []
        self.notes: list[Message] = []
        self.linked_folders: list[tuple[Path, str]] = []
        self.num_litter = 0
        self._seen: set[tuple[int, int]] = set()

    def visit(self, folder: Path, prefix: str) -> None:
        """Read one folder and all real folders below it; a stack, since nesting has no bound."""
        pending = [(folder, prefix)]
        while pending:
            here, path = pending.pop()
            for item in self._items(here, path):
                item_path = f"{path}{item.name}"
                if is_litter(item.name):
                    self.num_litter += 1
                elif item.is_dir(follow_symlinks=False):
                    self._report_folder_named_like_picture(item_path)
                    pending.append((Path(item.path), f"{item_path}/"))
                else:
                    self._add_file(item, item_path)

    def _items(self, folder: Path, path: str) -> list[os.DirEntry[str]]:
        try:
            found = folder.stat()
            if (found.st_dev, found.st_ino) in self._seen:
                self.notes.append(
                    Message("{name} links to a folder that is read already.", name=printable(path))
                )
                return []
            self._seen.add((found.st_dev, found.st_ino))
            with os.scandir(folder) as items:
                return sorted(items, key=lambda item: item.name)
        except OSError as error:
            reason = error.strerror or str(error)
            if folder == self.root:
                raise InputError(
                    "data.unreadable",
                    Message("{path} cannot be listed: {reason}.", path=str(folder), reason=reason),
                    Message("Check that it is a folder and that you may read it."),
                ) from error
            self.notes.append(
                Message(
                    "The folder {name} cannot be listed: {reason}.",
                    name=printable(path),
                    reason=reason,
                )
            )
            return []

    def _add_file(self, item: os.DirEntry[str], path: str) -> None:
        try:
            found = item.stat()
        except OSError as error:
            self._add_broken(path, error.strerror or str(error))
            return
        if stat.S_ISDIR(found.st_mode):
            self._report_folder_named_like_picture(path)
            self.linked_folders.append((Path(item.path), f"{path}/"))
        elif stat.S_ISREG(found.st_mode):
            content = LocalContent(Path(item.path), found.st_size, found.st_mtime_ns)
            self.files.append((path, content))
        else:
            self._add_broken(path, "it is a pipe, a socket or a device")

    def _report_folder_named_like_picture(self, path: str) -> None:
        if Path(path).suffix.lower() in PICTURE_SUFFIXES:
            self.files.append((path, _broken(path, "it is a folder, not a picture")))

    def _add_broken(self, path: str, reason: str) -> None:
        self.files.append((path, _broken(path, reason)))


def _broken(path: str, reason: str) -> BrokenContent:
    return BrokenContent(
        "data.unreadable",
        Message("{name} cannot be read: {reason}.", name=printable(path), reason=reason),
    )
