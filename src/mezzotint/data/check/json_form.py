"""Reports as JSON: for `--json`, for other programs, and to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import cast

from mezzotint.domain.message import Message

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def to_json(value: object) -> Json:
    """Turn dataclasses, tuples and messages into what `json.dumps` takes.

    A message becomes its English text with template and values beside it, so that a reader can
    show it in another language.

    Example:
        >>> to_json(Message("{num} files", num=3))
        {'text': '3 files', 'template': '{num} files', 'values': {'num': 3}}
    """
    if isinstance(value, Message):
        values = to_json(value.values)
        return {"text": str(value), "template": value.template, "values": values}
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: to_json(each) for name, each in items}
    if isinstance(value, tuple | list):
        return [to_json(each) for each in cast("tuple[object, ...]", value)]
    assert value is None or isinstance(value, bool | int | float | str), type(value)
    return value


def json_text(document: Mapping[str, object]) -> str:
    """Write a document as indented JSON, always in the same way, with a line feed at the end.

    Characters that no encoding has (file names that are not UTF-8) are escaped.
    """
    text = json.dumps(to_json(document), ensure_ascii=False, indent=1, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(to_json(document), indent=1, allow_nan=False)
    return text + "\n"
