"""What a packed set remembers of each picture, and of those that were left out, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezzotint.data.sources.entry import Entry
    from mezzotint.domain.card import Scalar


@dataclass(frozen=True, kw_only=True)
class PackedEntry:
    """Hold what is known of one packed picture; see `mezzotint.data.sources.entry.Entry`.

    Attributes:
        key: Name within its source.
        sha256: Of the encoded bytes it was made from, in hexadecimal.
        caption: What it shows.
        class_name: The class it is filed under.
        split: "train", "validation" or "test".
        metadata: Everything else.
    """

    key: str
    sha256: str
    caption: str | None = None
    class_name: str | None = None
    split: str | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict["str", "Scalar"])


@dataclass(frozen=True, kw_only=True)
class SkippedEntry:
    """Name one picture that is not in the packed set, and why."""

    key: str
    code: str  # of the error, or "data.opt_out"
    reason: Message


def packed_entry(entry: Entry, sha256: str) -> PackedEntry:
    """Return the record of an entry that was packed."""
    return PackedEntry(
        key=entry.key,
        sha256=sha256,
        caption=entry.caption,
        class_name=entry.class_name,
        split=entry.split,
        metadata=dict(entry.metadata),
    )


def to_json_line(document: Mapping[str, object]) -> str:
    """Write an object as one line, always in the same way."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def entry_to_dict(entry: PackedEntry) -> dict[str, object]:
    """Return the JSON form; what is not known is left out."""
    document = {
        "key": entry.key,
        "sha256": entry.sha256,
        "caption": entry.caption,
        "class": entry.class_name,
        "split": entry.split,
        "metadata": entry.metadata or None,
    }
    return {name: value for name, value in document.items() if value is not None}


def entry_from_dict(document: Mapping[str, object]) -> PackedEntry:
    """Read the JSON form of a file whose checksum was right.

    Raises:
        KeyError: It is not such a document.
    """
    return PackedEntry(
        key=cast("str", document["key"]),
        sha256=cast("str", document["sha256"]),
        caption=cast("str | None", document.get("caption")),
        class_name=cast("str | None", document.get("class")),
        split=cast("str | None", document.get("split")),
        metadata=cast("dict[str, Scalar]", document.get("metadata", {})),
    )


def skipped_to_dict(skipped: SkippedEntry) -> dict[str, object]:
    """Return the JSON form; template and values apart, so that it can still be translated."""
    return {
        "key": skipped.key,
        "code": skipped.code,
        "reason": skipped.reason.template,
        "values": skipped.reason.values,
    }


def skipped_from_dict(document: Mapping[str, object]) -> SkippedEntry:
    """Read the JSON form of a file whose checksum was right.

    Raises:
        KeyError: It is not such a document.
    """
    values = cast("dict[str, str | int | float]", document["values"])
    return SkippedEntry(
        key=cast("str", document["key"]),
        code=cast("str", document["code"]),
        reason=Message(cast("str", document["reason"]), **values),
    )
