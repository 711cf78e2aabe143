"""The journal of a packing: what is safely on disk, so that a killed run goes on where it was.

One line for each unit of work: how many entries it took, the records of its pictures, and the
hash of their pixels. The pixels reach the disk before their line does, so a line speaks the truth
even after a power cut. A torn last line is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from mezzotint.data.packed.pixel_file import HEADER_BYTES
from mezzotint.data.packed.records import (
    PackedEntry,
    SkippedEntry,
    entry_from_dict,
    entry_to_dict,
    skipped_from_dict,
    skipped_to_dict,
    to_json_line,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mezzotint.data.packed.fitting import Unit
    from mezzotint.data.packed.options import Channels

PictureShape = tuple[int, int, "Channels"]  # [H, W, C]
JOURNAL_NAME = "journal.jsonl"
PIXELS_NAME = "pixels.npy"


@dataclass(frozen=True, kw_only=True)
class Block:
    """Hold one line of the journal.

    Attributes:
        num_entries: Entries of the source that the unit took in, skipped ones included.
        num_images: Pictures that it added.
        sha256: Of their pixels.
    """

    num_entries: int
    num_images: int
    sha256: str


class Journal:
    """Append units to the pixel file and to the journal, in step.

    Args:
        folder: Of the unfinished set.
        shape: Of one picture, [H, W, C].
        pixels_file: Open for appending.
        journal_file: Open for appending.
    """

    def __init__(
        self, folder: Path, shape: PictureShape, pixels_file: BinaryIO, journal_file: BinaryIO
    ) -> None:
        self.folder = folder
        self.shape = shape
        self.pixels_file = pixels_file
        self._journal_file = journal_file
        self.blocks: list[Block] = []
        self.entries: list[PackedEntry] = []
        self.skipped: list[SkippedEntry] = []

    @property
    def channels(self) -> Channels:
        """Return the channels of each picture."""
        return self.shape[2]

    @property
    def num_entries(self) -> int:
        """Return how many entries of the source are done with."""
        return len(self.entries) + len(self.skipped)

    def append(self, unit: Unit) -> None:
        """Write a unit and make sure that it is on disk."""
        data = unit.pixels.data.cast("B") if len(unit.pixels) else b""
        self.pixels_file.write(data)
        _to_disk(self.pixels_file)
        block = Block(
            num_entries=len(unit.entries) + len(unit.skipped),
            num_images=len(unit.entries),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        line = to_json_line(
            {
                "num_entries": block.num_entries,
                "num_images": block.num_images,
                "sha256": block.sha256,
                "entries": [entry_to_dict(entry) for entry in unit.entries],
                "skipped": [skipped_to_dict(skipped) for skipped in unit.skipped],
            }
        )
        self._journal_file.write(line.encode())
        _to_disk(self._journal_file)
        self.take_in(block, unit.entries, unit.skipped)

    def take_in(
        self, block: Block, entries: tuple[PackedEntry, ...], skipped: tuple[SkippedEntry, ...]
    ) -> None:
        """Remember a unit that is on disk."""
        self.blocks.append(block)
        self.entries.extend(entries)
        self.skipped.extend(skipped)

    def close(self) -> None:
        """Close both files."""
        self.pixels_file.close()
        self._journal_file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@dataclass(frozen=True, kw_only=True)
class JournalHead:
    """Hold the first line: what is being packed.

    Attributes:
        plan: Digest of the plan.
        channels: Of the pictures, found out or given.
    """

    plan: str
    channels: Channels


def read_head(folder: Path) -> JournalHead | None:
    """Read the first line of an unfinished set; None if there is no whole one."""
    try:
        with (folder / JOURNAL_NAME).open("rb") as file:
            document = _whole_line(file.readline())
    except FileNotFoundError:
        return None
    if document is None or "plan" not in document:
        return None
    return JournalHead(plan=str(document["plan"]), channels=cast("Channels", document["channels"]))


def start_journal(folder: Path, head: JournalHead, shape: PictureShape) -> Journal:
    """Begin anew in an empty folder."""
    pixels_file = (folder / PIXELS_NAME).open("w+b")
    pixels_file.write(bytes(HEADER_BYTES))
    _to_disk(pixels_file)
    journal_file = (folder / JOURNAL_NAME).open("wb")
    journal_file.write(to_json_line({"plan": head.plan, "channels": head.channels}).encode())
    _to_disk(journal_file)
    return Journal(folder, shape, pixels_file, journal_file)


def resume_journal(folder: Path, shape: PictureShape) -> Journal:
    """Go on with an unfinished set: keep what is whole, cut off what is torn."""
    pixels_file = (folder / PIXELS_NAME).open("r+b")
    journal_file = (folder / JOURNAL_NAME).open("r+b")
    journal = Journal(folder, shape, pixels_file, journal_file)
    picture_bytes = shape[0] * shape[1] * shape[2]
    num_whole_bytes = len(journal_file.readline())
    num_pixel_bytes = HEADER_BYTES
    num_bytes_there = pixels_file.seek(0, os.SEEK_END)
    while (document := _whole_line(line := journal_file.readline())) is not None:
        num_new_bytes = cast("int", document["num_images"]) * picture_bytes
        if num_pixel_bytes + num_new_bytes > num_bytes_there:
            break
        num_pixel_bytes += num_new_bytes
        num_whole_bytes += len(line)
        journal.take_in(*_unit_of_line(document))
    for file, num_bytes in ((journal_file, num_whole_bytes), (pixels_file, num_pixel_bytes)):
        file.truncate(num_bytes)
        file.seek(num_bytes)
    return journal


def _unit_of_line(
    document: Mapping[str, object],
) -> tuple[Block, tuple[PackedEntry, ...], tuple[SkippedEntry, ...]]:
    block = Block(
        num_entries=cast("int", document["num_entries"]),
        num_images=cast("int", document["num_images"]),
        sha256=str(document["sha256"]),
    )
    entries = cast("list[dict[str, object]]", document["entries"])
    skipped = cast("list[dict[str, object]]", document["skipped"])
    return block, tuple(map(entry_from_dict, entries)), tuple(map(skipped_from_dict, skipped))


def _whole_line(line: bytes) -> dict[str, object] | None:
    """Return what a line says; None if its end never reached the disk."""
    if not line.endswith(b"\n"):
        return None
    try:
        document: object = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, object]", document) if isinstance(document, dict) else None


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
