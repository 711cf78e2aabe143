"""List the members of a zip archive; nothing is ever unpacked to where a member's name says."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from mezzotint.data.sources.contents import BrokenContent, ZipContent
from mezzotint.data.sources.limits import MAX_MEMBER_RATIO, MAX_UNSUSPECTED_BYTES
from mezzotint.data.sources.tree import PICTURE_SUFFIXES, Tree, is_litter, printable, unique_files
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

_READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG = 0x1


def list_zip(archive: Path, address: str | None = None) -> Tree:
    """List the files of a zip archive.

    Members that leave the archive by their name (`../x`), are encrypted, or promise more bytes
    than their compressed form can hold are listed as broken.

    Raises:
        InputError: It is not a zip archive or its directory is damaged.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise InputError(
            "data.archive.damaged",
            Message("{path} is not a zip archive, or it is damaged.", path=str(archive)),
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
    files: list[tuple[str, ZipContent | BrokenContent]] = []
    num_litter = 0
    for member in members:
        # Some Windows programs write backslashes, against the standard (APPNOTE 4.4.17).
        path = member.filename.replace("\\", "/")
        if is_litter(path):
            num_litter += 1
        elif not path.endswith("/"):
            files.append((path, _content(archive, member, path)))
        elif PurePosixPath(path).suffix.lower() in PICTURE_SUFFIXES:
            reason = Message("{name} is a folder, not a picture.", name=printable(path))
            files.append((path.rstrip("/"), BrokenContent("data.unreadable", reason)))
    notes = [Message("{count} hidden or system files were passed over.", count=num_litter)]
    return Tree(
        address=address or str(archive),
        files=unique_files(files),
        notes=tuple(notes if num_litter else ()),
    )


def _content(archive: Path, member: zipfile.ZipInfo, path: str) -> ZipContent | BrokenContent:
    name = printable(path)
    if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/")[0]:
        return BrokenContent(
            "data.archive.path",
            Message("{name} points out of the archive and is refused.", name=name),
        )
    if member.flag_bits & _ENCRYPTED_FLAG:
        return BrokenContent(
            "data.archive.encrypted",
            Message("{name} is encrypted.", name=name),
            Message("Unpack the archive with its password, then use the folder."),
        )
    if member.compress_type not in _READ_METHODS:
        return BrokenContent(
            "data.archive.method",
            Message("{name} is compressed by a method that is not read.", name=name),
            Message("Pack the archive again as an ordinary zip file."),
        )
    if (
        member.file_size > MAX_UNSUSPECTED_BYTES
        and member.file_size > MAX_MEMBER_RATIO * member.compress_size
    ):
        return BrokenContent(
            "data.archive.bomb",
            Message(
                "{name} would unpack to {size_mib} MiB from almost nothing: a zip bomb, refused.",
                name=name,
                size_mib=member.file_size >> 20,
            ),
        )
    return ZipContent(
        archive=archive,
        header_offset=member.header_offset,
        compressed_bytes=member.compress_size,
        size_bytes=member.file_size,
        checksum=member.CRC,
        is_deflated=member.compress_type == zipfile.ZIP_DEFLATED,
    )
