"""Examine a whole source and write the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mezzotint.data.check.caption_statistics import caption_statistics
from mezzotint.data.check.duplicates import exact_groups, look_alikes
from mezzotint.data.check.report import CheckReport, MarkedPicture, Remark
from mezzotint.data.check.shape_statistics import most_frequent, shape_statistics
from mezzotint.data.check.survey import survey
from mezzotint.data.quality import blurred_pictures, flat_pictures
from mezzotint.data.split import straddling
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mezzotint.data.check.facts import MarkKind, PictureFacts
    from mezzotint.data.check.survey import Survey, SurveyOptions, SurveyProgress
    from mezzotint.data.sources.entry import Source
    from mezzotint.data.split import Split

NUM_SAMPLE = 48


def check(
    source: Source,
    options: SurveyOptions | None = None,
    *,
    progress: Callable[[SurveyProgress], None] | None = None,
) -> CheckReport:
    """Examine every picture of a source once; nothing in it is changed.

    The report is the same whatever the number of threads. 10,000 pictures take about 100 MB.

    Args:
        source: Anything that `open_source` opens.
        options: None = the defaults.
        progress: Called after every few pictures.
    """
    return report_on(source, survey(source, options, progress=progress))


def report_on(source: Source, found: Survey) -> CheckReport:
    """Write the report of a survey already made, such as the one behind a manifest."""
    pictures = found.pictures
    alike = look_alikes(pictures)
    qualities = [picture.quality for picture in pictures]
    known = _known_splits(pictures)
    with_class = [picture.class_name for picture in pictures if picture.class_name is not None]
    remarks = [Remark(key=each.key, text=text) for each in pictures for text in each.warnings]
    opted_out = [Remark(key=each.key, text=each.opted_out) for each in pictures if each.opted_out]

    def keys(indices: Iterable[int]) -> tuple[str, ...]:
        return tuple(pictures[index].key for index in indices)

    return CheckReport(
        address=source.address,
        taken_for=source.taken_for,
        notes=source.notes,
        num_entries=len(pictures) + len(found.broken),
        num_pictures=len(pictures),
        num_bytes=sum(picture.num_bytes for picture in pictures),
        broken=found.broken,
        remarks=tuple(remarks),
        formats=most_frequent(Counter(picture.format for picture in pictures)),
        channels=most_frequent(Counter(str(picture.channels) for picture in pictures)),
        needed_channels=most_frequent(Counter(str(each.needed_channels) for each in pictures)),
        modes=most_frequent(Counter(picture.mode for picture in pictures)),
        shapes=shape_statistics([(each.height_px, each.width_px) for each in pictures]),
        exact_duplicates=tuple(map(keys, exact_groups(pictures))),
        near_duplicates=tuple(
            keys(_one_of_each(pictures, group))
            for group in alike
            if len({pictures[index].sha256 for index in group}) > 1
        ),
        blurred=keys(blurred_pictures(qualities)),
        flat=keys(flat_pictures(qualities)),
        classes=most_frequent(Counter(with_class)),
        num_unclassed=len(pictures) - len(with_class) if with_class else 0,
        splits=most_frequent(Counter(each.split for each in pictures if each.split)),
        straddling=tuple(map(keys, straddling(alike, known))),
        captions=caption_statistics([picture.caption for picture in pictures]),
        made_by_ai=_marked(pictures, "made-by-ai"),
        no_training=_marked(pictures, "no-training"),
        credentials=len(_marked(pictures, "credentials")),
        opted_out=tuple(opted_out),
        near_opted_out=keys(_near_opted_out(pictures, alike)),
        sample=keys(_evenly_spaced(len(pictures), NUM_SAMPLE)),
        to_think_of=to_think_of(),
    )


def to_think_of() -> tuple[Message, ...]:
    """List what no check can see; it stands in every report."""
    return (
        Message(
            "People: faces are not looked for. Whoever can be recognised must have agreed to "
            "training, and children need their parents' consent."
        ),
        Message(
            "Rights: a picture from the web usually belongs to somebody. Write down licence and "
            "source of what you use; they go into the manifest and the model card."
        ),
        Message(
            "Logos, trademarks, signatures and watermarks are learnt like anything else and come "
            "out in new pictures."
        ),
        Message(
            "Private things: documents, licence plates, screens and addresses in the background "
            "can come back in generated pictures."
        ),
        Message(
            "Balance: what is rare in the set will be rare, or wrong, in what the model makes."
        ),
    )


def _evenly_spaced(num: int, num_wanted: int) -> list[int]:
    num_wanted = min(num, num_wanted)
    return [index * num // num_wanted for index in range(num_wanted)]


def _known_splits(pictures: Sequence[PictureFacts]) -> dict[int, Split]:
    sides: dict[str, Split] = {"train": "train", "validation": "validation", "test": "test"}
    return {
        index: sides[picture.split]
        for index, picture in enumerate(pictures)
        if picture.split in sides
    }


def _one_of_each(pictures: Sequence[PictureFacts], group: Sequence[int]) -> list[int]:
    first_with: dict[str, int] = {}
    for index in group:
        first_with.setdefault(pictures[index].sha256, index)
    return list(first_with.values())


def _marked(pictures: Sequence[PictureFacts], kind: MarkKind) -> tuple[MarkedPicture, ...]:
    return tuple(
        MarkedPicture(key=each.key, sha256=each.sha256, marks=marks)
        for each in pictures
        if (marks := tuple(mark for mark in each.marks if mark.kind == kind))
    )


def _near_opted_out(pictures: Sequence[PictureFacts], alike: Sequence[Sequence[int]]) -> list[int]:
    return sorted(
        index
        for group in alike
        if any(pictures[each].opted_out for each in group)
        for index in group
        if not pictures[index].opted_out
    )
