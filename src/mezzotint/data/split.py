"""Hold pictures out by content: look-alikes stay together, and additions move nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Split = Literal["train", "validation", "test"]

_RANGE = 1 << 64


def split_by_content(
    sha256s: Sequence[str],
    clusters: Iterable[Sequence[int]],
    *,
    fraction: float,
    known: Mapping[int, Split] | None = None,
) -> tuple[Split, ...]:
    """Decide for each picture whether it is trained on or held out.

    A cluster of look-alikes is drawn as one picture, by the smallest hash in it. So a picture
    changes sides only if its own cluster changes, and a larger fraction holds out the same
    pictures and more. Exact copies count as one cluster, named or not. A cluster larger than the
    whole fraction is trained on, or one scene filmed many times would be all that is held out.

    Args:
        sha256s: Hash of each picture's file, in hexadecimal.
        clusters: Indices of the pictures that look alike; see `similarity.near_clusters`.
        fraction: Share of the pictures to hold out, 0 to 1; it is met on average.
        known: Sides fixed before, by the owner or by an earlier split. Look-alikes follow them;
            if they disagree, the cluster is trained on: what was trained on cannot be held out.

    Returns:
        "train" or "validation" for each, or the known side.

    Example:
        >>> hashes = ["00" * 32, "ff" * 32, "0a" * 32]
        >>> split_by_content(hashes, [], fraction=0.4)
        ('validation', 'train', 'validation')
        >>> split_by_content(hashes, [(1, 2)], fraction=0.7)
        ('validation', 'validation', 'validation')
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction is {fraction}; it must be 0 to 1")
    sides: list[Split] = ["train"] * len(sha256s)
    for members in _with_exact_copies(sha256s, clusters):
        fixed: list[Split] = (
            [known[member] for member in members if member in known] if known else []
        )
        side = _agreed_side(fixed) if fixed else _drawn_side(sha256s, members, fraction)
        for member in members:
            sides[member] = side
    return tuple(sides)


def straddling(
    clusters: Iterable[Sequence[int]], known: Mapping[int, Split]
) -> tuple[tuple[int, ...], ...]:
    """Return the clusters whose look-alikes their owner put on different sides.

    Example:
        >>> straddling([(0, 1), (2, 3)], {0: "train", 1: "test", 2: "test"})
        ((0, 1),)
    """
    return tuple(
        tuple(members)
        for members in clusters
        if len({known[member] for member in members if member in known}) > 1
    )


def _with_exact_copies(
    sha256s: Sequence[str], clusters: Iterable[Sequence[int]]
) -> list[tuple[int, ...]]:
    import numpy as np

    from mezzotint.data.similarity import groups, join

    first_with: dict[str, int] = {}
    labels = np.array([first_with.setdefault(each, i) for i, each in enumerate(sha256s)], np.int64)
    pairs = [(members[0], other) for members in clusters for other in members[1:]]
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    labels = join(labels, first, second)
    joined = groups(labels)
    alone = set(range(len(sha256s))).difference(*joined)
    return [*joined, *((index,) for index in sorted(alone))]


def _agreed_side(fixed: Sequence[Split]) -> Split:
    return fixed[0] if len(set(fixed)) == 1 else "train"


def _drawn_side(sha256s: Sequence[str], members: Sequence[int], fraction: float) -> Split:
    if len(members) > max(1, fraction * len(sha256s)):
        return "train"
    draw = int(min(sha256s[member] for member in members)[:16], 16)
    return "validation" if draw < fraction * _RANGE else "train"
