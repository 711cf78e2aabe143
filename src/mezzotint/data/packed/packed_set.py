"""Open a packed set and check that every byte is as it was written."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from mezzotint.data.packed.journal import PIXELS_NAME
from mezzotint.data.packed.pixel_file import map_pixels
from mezzotint.data.packed.plan import FORMAT_VERSION
from mezzotint.data.packed.records import (
    PackedEntry,
    SkippedEntry,
    entry_from_dict,
    skipped_from_dict,
)
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

HEADER_NAME = "header.json"
ENTRIES_NAME = "entries.jsonl"
SKIPPED_NAME = "skipped.jsonl"
_MAX_THREADS = 8  # hashing is bound by memory beyond that

Verify = Literal["full", "records"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PackedSet:
    """Hold an opened packed set.

    Attributes:
        path: Its folder.
        plan: Digest of what it was made of.
        pixels: uint8 [N, H, W, C] in [0, 255]; a read-only memory map.
        entries: What is known of each picture, [N].
        skipped: Entries of the source that are not in the set, and why.
    """

    path: Path
    plan: str
    pixels: NDArray[np.uint8]
    entries: tuple[PackedEntry, ...]
    skipped: tuple[SkippedEntry, ...]

    @property
    def manifest_sha256(self) -> str:
        """Return the hash of which pictures these are, exactly.

        It is the SHA-256 of what `sha256sum` would print of the original files, in their order.
        """
        digest = hashlib.sha256()
        for entry in self.entries:
            digest.update(f"{entry.sha256}  {entry.key}\n".encode())
        return digest.hexdigest()


def open_packed(path: Path, *, verify: Verify = "full") -> PackedSet:
    """Open a packed set.

    Args:
        path: Its folder.
        verify: "full" hashes all pixels, at the speed of the disk; "records" hashes all but them.

    Raises:
        InputError: There is none, it is damaged, or a newer version wrote it.
    """
    header = _read_header(path)
    entries = _read_lines(path, ENTRIES_NAME, header)
    skipped = _read_lines(path, SKIPPED_NAME, header)
    pixels = map_pixels(path / PIXELS_NAME)
    blocks = cast("list[dict[str, object]]", header["blocks"])
    if len(pixels) != len(entries) or len(pixels) != sum(map(_num_images, blocks)):
        raise damaged(path)
    if verify == "full":
        _check_pixels(path, pixels, blocks)
    return PackedSet(
        path=path,
        plan=str(header["plan"]),
        pixels=pixels,
        entries=tuple(map(entry_from_dict, entries)),
        skipped=tuple(map(skipped_from_dict, skipped)),
    )


def damaged(path: Path) -> InputError:
    """Return the error for a packed set whose bytes are not what they were."""
    return InputError(
        "data.packed.damaged",
        Message("The packed set {path} is damaged.", path=str(path)),
        Message("Delete it and pack it again."),
    )


def _read_header(path: Path) -> dict[str, object]:
    try:
        document: object = json.loads((path / HEADER_NAME).read_bytes())
    except FileNotFoundError as error:
        raise InputError(
            "data.packed.missing",
            Message("There is no packed set at {path}.", path=str(path)),
            Message("Check the spelling, or pack the pictures first."),
        ) from error
    except (OSError, ValueError) as error:
        raise damaged(path) from error
    header = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    if header.get("version") != FORMAT_VERSION:
        raise InputError(
            "data.packed.version",
            Message("The packed set {path} was written by another version.", path=str(path)),
            Message("Delete it and pack it again."),
        )
    if not isinstance(header.get("blocks"), list) or not isinstance(header.get("files"), dict):
        raise damaged(path)
    return header


def _read_lines(path: Path, name: str, header: dict[str, object]) -> list[dict[str, object]]:
    try:
        data = (path / name).read_bytes()
    except OSError as error:
        raise damaged(path) from error
    hashes = cast("dict[str, object]", header["files"])
    if hashlib.sha256(data).hexdigest() != hashes.get(name):
        raise damaged(path)
    # Split at the line feed alone: captions may hold other characters that end lines.
    return [json.loads(line) for line in data.split(b"\n") if line]


def _check_pixels(
    path: Path, pixels: NDArray[np.uint8], blocks: Sequence[dict[str, object]]
) -> None:
    ends = list(accumulate(map(_num_images, blocks)))
    runs = [(end - _num_images(block), end, block) for end, block in zip(ends, blocks, strict=True)]

    def is_whole(run: tuple[int, int, dict[str, object]]) -> bool:
        start, end, block = run
        data = pixels[start:end].data.cast("B") if end > start else b""
        return hashlib.sha256(data).hexdigest() == block.get("sha256")

    num_threads = min(_MAX_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(num_threads) as threads:
        if not all(threads.map(is_whole, runs)):
            raise damaged(path)


def _num_images(block: dict[str, object]) -> int:
    return cast("int", block.get("num_images", 0))
