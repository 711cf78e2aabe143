"""Read Parquet files that hold encoded pictures in a column, as Hugging Face stores data sets."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from mezzotint.data.captions import caption_of_path
from mezzotint.data.sources.arrangement import split_of_name
from mezzotint.data.sources.contents import BrokenContent, refuse_large
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.source import OpenSource
from mezzotint.data.sources.tables import CLASS_COLUMNS, describe
from mezzotint.domain.errors import InputError, MissingExtraError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PICTURE_COLUMNS = ("image", "img", "picture", "jpg", "jpeg", "png", "webp", "bytes", "image_bytes")
# Pictures are opened in the order of their rows, by several threads that may straddle two groups.
_MAX_KEPT_GROUPS = 2


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Say which column holds what.

    Attributes:
        picture: The column with encoded pictures.
        is_struct: Whether it holds pairs of bytes and path, as Hugging Face has it.
        class_names: By column, what its numbers stand for (Hugging Face's ClassLabel).
        others: The columns that describe the picture.
    """

    picture: str
    is_struct: bool
    class_names: Mapping[str, Sequence[str]]
    others: tuple[str, ...]


class ParquetTable:
    """Give single pictures of a Parquet file, a row group at a time; safe for threads."""

    def __init__(self, path: Path, name: str) -> None:
        found = path.stat()
        self.name = name
        self.version = f"{found.st_size}-{found.st_mtime_ns}"
        self._file: Any = import_parquet().ParquetFile(path)
        self._lock = Lock()
        self._groups: dict[int, Any] = {}
        self.columns = _find_columns(self._file.schema_arrow, name)

    def picture_at(self, group: int, row: int) -> bytes | None:
        """Return the encoded picture; None if the cell is empty."""
        with self._lock:
            if group not in self._groups:
                name = self.columns.picture
                wanted = f"{name}.bytes" if self.columns.is_struct else name
                read = self._file.read_row_group(group, columns=[wanted]).column(name)
                while len(self._groups) >= _MAX_KEPT_GROUPS:
                    del self._groups[next(iter(self._groups))]
                self._groups[group] = read
            cell: Any = self._groups[group][row].as_py()
        return cell["bytes"] if self.columns.is_struct and cell is not None else cell

    def rows(self) -> Iterator[tuple[int, int, dict[str, object]]]:
        """Go through row group, row and describing columns, without the pictures."""
        names = list(self.columns.others)
        if self.columns.is_struct:
            names.append(f"{self.columns.picture}.path")
        for group in range(self._file.num_row_groups):
            with self._lock:
                rows = self._file.read_row_group(group, columns=names).to_pylist()
                num_rows = self._file.metadata.row_group(group).num_rows
            for row in range(num_rows):
                yield group, row, cast("dict[str, object]", rows[row]) if rows else {}

    def close(self) -> None:
        """Close the file."""
        self._groups.clear()
        self._file.close()


@dataclass(frozen=True, eq=False)
class ParquetContent:
    """Read one cell of a Parquet file."""

    table: ParquetTable = field(repr=False)
    group: int
    row: int
    path: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Return size and time of the file and the place in it."""
        return f"{self.table.version}-{self.group}-{self.row}"

    def read(self) -> bytes:
        """Read the encoded picture."""
        try:
            data = self.table.picture_at(self.group, self.row)
        except Exception as error:  # what Arrow raises on damage has no common base
            raise _damaged(self.table.name, error) from error
        if not data:
            raise InputError(
                "data.parquet.empty",
                Message("{name}: this row holds no picture.", name=self.table.name),
                Message("Store the bytes of the pictures in the table, not their paths."),
            )
        refuse_large(self.table.name, len(data))
        return data


def import_parquet() -> Any:
    """Import `pyarrow.parquet`.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise MissingExtraError("data", "Parquet") from error


def read_parquet(
    address: str,
    files: Sequence[tuple[str, Path]],
    *,
    notes: tuple[Message, ...] = (),
) -> OpenSource:
    """Read Parquet files; one that cannot be read becomes one broken entry.

    Args:
        address: What the user named.
        files: Name within the source and local path of each.
        notes: What was met on the way.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    import_parquet()
    resources = ExitStack()
    tables: list[ParquetTable | Entry] = []
    for name, path in files:
        try:
            table = ParquetTable(path, name)
            resources.callback(table.close)
            tables.append(table)
        except Exception as error:  # what Arrow raises on damage has no common base
            tables.append(_broken_entry(name, error))
    is_single = len(files) == 1
    return OpenSource(
        address=address,
        taken_for=Message("Taken for Parquet with pictures: {count} files.", count=len(files)),
        make_entries=lambda: (e for table in tables for e in _entries(table, is_single=is_single)),
        notes=notes,
    ).own(resources)


def _entries(table: ParquetTable | Entry, *, is_single: bool) -> Iterator[Entry]:
    if isinstance(table, Entry):
        yield table
        return
    split = split_of_name(table.name)
    numbers = count()
    try:
        for group, row, columns in table.rows():
            picture = columns.pop(table.columns.picture, None)
            path = cast("dict[str, object]", picture).get("path") if picture else None
            described = describe(_with_class_names(columns, table.columns.class_names))
            number = next(numbers)
            yield Entry(
                key=f"{number:07d}" if is_single else f"{table.name}/{number:07d}",
                content=ParquetContent(table, group, row),
                caption=described.caption or (caption_of_path(str(path)) if path else None),
                class_name=described.class_name,
                split=split,
                metadata=described.metadata,
            )
    except Exception as error:  # what Arrow raises on damage has no common base
        yield _broken_entry(table.name, error)


def _find_columns(schema: Any, name: str) -> _Columns:
    types: Any = import_module("pyarrow").types
    features = _features(schema.metadata or {})
    is_struct: dict[str, bool] = {}
    others: list[str] = []
    class_names: dict[str, Sequence[str]] = {}
    for column in schema:
        if types.is_struct(column.type) and column.type.get_field_index("bytes") >= 0:
            is_struct[column.name] = True
        elif types.is_binary(column.type) or types.is_large_binary(column.type):
            is_struct[column.name] = False
        elif not types.is_nested(column.type) or _is_list_of_texts(column.type, types):
            others.append(column.name)
            names = features.get(column.name, {}).get("names")
            if isinstance(names, list):
                class_names[column.name] = [str(name) for name in cast("list[object]", names)]
    ranked = sorted(
        is_struct, key=lambda column: (column not in PICTURE_COLUMNS, not is_struct[column])
    )
    if not ranked:
        raise InputError(
            "data.parquet.columns",
            Message("{name} has no column with picture bytes.", name=name),
            Message("Name such a column image."),
        )
    return _Columns(
        picture=ranked[0],
        is_struct=is_struct[ranked[0]],
        class_names=class_names,
        others=tuple(others),
    )


def _is_list_of_texts(column_type: Any, types: Any) -> bool:
    return types.is_list(column_type) and types.is_string(column_type.value_type)


def _features(metadata: Mapping[bytes, bytes]) -> dict[str, dict[str, object]]:
    """Return what Hugging Face notes of the columns; empty elsewhere."""
    try:
        document = json.loads(metadata.get(b"huggingface", b"{}"))
        features = cast("dict[str, object]", document["info"]["features"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {
        name: cast("dict[str, object]", feature)
        for name, feature in features.items()
        if isinstance(feature, dict)
    }


def _with_class_names(
    columns: Mapping[str, object], class_names: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """Put names for the numbers of ClassLabel columns; the first of them is the class."""
    named = dict(columns)
    for column, names in class_names.items():
        number = named.get(column)
        if isinstance(number, int) and 0 <= number < len(names):
            named[column] = names[number]
    if not any(column in named for column in CLASS_COLUMNS) and class_names:
        named["label"] = named.pop(next(iter(class_names)))
    return named


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(
        "data.parquet.damaged",
        Message("{name} cannot be read: {reason}.", name=name, reason=str(error)),
        Message("Copy or download the file again."),
    )


def _broken_entry(name: str, error: Exception) -> Entry:
    damage = error if isinstance(error, InputError) else _damaged(name, error)
    return Entry(key=name, content=BrokenContent(damage.code, damage.message, damage.hint))
