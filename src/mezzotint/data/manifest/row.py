"""One line of a manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar, Literal

from mezzotint.data.split import Split

UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """Hold what is on record of one picture. "unknown" is an honest value.

    Attributes:
        path: Key within the source, with forward slashes.
        sha256: Of the file, 64 hexadecimal digits.
        perceptual_hash: 16 hexadecimal digits; see `similarity.perceptual_hashes`.
        width_px: When upright.
        height_px: When upright.
        channels: 1 grey, 3 RGB, 4 RGBA.
        caption: What it shows.
        class_name: "class" in the file.
        split: "train", "validation" or "test".
        licence: SPDX identifier where there is one.
        source: Where it comes from, an address or words.
        consent: Who agreed to training, and how.
        date: When it was taken or acquired, "2024-05-31".
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    path: str
    sha256: str
    perceptual_hash: str
    width_px: int
    height_px: int
    channels: Literal[1, 3, 4]
    caption: str | None
    class_name: str | None
    split: Split
    licence: str
    source: str
    consent: str
    date: str | None


def row_to_line(row: ManifestRow) -> bytes:
    r"""Write a row as one line of JSON, always the same bytes.

    Example:
        >>> row = ManifestRow(path="a.png", sha256="0" * 64, perceptual_hash="0" * 16, width_px=3,
        ...     height_px=2, channels=1, caption="猫", class_name=None, split="train",
        ...     licence="CC0-1.0", source="own", consent="own", date=None)
        >>> row_to_line(row)[-64:].decode()
        '"licence":"CC0-1.0","source":"own","consent":"own","date":null}\n'
    """
    document = {
        "path": row.path,
        "sha256": row.sha256,
        "perceptual_hash": row.perceptual_hash,
        "width_px": row.width_px,
        "height_px": row.height_px,
        "channels": row.channels,
        "caption": row.caption,
        "class": row.class_name,
        "split": row.split,
        "licence": row.licence,
        "source": row.source,
        "consent": row.consent,
        "date": row.date,
    }
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
