"""List the members of tar archives; nothing is ever unpacked to where a member's name says."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from typing import TYPE_CHECKING

from mezzotint.data.sources.contents import COPY_BYTES, BrokenContent, SliceContent
from mezzotint.data.sources.limits import MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO
from mezzotint.data.sources.tree import Tree, is_litter, printable, unique_files
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TarMember = tuple[str, SliceContent | BrokenContent]  # path in the archive, content
_FAULTS = (tarfile.TarError, EOFError, ValueError, OverflowError)


def list_tar(archive: Path, address: str | None = None) -> Tree:
    """List the files of an uncompressed tar archive as a tree."""
    return Tree(address=address or str(archive), files=unique_files(tar_members(archive)))


def tar_members(archive: Path) -> Iterator[TarMember]:
    """Go through the files of an uncompressed tar archive in their order.

    Links, devices and paths that leave the archive come as broken; so does, as the last member,
    the rest of an archive that is cut short.

    Raises:
        InputError: It cannot be read at all, or is not a tar archive.
    """
    try:
        found = archive.stat()
        with tarfile.open(archive, "r:") as opened:
            version = f"{found.st_size}-{found.st_mtime_ns}"
            yield from _members(opened, archive, version, found.st_size)
    except _FAULTS as error:
        raise InputError(
            "data.archive.damaged",
            Message("{path} is not a tar archive, or it is damaged.", path=str(archive)),
            Message("Copy or download the archive again."),
        ) from error
    except OSError as error:
        raise InputError(
            "data.unreadable",
            Message(
                "{path} cannot be read: {reason}.",
                path=str(archive),
                reason=error.strerror or str(error),
            ),
            Message("Check that the file exists and that you may read it."),
        ) from error


def _members(
    opened: tarfile.TarFile, archive: Path, version: str, archive_bytes: int
) -> Iterator[TarMember]:
    while True:
        try:
            member = opened.next()
        except _FAULTS:
            member = None
            yield _rest(archive)
        if member is None:
            return
        vars(opened)["members"].clear()  # else it keeps every header; a shard may hold a million
        path = member.name.removeprefix("./")
        if member.isdir() or is_litter(path):
            continue
        if not member.isreg() or member.issparse():
            yield path, _refused(Message("{name} is a link or a device.", name=printable(path)))
        elif path.startswith("/") or ".." in path.split("/"):
            yield (
                path,
                _refused(
                    Message(
                        "{name} points out of the archive and is refused.", name=printable(path)
                    )
                ),
            )
        else:
            fingerprint = f"{version}-{member.offset_data}"
            yield path, SliceContent(archive, member.offset_data, member.size, fingerprint)
            if member.offset_data + member.size > archive_bytes:
                yield _rest(archive)
                return


def _rest(archive: Path) -> TarMember:
    message = Message("{archive} is cut short: pictures are missing from it.", archive=archive.name)
    hint = Message("Copy or download the archive again.")
    return "(the rest)", BrokenContent("data.archive.damaged", message, hint)


def _refused(message: Message) -> BrokenContent:
    return BrokenContent("data.archive.path", message)


def gunzip(archive: Path, plain: Path) -> None:
    """Unpack a .tar.gz to a .tar, so that members can be read in any order.

    Raises:
        InputError: It is damaged, or grows past all reason: a bomb.
        OSError: There is no room.
    """
    limit = max(MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO * archive.stat().st_size)
    num_written = 0
    try:
        with gzip.open(archive, "rb") as stream, plain.open("wb") as file:
            while block := stream.read(COPY_BYTES):
                num_written += file.write(block)
                if num_written > limit:
                    raise InputError(
                        "data.archive.bomb",
                        Message("{path} unpacks without end: a bomb.", path=str(archive)),
                    )
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            "data.archive.damaged",
            Message("{path} is damaged: it cannot be unpacked.", path=str(archive)),
            Message("Copy or download the archive again."),
        ) from error
