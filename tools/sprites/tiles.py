"""The tiles as they come: files, names and folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Hold one tile of the source."""

    path: Path
    text: str  # its file name in words: "deep elf mage"
    category: str  # its folders: "mon/humanoids/elves"
    size: tuple[int, int]  # width and height in px
    is_duplicate: bool


def read_tiles(folder: Path) -> Iterator[Tile]:
    """Read the lines of `metadata.jsonl`, in their order."""
    with (folder / "metadata.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Tile(
                path=folder / row["file_name"],
                text=row["text"],
                category="/".join(row["category"]),
                size=tuple(row["size"]),
                is_duplicate=row["duplicate"],
            )
