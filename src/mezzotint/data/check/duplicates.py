"""Group pictures by what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.data.similarity import near_clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezzotint.data.check.facts import PictureFacts


def exact_groups(pictures: Sequence[PictureFacts]) -> tuple[tuple[int, ...], ...]:
    """Return the indices of pictures whose files are the same byte for byte, groups of two up."""
    with_hash: dict[str, list[int]] = {}
    for index, picture in enumerate(pictures):
        with_hash.setdefault(picture.sha256, []).append(index)
    return tuple(tuple(group) for group in with_hash.values() if len(group) > 1)


def look_alikes(pictures: Sequence[PictureFacts]) -> tuple[tuple[int, ...], ...]:
    """Return the indices of pictures that look the same, exact copies included."""
    return near_clusters([picture.signature for picture in pictures])
