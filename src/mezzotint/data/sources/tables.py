"""Read the tables that lie beside pictures: `metadata.jsonl`, `metadata.csv`, `dataset.json`."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import unicodedata
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, cast

from mezzotint.data.sources.limits import MAX_TABLE_BYTES
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mezzotint.data.sources.tree import TreeFile
    from mezzotint.domain.card import Scalar

TABLE_NAMES = ("metadata.jsonl", "metadata.csv")
STYLEGAN_TABLE_NAME = "dataset.json"
CAPTION_COLUMNS = ("text", "caption", "prompt")
CLASS_COLUMNS = ("label", "class", "class_name")
_MAX_NOTES = 5  # a table may be wrong in every line; the first few tell


@dataclass(frozen=True, kw_only=True)
class Description:
    """Hold what is said of one picture.

    Attributes:
        caption: From the column `text`, `caption` or `prompt`.
        class_name: From the column `label`, `class` or `class_name`.
        metadata: All other columns.
    """

    caption: str | None = None
    class_name: str | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict["str", "Scalar"])


@dataclass(frozen=True, kw_only=True)
class Row(Description):
    """Hold what a table says of one picture.

    Attributes:
        path: The picture's path in the tree; None if the line points out of the data set.
        where: Table and line, for messages: "metadata.csv:12".
        file_name: The name as the table has it.
    """

    path: str | None
    where: str
    file_name: str


@dataclass(kw_only=True)
class Tables:
    """Collect the lines of all tables of a tree.

    Attributes:
        rows: Lines by path, NFC-normalised: macOS and tables often disagree on accents.
        astray: Lines that point out of the data set.
        notes: Lines that could not be understood.
    """

    rows: dict[str, Row] = field(default_factory=dict[str, Row])
    astray: list[Row] = field(default_factory=list[Row])
    notes: list[Message] = field(default_factory=list[Message])

    def row_of(self, path: str) -> Row | None:
        """Return the line that names the file at `path`."""
        return self.rows.get(unicodedata.normalize("NFC", path))

    def rows_without(self, paths: Iterable[str]) -> list[Row]:
        """Return the lines that name none of the files at `paths`."""
        there = {unicodedata.normalize("NFC", path) for path in paths}
        return [row for path, row in self.rows.items() if path not in there]

    def add(self, row: Row) -> None:
        """Take in a line."""
        if row.path is None:
            self.astray.append(row)
        else:
            self.rows[unicodedata.normalize("NFC", row.path)] = row


def read_tables(files: Sequence[TreeFile]) -> Tables:
    """Read every `metadata.jsonl` and `metadata.csv` of a tree; faulty lines become notes."""
    tables = Tables()
    for file in files:
        text = _text_of(file, tables)
        read_lines = _json_lines if file.suffix == ".jsonl" else _csv_lines
        num_faulty = 0
        for line, columns in read_lines(text):
            where = f"{file.path}:{line}"
            row = None if columns is None else _row(columns, posixpath.dirname(file.path), where)
            if row is not None:
                tables.add(row)
                continue
            num_faulty += 1
            if num_faulty <= _MAX_NOTES:
                tables.notes.append(
                    Message("{where} is not a line with a file_name and was left out.", where=where)
                )
        if num_faulty > _MAX_NOTES:
            tables.notes.append(
                Message(
                    "{table} has {count} faulty lines in all.", table=file.path, count=num_faulty
                )
            )
    return tables


def read_stylegan_table(file: TreeFile) -> Tables:
    """Read StyleGAN's `dataset.json`: {"labels": [["00000/img00000000.png", 6], ...]} or null."""
    tables = Tables()
    try:
        document: object = json.loads(_text_of(file, tables) or "null")
    except (ValueError, RecursionError):
        document = None
    labels = cast("dict[str, object]", document).get("labels") if _is_dict(document) else None
    if not isinstance(labels, list):
        if not _is_dict(document):
            tables.notes.append(Message("{table} cannot be understood.", table=file.path))
        return tables
    folder = posixpath.dirname(file.path)
    for number, label in enumerate(cast("list[object]", labels)):
        pair = cast("list[object]", label) if isinstance(label, list) else []
        if len(pair) == 2 and isinstance(pair[0], str):
            where = f"{file.path}:{number}"
            columns = {"file_name": pair[0], "label": pair[1]}
            tables.add(cast("Row", _row(columns, folder, where)))
    return tables


def decode_text(data: bytes) -> str:
    """Decode a text of unknown origin: UTF-8, else GB 18030 as Chinese Windows writes it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def _text_of(file: TreeFile, tables: Tables) -> str:
    from mezzotint.domain.errors import InputError

    try:
        data = file.content.read()
    except (OSError, InputError) as error:
        tables.notes.append(
            Message("{table} cannot be read: {reason}.", table=file.path, reason=str(error))
        )
        return ""
    if len(data) > MAX_TABLE_BYTES:
        tables.notes.append(Message("{table} is too large to be a table.", table=file.path))
        return ""
    return decode_text(data)


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, object] | None]]:
    # Not splitlines(): a caption may hold U+2028 and its kin, which JSON leaves unescaped.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value: object = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        yield number, cast("dict[str, object]", value) if _is_dict(value) else None


def _csv_lines(text: str) -> Iterator[tuple[int, dict[str, object] | None]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    while True:
        try:
            columns = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, None
            continue
        yield reader.line_num, {name: value for name, value in columns.items() if name}


def _row(columns: Mapping[str, object], folder: str, where: str) -> Row | None:
    file_name = columns.get("file_name")
    if not isinstance(file_name, str) or not file_name.strip("/\\ "):
        return None
    path = posixpath.normpath(posixpath.join(folder, file_name.replace("\\", "/")))
    description = describe({name: columns[name] for name in columns if name != "file_name"})
    return Row(
        path=None if path.startswith(("/", "../")) or path == ".." else path,
        where=where,
        file_name=file_name,
        caption=description.caption,
        class_name=description.class_name,
        metadata=description.metadata,
    )


def describe(columns: Mapping[str, object]) -> Description:
    """Tell caption and class from the other columns of a line, a JSON object or a table row.

    Example:
        >>> describe({"text": "a cat", "label": 3, "year": 1911})
        Description(caption='a cat', class_name='3', metadata={'year': 1911})
    """
    caption_column = _first(columns, CAPTION_COLUMNS)
    class_column = _first(columns, CLASS_COLUMNS)
    used = (caption_column, class_column)
    others = {name: _scalar(value) for name, value in columns.items() if name not in used}
    return Description(
        caption=None if caption_column is None else tidy_caption(str(columns[caption_column])),
        class_name=None if class_column is None else tidy_caption(str(columns[class_column])),
        metadata={name: value for name, value in others.items() if value is not None},
    )


def tidy_caption(text: str) -> str | None:
    r"""Put a caption on one line; None if nothing is left.

    Example:
        >>> tidy_caption(" a cat\n on a mat ")
        'a cat on a mat'
    """
    # JSON can spell half a surrogate pair, which no file can hold.
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return " ".join(whole.split()) or None


def _first(columns: Mapping[str, object], names: Sequence[str]) -> str | None:
    """Return the first of the columns that holds a value fit for a caption or a class."""
    for name in names:
        value = columns.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return name
    return None


def _scalar(value: object) -> Scalar:
    if isinstance(value, str):
        return tidy_caption(value)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    return tidy_caption(json.dumps(value, ensure_ascii=False, default=str))


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)
