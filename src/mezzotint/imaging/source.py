"""Open what the user calls a picture: a path or bytes; say clearly why it cannot be opened."""

from __future__ import annotations

import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import (
    NUM_SNIFFED_BYTES,
    PictureFormat,
    foreign_format,
    has_wrong_extension,
    sniff_format,
)

PictureSource = str | Path | bytes


@dataclass(frozen=True, kw_only=True)
class OpenSource:
    """Hold an open picture file, not yet decoded.

    Attributes:
        stream: Seekable, at position 0.
        name: What messages call it.
        num_bytes: Size of the file.
        format: What the content is, whatever the file's ending says.
        warnings: A wrong ending.
    """

    stream: BinaryIO
    name: str
    num_bytes: int
    format: PictureFormat
    warnings: tuple[Message, ...]


@contextmanager
def open_source(source: PictureSource, *, name: str | None = None) -> Generator[OpenSource]:
    """Open a picture file or picture bytes and tell the format from the content.

    Args:
        source: A path, or the bytes of a whole file.
        name: What messages call it; None = the path, or "data" for bytes.

    Raises:
        InputError: "picture.missing", "picture.directory", "picture.unreadable",
            "picture.empty", "picture.not-a-picture" or "picture.unsupported".
    """
    if isinstance(source, bytes):
        yield _identified(BytesIO(source), name or "data", len(source), suffix="")
        return
    path = Path(source)
    name = name or str(path)
    with _open_file(path, name) as stream:
        yield _identified(stream, name, path.stat().st_size, path.suffix)


def unreadable(name: str, reason: object) -> InputError:
    """Make the error for a file that exists and that the system will not let us read."""
    return InputError(
        "picture.unreadable",
        Message("{name} cannot be read: {reason}.", name=name, reason=str(reason)),
        Message("Check that the file is still there and that you may read it."),
    )


def _open_file(path: Path, name: str) -> BinaryIO:
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: NUL in name
        raise InputError(
            "picture.missing",
            Message("There is no file {name}.", name=name),
            Message("Check the spelling and the folder."),
        ) from error
    except OSError as error:  # a loop of symbolic links, a name too long, no permission
        raise unreadable(name, error.strerror) from error
    if stat.S_ISDIR(kind):
        raise InputError(
            "picture.directory",
            Message("{name} is a folder, not a picture.", name=name),
            Message("Name one picture in it."),
        )
    if not stat.S_ISREG(kind):  # a pipe would block, a device might never end
        raise unreadable(name, "not a regular file")
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(name, error.strerror) from error


def _identified(stream: BinaryIO, name: str, num_bytes: int, suffix: str) -> OpenSource:
    try:
        head = stream.read(NUM_SNIFFED_BYTES)
        stream.seek(0)
    except OSError as error:
        raise unreadable(name, error.strerror) from error
    if not head:
        raise InputError(
            "picture.empty",
            Message("{name} is empty: it has 0 bytes.", name=name),
            Message("Copy or download it again."),
        )
    picture_format = sniff_format(head)
    if picture_format is None:
        raise _not_a_picture(head, name)
    warnings = _extension_warnings(name, suffix, picture_format)
    return OpenSource(
        stream=stream, name=name, num_bytes=num_bytes, format=picture_format, warnings=warnings
    )


def _not_a_picture(head: bytes, name: str) -> InputError:
    kind = foreign_format(head)
    if kind is not None:
        return InputError(
            "picture.unsupported",
            Message("{name} is a {kind} file, which is not supported.", name=name, kind=kind),
            Message("Save it as PNG, JPEG, WebP, AVIF, GIF, BMP or TIFF."),
        )
    return InputError(
        "picture.not-a-picture",
        Message("{name} is not a picture.", name=name),
        Message("Supported are PNG, JPEG, WebP, AVIF, GIF, BMP and TIFF."),
    )


def _extension_warnings(
    name: str, suffix: str, picture_format: PictureFormat
) -> tuple[Message, ...]:
    if not has_wrong_extension(suffix, picture_format):
        return ()
    return (
        Message(
            "{name} ends in {suffix} but holds {format}; it is read as {format}.",
            name=name,
            suffix=suffix,
            format=picture_format.upper(),
        ),
    )
