"""A listing of files by path, be it of a folder, of an archive or of a bucket.

The layouts (class folders, sidecar texts, tables, ...) are read from a tree, and so work the same
wherever the files lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mezzotint.imaging.formats import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezzotint.data.sources.contents import FileContent
    from mezzotint.domain.message import Message

PICTURE_SUFFIXES = frozenset(chain.from_iterable(EXTENSIONS.values()))
# Pictures, but of kinds that are not decoded: they are entries, so that a report can name them.
OTHER_PICTURE_SUFFIXES = frozenset(
    ".heic .heif .jxl .jp2 .j2k .psd .svg .ico .tga .exr .hdr .ppm .pgm .pbm .pnm .qoi"
    " .cr2 .cr3 .nef .arw .dng .orf .rw2 .raf".split()
)
# What systems and programs leave behind; names that begin with a dot are passed over as well.
_LITTER = frozenset(
    ("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "@eadir")
)


@dataclass(frozen=True)
class TreeFile:
    """Name one file of a tree.

    Attributes:
        path: Unique within its tree, printable, relative, with forward slashes.
        content: Where its bytes come from.
    """

    path: str
    content: FileContent

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def suffix(self) -> str:
        """Return the end of the name from its last dot, in lower case."""
        return PurePosixPath(self.path).suffix.lower()

    @property
    def is_picture(self) -> bool:
        """Say whether the name promises a picture."""
        return self.suffix in PICTURE_SUFFIXES or self.suffix in OTHER_PICTURE_SUFFIXES


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Hold the files of one address in the order of their paths.

    Attributes:
        address: What the user named.
        files: Without hidden and system files.
        notes: What was passed over or could not be listed.
    """

    address: str
    files: tuple[TreeFile, ...]
    notes: tuple[Message, ...] = ()


def is_litter(path: str) -> bool:
    """Say whether a part of the path is hidden or left behind by a system.

    Example:
        >>> is_litter("__MACOSX/cats/._tom.png"), is_litter("cats/tom.png")
        (True, False)
    """
    return any(
        (part.startswith(".") and part.strip(".")) or part.lower() in _LITTER
        for part in path.split("/")
    )


def printable(path: str) -> str:
    r"""Return a path that every encoding can hold: undecodable bytes as \xNN, controls escaped.

    Example:
        >>> printable("\udce9/a\tb.png")
        '\\xe9/a\\x09b.png'
    """
    return path if path.isprintable() else "".join(map(_printable_char, path))


def _printable_char(char: str) -> str:
    number = ord(char)
    if 0xDC80 <= number <= 0xDCFF:  # how Python carries a byte that is not UTF-8 (PEP 383)
        return f"\\x{number - 0xDC00:02x}"
    if 0xD800 <= number <= 0xDFFF:
        return f"\\u{number:04x}"
    return f"\\x{number:02x}" if number < 0x20 or 0x7F <= number <= 0x9F else char


def unique_files(files: Iterable[tuple[str, FileContent]]) -> tuple[TreeFile, ...]:
    """Make paths printable and unique, and put the files in the order of their paths."""
    taken: set[str] = set()
    listed: list[TreeFile] = []
    for path, content in files:
        name = printable(path)
        number = 2
        while name in taken:
            name = f"{printable(path)} ({number})"
            number += 1
        taken.add(name)
        listed.append(TreeFile(path=name, content=content))
    return tuple(sorted(listed, key=lambda file: file.path))
