"""Read several sources as one: a folder of archives."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from mezzotint.data.sources.arrangement import split_of_name
from mezzotint.data.sources.contents import BrokenContent
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.source import OpenSource
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezzotint.domain.errors import InputError


def join_sources(
    address: str, parts: Sequence[tuple[str, OpenSource]], notes: tuple[Message, ...] = ()
) -> OpenSource:
    """Read sources one after the other; keys begin with the name of their part, if it has one.

    An archive called `train.zip` gives its split to entries that tell none themselves.

    Args:
        address: What the user named.
        parts: Name and source of each; closing the whole closes them.
        notes: What was met before the parts were opened.
    """
    if len(parts) == 1:
        only = parts[0][1]
        only.notes = (*notes, *only.notes)
        return only
    resources = ExitStack()
    for _, source in parts:
        resources.callback(source.close)
    known = {source.known_as for _, source in parts}
    return OpenSource(
        address=address,
        taken_for=Message("Taken for a folder of {count} archives.", count=len(parts)),
        make_entries=lambda: _entries(parts),
        notes=(*notes, *(note for _, source in parts for note in source.notes)),
        known_as=known.pop() if len(known) == 1 else None,
    ).own(resources)


def _entries(parts: Sequence[tuple[str, OpenSource]]) -> Iterator[Entry]:
    for name, source in parts:
        split = split_of_name(name)
        for entry in source.entries():
            key = f"{name}/{entry.key}" if name else entry.key
            yield replace(entry, key=key, split=entry.split or split)


def broken_source(address: str, error: InputError) -> OpenSource:
    """Return a source with one broken entry, for an archive that cannot be opened."""
    entry = Entry(key="(all)", content=BrokenContent(error.code, error.message, error.hint))
    return OpenSource(address=address, taken_for=error.message, make_entries=lambda: (entry,))
