"""The one class behind every reader: what was found, and how to go through it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mezzotint.data.sources.entry import Entry
    from mezzotint.domain.message import Message


class OpenSource:
    """Hold an opened source; see `mezzotint.data.sources.entry.Source`.

    Args:
        address: What the user named.
        taken_for: What it was taken for.
        make_entries: Gives the entries, in the same order at every call.
        notes: What was met and is not an entry.
        known_as: The set's name in the catalogue if it was recognised.
    """

    def __init__(
        self,
        *,
        address: str,
        taken_for: Message,
        make_entries: Callable[[], Iterable[Entry]],
        notes: tuple[Message, ...] = (),
        known_as: str | None = None,
    ) -> None:
        self.address = address
        self.taken_for = taken_for
        self.notes = notes
        self.known_as = known_as
        self._make_entries = make_entries
        self._resources = ExitStack()

    def own(self, resources: ExitStack) -> Self:
        """Make `close` close these, too; return this source."""
        self._resources.push(resources)
        return self

    def entries(self) -> Iterator[Entry]:
        """Go through all entries, broken ones included."""
        return iter(self._make_entries())

    def close(self) -> None:
        """Let go of open files and temporary folders."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
