"""A part of a source: one split of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.sources.source import OpenSource
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from mezzotint.data.sources.entry import Source


def select_split(source: Source, split: str) -> OpenSource:
    """Keep the entries of one split, and those that belong to none.

    A source without this split is taken whole. Close the source itself after use, not the part.

    Args:
        source: Any.
        split: "train", "validation" or "test".
    """
    splits = {entry.split for entry in source.entries()}
    is_split = split in splits
    others = sorted(name for name in splits if name is not None and name != split)
    notes = source.notes
    if others and is_split:
        notes = (
            *notes,
            Message(
                "Used is the split {split}; left out: {others}.",
                split=split,
                others=", ".join(others),
            ),
        )
    return OpenSource(
        address=source.address,
        taken_for=source.taken_for,
        make_entries=lambda: (
            entry
            for entry in source.entries()
            if not is_split or entry.split is None or entry.split == split
        ),
        notes=notes,
        known_as=source.known_as,
    )
