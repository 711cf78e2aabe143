"""The one shape in which every reader hands over pictures: a source is a series of entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezzotint.domain.card import Scalar


class Content(Protocol):
    """Give the bytes of one encoded picture, wherever they lie."""

    @property
    def fingerprint(self) -> str:
        """Return a short text that changes when the bytes change, without reading them.

        Size and time of a file, the checksum an archive stores, a store's entity tag.
        """
        ...

    @property
    def path(self) -> Path | None:
        """Return the local file that is exactly this picture; None if there is none."""
        ...

    def read(self) -> bytes:
        """Read the whole encoded picture.

        Raises:
            InputError: It cannot be read, or there is nothing to read.
            OSError: The file system refused; `Entry.open` turns it into an InputError.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Name one picture of a source; nothing is read before `open`.

    What looks like a picture but is broken (a dangling link, a folder called `cat.png`, a line
    of a table that names a missing file) is an entry too: its `open` says what is wrong.

    Attributes:
        key: Name within the source, unique, printable, with forward slashes: "cats/tom.png".
        content: Where the encoded bytes come from.
        caption: What the picture shows, in the words of its owner or, failing that, of its file
            name; None if neither says anything.
        class_name: The class it is filed under: the name of its folder or its label.
        split: "train", "validation" or "test" where the source says; None elsewhere.
        metadata: Everything else the source says of it.
    """

    key: str
    content: Content
    caption: str | None = None
    class_name: str | None = None
    split: str | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict["str", "Scalar"])

    def open(self) -> bytes:
        """Read the encoded picture (PNG, JPEG, ...).

        Raises:
            InputError: It cannot be read; the message names the entry.
        """
        try:
            return self.content.read()
        except OSError as error:
            raise unreadable(self.key, error.strerror or str(error)) from error

    @property
    def fingerprint(self) -> str:
        """Return a short text that changes when the bytes change, without reading them."""
        return self.content.fingerprint

    @property
    def path(self) -> Path | None:
        """Return the local file that is exactly this picture; None inside archives and tables."""
        return self.content.path


class Source(Protocol):
    """Give the pictures of one address, always in the same order.

    Use it as a context manager, or call `close`: archives keep a file open.
    """

    @property
    def address(self) -> str:
        """Return what the user named: a path or an address."""
        ...

    @property
    def taken_for(self) -> Message:
        """Say what the address was taken for, for the user to check."""
        ...

    @property
    def notes(self) -> tuple[Message, ...]:
        """Say what was met on the way and is not an entry: files passed over, faulty lines."""
        ...

    @property
    def known_as(self) -> str | None:
        """Return the set's name in the catalogue if it was recognised: "fashion-mnist"."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Go through all entries, broken ones included; may be called again and again."""
        ...

    def close(self) -> None:
        """Let go of open files; entries cannot be opened any more."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...


def unreadable(key: str, reason: str) -> InputError:
    """Return the error for an entry whose bytes cannot be had."""
    return InputError(
        "data.unreadable",
        Message("{name} cannot be read: {reason}.", name=key, reason=reason),
        Message("Check that the file exists and that you may read it."),
    )
