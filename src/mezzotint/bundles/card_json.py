"""The card as JSON and back. Writing needs the standard library alone; reading needs pydantic."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from mezzotint.bundles.card_rules import check_card, damaged_card
from mezzotint.domain.card import FORMAT_VERSION
from mezzotint.domain.errors import BundleError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

    from mezzotint.domain.card import Card

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def encode_card(card: Card) -> bytes:
    """Write a card as JSON: UTF-8, fields in the order of the dataclass, the same bytes always.

    Raises:
        BundleError: `bundle.card`: a number is not finite; JSON has no word for it.
    """
    text = json.dumps(_plain(card, ""), ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode("utf-8")


def decode_card(content: bytes) -> Card:
    """Read `card.json`, with every field checked and unknown fields refused.

    Raises:
        BundleError: `bundle.format` for a newer format, `bundle.card` naming the field that is
            wrong, and what `check_card` raises.
    """
    _check_format(content)
    from pydantic import ValidationError

    try:
        card = _card_adapter().validate_json(content, strict=True)
    except ValidationError as error:
        raise _explain(error) from error
    check_card(card)
    return card


@functools.cache  # building it takes longer than reading a card
def _card_adapter() -> TypeAdapter[Card]:
    from pydantic import TypeAdapter

    from mezzotint.domain.card import Card

    return TypeAdapter(Card)


def _check_format(content: bytes) -> None:
    # Before any other field: a newer format may have changed all of them but these two.
    try:
        raw = cast("Json", json.loads(content))
    except (ValueError, RecursionError) as error:
        raise damaged_card(Message("The card is damaged: it is not JSON.")) from error
    version = raw.get("format_version") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(version, int) or version < 1:
        raise damaged_card(Message("The card is damaged: it has no format_version."))
    if version <= FORMAT_VERSION:
        return
    raise BundleError(
        "bundle.format",
        Message(
            "The bundle has format version {version}; Mezzotint {installed} reads up to {known}.",
            version=version,
            installed=VERSION,
            known=FORMAT_VERSION,
        ),
        Message(
            "Get Mezzotint {needed} or newer: pip install --upgrade mezzotint",
            needed=_version_word(raw.get("needs_mezzotint")),
        ),
    )


def _version_word(value: Json) -> str:
    # Text from a file that is not trusted goes to a terminal: only a plain version is repeated.
    is_plain = isinstance(value, str) and len(value) <= 20 and value.replace(".", "").isalnum()
    return str(value) if is_plain and str(value).isascii() else "(unknown version)"


def _explain(error: ValidationError) -> BundleError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "the top"
    return damaged_card(
        Message("The card is damaged at {field}: {reason}.", field=field, reason=first["msg"])
    )


def _plain(value: object, field: str) -> Json:
    if dataclasses.is_dataclass(value):
        return {
            one.name: _plain(getattr(value, one.name), f"{field}.{one.name}")
            for one in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {str(key): _plain(inner, f"{field}.{key}") for key, inner in pairs}
    if isinstance(value, tuple | list):
        items = cast("tuple[object, ...]", value)
        return [_plain(inner, f"{field}.{index}") for index, inner in enumerate(items)]
    if isinstance(value, float) and not math.isfinite(value):
        raise damaged_card(
            Message("The card needs a finite number in {field}.", field=field.removeprefix("."))
        )
    if isinstance(value, str | int | float | bool | None):
        return value
    raise TypeError(f"A card cannot hold a {type(value).__name__} in {field}.")
