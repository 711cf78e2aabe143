"""What a batch has finished: one line a row, appended as it goes, so that it can be resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

JOURNAL_NAME = "batch.jsonl"


@dataclass(kw_only=True)
class BatchJournal:
    """Know which rows are done and with which seed the batch began.

    Attributes:
        path: The file.
        seed: That rows without a seed count from.
        files: Hash of a finished row -> the names of its files.
    """

    path: Path
    seed: int
    files: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def is_done(self, row_sha256: str) -> bool:
        """Tell whether a row is finished and all its files are still there."""
        names = self.files.get(row_sha256)
        return names is not None and all((self.path.parent / name).is_file() for name in names)

    def note(self, finished: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Append finished rows (hash, files); they are on disk when this returns."""
        rows = list(finished)
        self.files.update(rows)
        _append(self.path, ({"row": sha256, "files": list(names)} for sha256, names in rows))


def open_journal(folder: Path, drawn_seed: int) -> BatchJournal:
    """Read the journal of a folder, or begin one with `drawn_seed`.

    A last line that an interruption tore is ignored.
    """
    path = folder / JOURNAL_NAME
    folder.mkdir(parents=True, exist_ok=True)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    entries = [entry for line in lines if (entry := _entry(line)) is not None]
    seeds = [seed for entry in entries if isinstance(seed := entry.get("seed"), int)]
    journal = BatchJournal(path=path, seed=seeds[0] if seeds else drawn_seed)
    for entry in entries:
        sha256, names = entry.get("row"), entry.get("files")
        if isinstance(sha256, str) and isinstance(names, list):
            journal.files[sha256] = tuple(map(str, cast("list[object]", names)))
    if not seeds:
        _append(path, [{"seed": journal.seed}])
    return journal


def _append(path: Path, entries: Iterable[Mapping[str, object]]) -> None:
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    with path.open("a+b") as stream:
        if stream.tell() and not _ends_with_line_feed(stream):
            text = "\n" + text  # what was torn stays a line of its own
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())


def _ends_with_line_feed(stream: BinaryIO) -> bool:
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


def _entry(line: str) -> Mapping[str, object] | None:
    try:
        content: object = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, object]", content) if isinstance(content, dict) else None
