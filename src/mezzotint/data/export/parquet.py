"""Export a source as Parquet files that Hugging Face `datasets` reads as pictures."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mezzotint.data.export.exported import (
    Exported,
    OpenedEntry,
    new_folder,
    opened_entries,
    pin_file,
    refuse_none,
)
from mezzotint.data.sources.parquet_source import import_parquet

if TYPE_CHECKING:
    from pathlib import Path

    from mezzotint.data.packed.options import OptOuts
    from mezzotint.data.packed.records import SkippedEntry
    from mezzotint.data.sources.entry import Source

# A row group is read as a whole: small ones make single pictures cheap to fetch.
GROUP_ROWS = 100
GROUP_BYTES = 32 << 20
_FEATURES = {
    "image": {"_type": "Image"},
    "text": {"dtype": "string", "_type": "Value"},
    "label": {"dtype": "string", "_type": "Value"},
    "sha256": {"dtype": "string", "_type": "Value"},
    "metadata": {"dtype": "string", "_type": "Value"},
}


def export_parquet(
    source: Source, destination: Path, *, opt_outs: OptOuts | None = None
) -> Exported:
    """Write the pictures of a source as Parquet, a file for each split, bytes untouched.

    Columns: `image` (bytes and path), `text`, `label`, `sha256`, `metadata` (JSON).

    Args:
        source: Where the pictures come from.
        destination: Folder to make.
        opt_outs: Pictures that must not be in it.

    Raises:
        MissingExtraError: pyarrow is not installed.
        InputError: No picture can be read, or there is something at `destination`.
        FailedError: The disk is full.
    """
    import_parquet()
    skipped: list[SkippedEntry] = []
    tables: dict[str | None, _Table] = {}
    with new_folder(destination) as folder:
        try:
            for opened in opened_entries(source, skipped, opt_outs):
                split = opened.entry.split
                if split not in tables:
                    tables[split] = _Table(folder / f"{split or 'all'}.parquet")
                tables[split].add(opened)
        finally:
            for table in tables.values():
                table.close()
        num_images = sum(table.num_images for table in tables.values())
        refuse_none(num_images)
        files = [pin_file(table.path, split) for split, table in tables.items()]
    return Exported(
        path=destination,
        num_images=num_images,
        files=tuple(sorted(files, key=lambda file: file.name)),
        skipped=tuple(skipped),
    )


class _Table:
    """One Parquet file that rows are added to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.num_images = 0
        self._schema = _schema()
        self._writer: Any = import_parquet().ParquetWriter(path, self._schema)
        self._rows: list[dict[str, object]] = []
        self._num_bytes = 0

    def add(self, opened: OpenedEntry) -> None:
        entry = opened.entry
        self._rows.append(
            {
                "image": {"bytes": opened.data, "path": entry.key},
                "text": entry.caption,
                "label": entry.class_name,
                "sha256": opened.sha256,
                "metadata": json.dumps(dict(entry.metadata), ensure_ascii=False, sort_keys=True),
            }
        )
        self._num_bytes += len(opened.data)
        self.num_images += 1
        if len(self._rows) >= GROUP_ROWS or self._num_bytes >= GROUP_BYTES:
            self._write_group()

    def close(self) -> None:
        if self._rows:
            self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        table: Any = import_module("pyarrow").Table
        self._writer.write_table(table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
        self._num_bytes = 0


def _schema() -> Any:
    pa: Any = import_module("pyarrow")
    fields = [
        ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        *((name, pa.string()) for name in _FEATURES if name != "image"),
    ]
    note = json.dumps({"info": {"features": _FEATURES}})
    return pa.schema(fields, metadata={"huggingface": note})
