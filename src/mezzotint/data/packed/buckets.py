"""Aspect buckets: pictures of like aspect packed together, so that little is cut off.

As NovelAI described for Stable Diffusion (2022): a few shapes of about the same area, each
picture goes to the one nearest to its own aspect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, sqrt
from typing import TYPE_CHECKING

from mezzotint.data.packed.packing import most_channels, pack
from mezzotint.data.packed.parallel import shapes_of
from mezzotint.data.sources.source import OpenSource
from mezzotint.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mezzotint.data.packed.options import Channels, OptOuts, PackOptions
    from mezzotint.data.packed.packed_set import PackedSet
    from mezzotint.data.packed.packing import PackProgress, Workers
    from mezzotint.data.sources.entry import Source


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Name one shape."""

    height_px: int
    width_px: int

    @property
    def name(self) -> str:
        """Return height and width: "256x384"."""
        return f"{self.height_px}x{self.width_px}"


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Say which bucket each entry of a source goes to.

    Attributes:
        bucket_of: Bucket index by key of the entry; broken pictures go to the first.
        channels: The fewest that lose nothing of any picture.
    """

    bucket_of: dict[str, int]
    channels: Channels


def bucket_shapes(area_px: int, *, multiple_px: int = 32, max_aspect: float = 2.0) -> list[Bucket]:
    """List shapes whose sides are multiples and whose area comes close to, never over, `area_px`.

    Args:
        area_px: Height times width.
        multiple_px: What the network divides sides by.
        max_aspect: Longer to shorter side, at most.

    Example:
        >>> [shape.name for shape in bucket_shapes(64 * 64, multiple_px=16)]
        ['48x80', '64x64', '80x48']
    """
    longest = int(sqrt(area_px * max_aspect))
    widest: dict[int, int] = {}  # by height
    for height in range(multiple_px, longest + 1, multiple_px):
        width = int(min(area_px // height, height * max_aspect)) // multiple_px * multiple_px
        if width and height <= max_aspect * width:
            widest[height] = width
    # A shape that fits into another one only wastes area.
    return [
        Bucket(height_px=height, width_px=width)
        for height, width in widest.items()
        if not any(h > height and w >= width for h, w in widest.items())
    ]


def assign_buckets(source: Source, buckets: Sequence[Bucket], num_threads: int) -> Assignment:
    """Read the headers of all pictures and find the nearest bucket of each.

    Nearness is the difference of the logarithms of the aspects: 1:2 is as far from 1:1 as 2:1.
    """
    aspects = [log(bucket.width_px / bucket.height_px) for bucket in buckets]
    keys = [entry.key for entry in source.entries()]
    bucket_of: dict[str, int] = {}
    found: set[Channels] = set()
    for key, shape in zip(keys, shapes_of(source.entries(), num_threads), strict=True):
        bucket_of[key] = 0
        if shape is not None:
            aspect = log(shape.width_px / shape.height_px)
            distances = [abs(aspect - other) for other in aspects]
            bucket_of[key] = distances.index(min(distances))
            found.add(shape.channels)
    return Assignment(bucket_of=bucket_of, channels=most_channels(found))


def pack_buckets(
    source: Source,
    destination: Path,
    buckets: Sequence[Bucket],
    options: PackOptions,
    *,
    opt_outs: OptOuts | None = None,
    num_workers: int = 1,
    workers: Workers = "threads",
    progress: Callable[[PackProgress], None] | None = None,
) -> tuple[PackedSet, ...]:
    """Pack each picture at the shape nearest to its own; one packed set for each shape in use.

    Args:
        source: Where the pictures come from.
        destination: Folder that gets a folder for each bucket: `256x384`.
        buckets: See `bucket_shapes`.
        options: Their height and width are ignored.
        opt_outs: Pictures that must not be in it.
        num_workers: Threads or processes.
        workers: See `pack`.
        progress: Called after each unit of work, for each bucket anew.

    Returns:
        The sets that have a picture, in the order of `buckets`.

    Raises:
        InputError: No picture can be read.
        FailedError: The disk is full.
    """
    assignment = assign_buckets(source, buckets, num_workers)
    packed: list[PackedSet] = []
    failure: InputError | None = None
    for index, bucket in enumerate(buckets):
        part = _part(source, assignment, index)
        if next(part.entries(), None) is None:
            continue
        shaped = replace(
            options,
            height_px=bucket.height_px,
            width_px=bucket.width_px,
            channels=options.channels or assignment.channels,
        )
        try:
            packed.append(
                pack(
                    part,
                    destination / bucket.name,
                    shaped,
                    opt_outs=opt_outs,
                    num_workers=num_workers,
                    workers=workers,
                    progress=progress,
                )
            )
        except InputError as error:  # nothing but broken pictures in this bucket
            failure = error
    if not packed and failure is not None:
        raise failure
    return tuple(packed)


def _part(source: Source, assignment: Assignment, index: int) -> OpenSource:
    return OpenSource(
        address=source.address,
        taken_for=source.taken_for,
        make_entries=lambda: (
            entry for entry in source.entries() if assignment.bucket_of[entry.key] == index
        ),
        known_as=source.known_as,
    )
