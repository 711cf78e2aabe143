"""The doctor's report: everything found in a source, ready for people and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.data.check.caption_statistics import CaptionStatistics
from mezzotint.data.check.facts import BrokenPicture, Mark
from mezzotint.data.check.shape_statistics import Count, ShapeStatistics
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Name one picture and what there is to say about it."""

    key: str
    text: Message


@dataclass(frozen=True, kw_only=True)
class MarkedPicture:
    """Name one picture that carries marks of one kind."""

    key: str
    sha256: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """Hold what was found. Pictures are named by their keys; groups and lists are in source order.

    Attributes:
        address: What the user named.
        taken_for: What it was taken for.
        notes: What was met there and is not a picture.
        num_entries: All entries: readable and broken.
        num_pictures: The readable ones.
        num_bytes: Size of their files together.
        broken: Entries that cannot be used, with reason and remedy. Their files stay untouched.
        remarks: Pictures that were read with something guessed or ignored.
        formats: How many of each file format.
        channels: How many grey, RGB and RGBA pictures: "1", "3", "4".
        needed_channels: The same when colour and transparency that are not used do not count.
        modes: How many of each pixel format of the files, by Pillow's names.
        shapes: Sizes and aspects; None without pictures.
        exact_duplicates: Groups of the same bytes.
        near_duplicates: Groups that look the same, of different bytes.
        blurred: Much softer than the rest.
        flat: One colour and nothing else.
        classes: Pictures of each class, the largest first; empty without classes.
        num_unclassed: Pictures without a class where others have one.
        splits: Pictures of each split that the source names.
        straddling: Groups that look the same and that the source puts on different sides.
        captions: What the captions say; None without captions.
        made_by_ai: Pictures that carry an AI label.
        no_training: Pictures whose owner refuses training.
        credentials: How many carry a signed C2PA manifest.
        opted_out: Pictures that the list of opt-outs names.
        near_opted_out: Pictures that look like an opted-out one and are not named themselves.
        sample: Some pictures from all over the set, for a first look.
        to_think_of: What no program can see and a person must think of.
    """

    address: str
    taken_for: Message
    notes: tuple[Message, ...]
    num_entries: int
    num_pictures: int
    num_bytes: int
    broken: tuple[BrokenPicture, ...]
    remarks: tuple[Remark, ...]
    formats: tuple[Count, ...]
    channels: tuple[Count, ...]
    needed_channels: tuple[Count, ...]
    modes: tuple[Count, ...]
    shapes: ShapeStatistics | None
    exact_duplicates: tuple[tuple[str, ...], ...]
    near_duplicates: tuple[tuple[str, ...], ...]
    blurred: tuple[str, ...]
    flat: tuple[str, ...]
    classes: tuple[Count, ...]
    num_unclassed: int
    splits: tuple[Count, ...]
    straddling: tuple[tuple[str, ...], ...]
    captions: CaptionStatistics | None
    made_by_ai: tuple[MarkedPicture, ...]
    no_training: tuple[MarkedPicture, ...]
    credentials: int
    opted_out: tuple[Remark, ...]
    near_opted_out: tuple[str, ...]
    sample: tuple[str, ...]
    to_think_of: tuple[Message, ...]

    @property
    def num_to_train_on(self) -> int:
        """Pictures left when refusals, opt-outs and surplus exact copies are taken away."""
        out = {each.key for each in (*self.no_training, *self.opted_out)}
        surplus = sum(
            max(0, len(kept) - 1)
            for group in self.exact_duplicates
            if (kept := [key for key in group if key not in out])
        )
        return self.num_pictures - len(out) - surplus

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing needs a look: no list of the report names a picture."""
        return not any(self._lists())

    def _lists(self) -> Iterator[tuple[object, ...]]:
        yield from (self.broken, self.remarks, self.exact_duplicates, self.near_duplicates)
        yield from (self.blurred, self.flat, self.made_by_ai, self.no_training, self.straddling)
        yield self.near_opted_out
