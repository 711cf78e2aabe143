"""Where the bytes of a file come from: the file system, a slice of an archive, or nowhere."""

from __future__ import annotations

import stat
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mezzotint.data.sources.entry import Content
from mezzotint.data.sources.limits import MAX_PICTURE_BYTES
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COPY_BYTES = 1 << 20
INFLATE_BYTES = 1 << 16
_LOCAL_HEADER_BYTES = 30  # of a zip member, before its name (APPNOTE 4.3.7)


class FileContent(Content, Protocol):
    """Give the bytes of a file of any kind, in part or as a copy on the local disk."""

    @property
    def size_bytes(self) -> int:
        """Return how long the file is."""
        ...

    def head(self, num_bytes: int) -> bytes:
        """Read the first bytes; fewer, or none, where that is not possible or not worth it."""
        ...

    def copy_to(self, destination: Path) -> None:
        """Write the whole file to `destination`."""
        ...


@dataclass(frozen=True)
class LocalContent:
    """Read a regular file of the file system."""

    path: Path
    size_bytes: int
    modified_ns: int

    @property
    def fingerprint(self) -> str:
        """Return size and time of change."""
        return f"{self.size_bytes}-{self.modified_ns}"

    def read(self) -> bytes:
        """Read the whole file."""
        # Looked at again: it may have become a pipe, which would block, or grown since the scan.
        found = self.path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError(
                "data.not_a_file", Message("{name} is not a regular file.", name=self.path.name)
            )
        refuse_large(self.path.name, found.st_size)
        return self.path.read_bytes()

    def head(self, num_bytes: int) -> bytes:
        """Read the first bytes."""
        with self.path.open("rb") as file:
            return file.read(num_bytes)

    def copy_to(self, destination: Path) -> None:
        """Write the whole file to `destination`."""
        import shutil

        shutil.copyfile(self.path, destination)


@dataclass(frozen=True)
class SliceContent:
    """Read a part of a file as it stands there: the member of a tar archive.

    Attributes:
        archive: The file.
        offset: Where the part begins, in bytes.
        size_bytes: How long it is.
        fingerprint: Size and time of the archive and the place in it.
    """

    archive: Path
    offset: int
    size_bytes: int
    fingerprint: str
    path: Path | None = None

    def read(self) -> bytes:
        """Read the whole part."""
        refuse_large(self.archive.name, self.size_bytes)
        data = self.head(self.size_bytes)
        if len(data) < self.size_bytes:
            raise cut_short(self.archive.name)
        return data

    def head(self, num_bytes: int) -> bytes:
        """Read the first bytes."""
        with self.archive.open("rb") as file:
            file.seek(self.offset)
            return file.read(min(num_bytes, self.size_bytes))

    def copy_to(self, destination: Path) -> None:
        """Write the whole part to `destination`."""
        with self.archive.open("rb") as file, destination.open("wb") as copy:
            file.seek(self.offset)
            missing = self.size_bytes
            while missing:
                block = file.read(min(COPY_BYTES, missing))
                if not block:
                    raise cut_short(self.archive.name)
                copy.write(block)
                missing -= len(block)


@dataclass(frozen=True)
class ZipContent:
    """Read a member of a zip archive, stored or deflated, without sharing a file handle.

    Every read opens the archive anew, so that threads never wait for one another.
    """

    archive: Path
    header_offset: int  # of the member's local header, in bytes
    compressed_bytes: int
    size_bytes: int
    checksum: int  # CRC-32 of the plain bytes
    is_deflated: bool
    path: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Return size and checksum, as the archive states them."""
        return f"{self.size_bytes}-{self.checksum:08x}"

    def read(self) -> bytes:
        """Read and check the whole member."""
        refuse_large(self.archive.name, max(self.size_bytes, self.compressed_bytes))
        # One byte more than promised shows a member that holds more than it promises.
        data = self._plain(self.compressed_bytes, self.size_bytes + 1)
        if len(data) != self.size_bytes or zlib.crc32(data) != self.checksum:
            raise cut_short(self.archive.name)
        return data

    def head(self, num_bytes: int) -> bytes:
        """Read the first bytes."""
        return self._plain(min(self.compressed_bytes, num_bytes + INFLATE_BYTES), num_bytes)

    def copy_to(self, destination: Path) -> None:
        """Write the whole member to `destination`."""
        checksum, num_written = 0, 0
        with destination.open("wb") as copy:
            for block in self._blocks():
                checksum = zlib.crc32(block, checksum)
                num_written += copy.write(block)
                if num_written > self.size_bytes:
                    break
        if num_written != self.size_bytes or checksum != self.checksum:
            raise cut_short(self.archive.name)

    def _plain(self, num_compressed: int, num_bytes: int) -> bytes:
        with self.archive.open("rb") as file:
            self._seek_to_data(file)
            raw = file.read(num_compressed)
        if not self.is_deflated:
            return raw[:num_bytes]
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, num_bytes)
        except zlib.error as error:
            raise cut_short(self.archive.name) from error

    def _blocks(self) -> Iterator[bytes]:
        """Go through the plain bytes; a block of DEFLATE grows 1,032-fold at most: 66 MB."""
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        num_missing = self.compressed_bytes
        with self.archive.open("rb") as file:
            self._seek_to_data(file)
            while num_missing and (block := file.read(min(INFLATE_BYTES, num_missing))):
                num_missing -= len(block)
                try:
                    yield inflate.decompress(block) if self.is_deflated else block
                except zlib.error as error:
                    raise cut_short(self.archive.name) from error

    def _seek_to_data(self, file: BinaryIO) -> None:
        file.seek(self.header_offset)
        header = file.read(_LOCAL_HEADER_BYTES)
        if len(header) < _LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
            raise cut_short(self.archive.name)
        # The lengths here may differ from the central directory's.
        num_name_bytes, num_extra_bytes = struct.unpack("<HH", header[26:30])
        file.seek(num_name_bytes + num_extra_bytes, 1)


@dataclass(frozen=True)
class BrokenContent:
    """Stand for a picture that cannot be read, and say why when it is opened."""

    code: str
    message: Message
    hint: Message | None = None
    path: Path | None = None
    size_bytes: int = 0

    @property
    def fingerprint(self) -> str:
        """Return what is wrong: it stays broken as long as that stays the same."""
        return f"broken: {self.message}"

    def read(self) -> bytes:
        """Raise the error."""
        raise InputError(self.code, self.message, self.hint)

    def head(self, num_bytes: int) -> bytes:
        """Return nothing: there is no file to look into."""
        del num_bytes
        return b""

    def copy_to(self, destination: Path) -> None:
        """Raise the error."""
        del destination
        self.read()


def refuse_large(name: str, size_bytes: int) -> None:
    """Raise an InputError if a picture file is larger than any real one."""
    if size_bytes > MAX_PICTURE_BYTES:
        raise InputError(
            "data.too_large",
            Message(
                "{name} is {size_mib} MiB large; a picture may have {limit_mib} MiB.",
                name=name,
                size_mib=size_bytes >> 20,
                limit_mib=MAX_PICTURE_BYTES >> 20,
            ),
        )


def cut_short(archive_name: str) -> InputError:
    """Return the error for a member whose bytes are not what the archive promises."""
    return InputError(
        "data.archive.damaged",
        Message("{archive} is damaged at this place: bytes are missing.", archive=archive_name),
        Message("Copy or download the archive again."),
    )
