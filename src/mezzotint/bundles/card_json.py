"""The card as JSON and back. Writing needs the standard library alone; reading needs pydantic."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mezzotint.domain.card import Card

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def encode_card(card: Card) -> bytes:
    """Write a card as JSON: UTF-8, fields in the order of the dataclass, the same bytes always.

    Raises:
        ValueError: A number is not finite; JSON has no word for it.
    """
    text = json.dumps(_plain(card), ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode("utf-8")


def _plain(value: object) -> Json:
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}  # pyright: ignore
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]  # pyright: ignore
    if isinstance(value, str | int | float | bool | None):
        return value
    raise TypeError(f"A card cannot hold a {type(value).__name__}.")
