"""Export a source as WebDataset shards, original bytes untouched.

Each picture is a run of members with one name: `00000017.jpg`, `.txt` (caption), `.cls` (class)
and `.json` (key, SHA-256 and metadata). The same source gives the same shards, byte for byte.
"""

from __future__ import annotations

import json
import tarfile
from contextlib import ExitStack
from io import BytesIO
from typing import TYPE_CHECKING

from mezzotint.data.export.exported import (
    Exported,
    OpenedEntry,
    new_folder,
    opened_entries,
    pin_file,
    refuse_none,
)
from mezzotint.imaging.formats import NUM_SNIFFED_BYTES, extension, sniff_format

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezzotint.data.export.exported import ExportedFile
    from mezzotint.data.packed.options import OptOuts
    from mezzotint.data.packed.records import SkippedEntry
    from mezzotint.data.sources.entry import Source

SHARD_BYTES = 1 << 30  # what object stores and page caches like


def export_webdataset(
    source: Source,
    destination: Path,
    *,
    shard_bytes: int = SHARD_BYTES,
    opt_outs: OptOuts | None = None,
) -> Exported:
    """Write the pictures of a source as tar shards, a series for each split.

    Args:
        source: Where the pictures come from.
        destination: Folder to make.
        shard_bytes: Begin another shard when one has grown so large.
        opt_outs: Pictures that must not be in it.

    Raises:
        InputError: No picture can be read, or there is something at `destination`.
        FailedError: The disk is full.
    """
    skipped: list[SkippedEntry] = []
    with new_folder(destination) as folder, ExitStack() as open_shards:
        shards = _Shards(folder, shard_bytes, open_shards)
        for opened in opened_entries(source, skipped, opt_outs):
            shards.add(opened)
        refuse_none(shards.num_images)
        files = shards.finish()
    return Exported(
        path=destination, num_images=shards.num_images, files=files, skipped=tuple(skipped)
    )


class _Shards:
    """One open shard for each split; `open_shards` closes what is left open by an error."""

    def __init__(self, folder: Path, shard_bytes: int, open_shards: ExitStack) -> None:
        self.folder = folder
        self.shard_bytes = shard_bytes
        self.num_images = 0
        self._open_shards = open_shards
        self._open: dict[str | None, tarfile.TarFile] = {}
        self._written: list[tuple[Path, str | None]] = []

    def add(self, opened: OpenedEntry) -> None:
        shard = self._shard_of(opened.entry.split)
        for suffix, data in _members(opened):
            info = tarfile.TarInfo(f"{self.num_images:08d}{suffix}")
            info.size = len(data)
            shard.addfile(info, BytesIO(data))
        self.num_images += 1

    def finish(self) -> tuple[ExportedFile, ...]:
        self._open_shards.close()
        return tuple(pin_file(path, split) for path, split in sorted(self._written))

    def _shard_of(self, split: str | None) -> tarfile.TarFile:
        shard = self._open.get(split)
        if shard is not None and shard.offset < self.shard_bytes:
            return shard
        if shard is not None:
            shard.close()
        number = sum(of == split for _, of in self._written)
        path = self.folder / (f"{split}-{number:06d}.tar" if split else f"{number:06d}.tar")
        self._written.append((path, split))
        shard = tarfile.open(path, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 - kept open
        self._open[split] = self._open_shards.enter_context(shard)
        return shard


def _members(opened: OpenedEntry) -> Iterator[tuple[str, bytes]]:
    entry = opened.entry
    found = sniff_format(opened.data[:NUM_SNIFFED_BYTES])
    yield extension(found) if found else ".bin", opened.data
    if entry.caption is not None:
        yield ".txt", entry.caption.encode()
    if entry.class_name is not None:
        yield ".cls", entry.class_name.encode()
    description = {**entry.metadata, "key": entry.key, "sha256": opened.sha256}
    yield ".json", json.dumps(description, ensure_ascii=False, sort_keys=True).encode()
