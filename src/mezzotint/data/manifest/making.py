"""Make a manifest of what a survey found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from mezzotint.data.check.duplicates import look_alikes
from mezzotint.data.manifest.row import UNKNOWN, ManifestRow
from mezzotint.data.split import split_by_content
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mezzotint.data.check.facts import PictureFacts
    from mezzotint.data.check.survey import Survey
    from mezzotint.data.split import Split

HELD_OUT_FRACTION = 0.05
# Columns under which tables of pictures keep what a manifest asks for.
_LICENCE_COLUMNS = ("licence", "license")
_SOURCE_COLUMNS = ("source", "url", "source_url")
_SIDES: dict[str, Split] = {"train": "train", "validation": "validation", "test": "test"}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Say what holds for all pictures of which their source says nothing else.

    Attributes:
        licence: SPDX identifier where there is one.
        source: An address or words.
        consent: Who agreed, and how.
        date: "2024-05-31"; None = not known.
    """

    licence: str = UNKNOWN
    source: str = UNKNOWN
    consent: str = UNKNOWN
    date: str | None = None


def make_manifest(
    found: Survey,
    *,
    terms: Terms | None = None,
    fraction: float = HELD_OUT_FRACTION,
    previous: Iterable[ManifestRow] = (),
) -> tuple[ManifestRow, ...]:
    """List the pictures that may be trained on, ordered by path, each with its side of the split.

    Broken and opted-out pictures are not in it. Look-alikes are on the same side. What the source
    or an earlier manifest says of a picture's side holds.

    Args:
        found: From `survey`, made with the opt-outs that apply.
        terms: None = nothing is known beyond what the source says.
        fraction: Share to hold out, 0 to 1.
        previous: An earlier manifest of the set; its pictures keep their sides.
    """
    terms = terms or Terms()
    pictures = sorted((each for each in found.pictures if not each.opted_out), key=_key)
    sides = split_by_content(
        [picture.sha256 for picture in pictures],
        look_alikes(pictures),
        fraction=fraction,
        known=_known_sides(pictures, previous),
    )
    return tuple(_row(each, side, terms) for each, side in zip(pictures, sides, strict=True))


def refuse_none(rows: Sequence[ManifestRow], found: Survey) -> None:
    """Raise an InputError if not one picture could be listed, saying what the first one lacks."""
    if rows:
        return
    if found.pictures or not found.broken:
        raise InputError(
            "data.manifest.nothing",
            Message("All pictures are opted out; there is nothing to list."),
            Message("Check the patterns in the file of opt-outs."),
        )
    first = found.broken[0]
    raise InputError("data.manifest.nothing", first.reason, first.remedy)


def _key(picture: PictureFacts) -> str:
    return picture.key


def _known_sides(
    pictures: Sequence[PictureFacts], previous: Iterable[ManifestRow]
) -> dict[int, Split]:
    before: dict[str, Split] = {row.sha256: row.split for row in previous}
    known: dict[int, Split] = {}
    for index, picture in enumerate(pictures):
        if picture.split in _SIDES:
            known[index] = _SIDES[picture.split]
        elif picture.sha256 in before:
            known[index] = before[picture.sha256]
    return known


def _row(picture: PictureFacts, side: Split, terms: Terms) -> ManifestRow:
    return ManifestRow(
        path=picture.key,
        sha256=picture.sha256,
        perceptual_hash=f"{picture.signature.perceptual_hash:016x}",
        width_px=picture.width_px,
        height_px=picture.height_px,
        channels=cast("Literal[1, 3, 4]", picture.channels),
        caption=_encodable(picture.caption) if picture.caption else None,
        class_name=_encodable(picture.class_name) if picture.class_name else None,
        split=side,
        licence=_said(picture, _LICENCE_COLUMNS) or terms.licence,
        source=_said(picture, _SOURCE_COLUMNS) or terms.source,
        consent=_said(picture, ("consent",)) or terms.consent,
        date=_said(picture, ("date",)) or picture.date or terms.date,
    )


def _said(picture: PictureFacts, columns: tuple[str, ...]) -> str | None:
    values = (picture.metadata.get(column) for column in columns)
    return next((_encodable(str(value)) for value in values if value not in (None, "")), None)


def _encodable(text: str) -> str:
    # a table may hold half of a surrogate pair, which no file can
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
