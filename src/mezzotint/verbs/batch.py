"""Batch: a table of prompts, one row each; read here, painted by `imagine_many`."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Literal, cast

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.prompt.table import BY_NAME
from mezzotint.verbs.imagine import ImagineRequest, ImagineResult
from mezzotint.verbs.many import imagine_many

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine

TableFormat = Literal["csv", "jsonl"]
PROMPT, NUM_IMAGES, NAME, MODEL = "prompt", "num_images", "name", "model"
_OWN_COLUMNS = (PROMPT, NUM_IMAGES, NAME, MODEL)
_MAX_IMAGES = 10_000  # of one row


@dataclass(frozen=True, kw_only=True)
class BatchRow:
    """Hold one row of a table.

    Attributes:
        number: Its line in the table, from 1, a header not counted.
        prompt: The prompt, parameters of other columns put behind it.
        num_images: How many pictures; None for the batch's number.
        name: What its files are called; "" for words of the prompt.
        model: Which model paints; "" for the batch's.
    """

    number: int
    prompt: str
    num_images: int | None = None
    name: str = ""
    model: str = ""

    @property
    def sha256(self) -> str:
        """Hash of what the row asks for: a changed row is made again."""
        content = [self.number, self.prompt, self.num_images, self.name, self.model]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def batch(engine: Engine, requests: Sequence[ImagineRequest]) -> list[ImagineResult]:
    """Paint several rows at once; each picture is the same as if asked for alone.

    Raises:
        UnsupportedError: The bundle has no generator.
    """
    return imagine_many(engine, requests)


def parse_table(text: str, table_format: TableFormat) -> tuple[BatchRow, ...]:
    r"""Read the rows of a table; empty lines are left out.

    A column "prompt" is needed. "num_images", "name" and "model" are the batch's own; every other
    column must be a parameter of the prompt language and is put behind the prompt.

    Args:
        text: The whole table.
        table_format: "csv" with a header, or "jsonl" with one object a line.

    Raises:
        InputError: "batch.table", "batch.column", "batch.row" or "batch.empty".

    Example:
        >>> rows = parse_table("prompt,ar,num_images\nfox,3:2,2\nowl,,\n", "csv")
        >>> [(row.prompt, row.num_images) for row in rows]
        [('fox --aspect 3:2', 2), ('owl', None)]
    """
    records = _csv_records(text) if table_format == "csv" else _jsonl_records(text)
    rows = tuple(_row(number, record) for number, record in records)
    if not rows:
        raise InputError(
            "batch.empty",
            Message("The table has no rows."),
            Message("Give it a column 'prompt' and a row a prompt."),
        )
    return rows


def _csv_records(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), restkey="")
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        if PROMPT not in names:
            raise InputError(
                "batch.column",
                Message(
                    "The table has no column 'prompt'; it has: {names}.", names=", ".join(names)
                ),
                Message("Write the names of the columns into the first line, such as: prompt,seed"),
            )
        reader.fieldnames = names
        for number, record in enumerate(reader, start=1):
            if "" in record:
                raise _wrong_row(
                    number, Message("it has more cells than the first line names columns")
                )
            yield number, {name: (value or "").strip() for name, value in record.items()}
    except csv.Error as error:
        raise InputError(
            "batch.table",
            Message("Line {line} is no CSV: {reason}.", line=reader.line_num, reason=str(error)),
        ) from error


def _jsonl_records(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            content: object = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _wrong_row(number, Message("it is no JSON")) from error
        if not isinstance(content, dict):
            raise _wrong_row(number, Message("it is no JSON object"))
        record = cast("dict[str, object]", content)
        yield number, {name: _cell(number, name, value) for name, value in record.items()}


def _cell(number: int, name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, str | int | float):
        return str(value).strip()
    raise _wrong_row(number, Message("'{name}' is neither text nor a number", name=name))


def _row(number: int, record: Mapping[str, str]) -> BatchRow:
    prompt = record.get(PROMPT, "")
    if not prompt:
        raise _wrong_row(number, Message("its prompt is empty"))
    parameters = [
        _parameter(number, name, value)
        for name, value in record.items()
        if name not in _OWN_COLUMNS and value
    ]
    wanted = record.get(NUM_IMAGES, "")
    if wanted and not (wanted.isdecimal() and 1 <= int(wanted) <= _MAX_IMAGES):
        raise _wrong_row(number, Message("num_images is '{wanted}'", wanted=wanted))
    return BatchRow(
        number=number,
        prompt=" ".join((prompt, *parameters)),
        num_images=int(wanted) if wanted else None,
        name=record.get(NAME, ""),
        model=record.get(MODEL, ""),
    )


def _parameter(number: int, column: str, value: str) -> str:
    spec = BY_NAME.get(column.lstrip("-").lower())
    if spec is None:
        raise InputError(
            "batch.column",
            Message(
                "Row {number}: the column '{column}' is no parameter of a prompt.",
                number=number,
                column=column,
            ),
            Message(
                "Use prompt, num_images, name, model, or parameters such as seed, ar, stylize."
            ),
        )
    is_flag = value.lower() == "true"
    return f"--{spec.name}" if is_flag else f"--{spec.name} {value}"


def _wrong_row(number: int, reason: Message) -> InputError:
    return InputError(
        "batch.row",
        Message("Row {number} cannot be used: {reason}.", number=number, reason=reason),
        Message("Correct the row and run the batch again; finished rows are kept."),
    )
