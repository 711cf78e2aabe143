"""From whatever the user names to pictures ready to train on, in one call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mezzotint.data.captions import words_of_name
from mezzotint.data.catalogue import catalogue
from mezzotint.data.classes import read_class_words
from mezzotint.data.packed.for_training import Origin, to_training_pictures
from mezzotint.data.packed.options import PackOptions
from mezzotint.data.packed.packing import pack_in_cache
from mezzotint.data.sources.opening import open_source
from mezzotint.data.sources.selected import select_split
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.data.packed.options import Channels, OptOuts
    from mezzotint.data.packed.packed_set import PackedSet
    from mezzotint.data.packed.packing import PackProgress, Workers
    from mezzotint.data.sources.entry import Source
    from mezzotint.data.training_pictures import TrainingPictures


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Hold pictures ready to train on and what is to be said of them.

    Attributes:
        pictures: For training.
        packed: The packed set behind them; `packed.skipped` names what is not in it.
        taken_for: What the address was taken for.
        notes: What else the user should know.
    """

    pictures: TrainingPictures
    packed: PackedSet
    taken_for: Message
    notes: tuple[Message, ...]


def prepare(
    address: str | Path,
    *,
    height_px: int,
    width_px: int,
    cache_dir: Path,
    channels: Channels | None = None,
    split: str = "train",
    classes_file: Path | None = None,
    licence: str | None = None,
    opt_outs: OptOuts | None = None,
    num_workers: int | None = None,
    workers: Workers = "threads",
    progress: Callable[[PackProgress], None] | None = None,
) -> Prepared:
    """Recognise what `address` holds, pack it into the cache, and hand it over.

    A second call finds the packed set in the cache unless pictures or options have changed.

    Args:
        address: A folder, an archive, idx files, or a remote address; see `open_source`.
        height_px: Height of all pictures.
        width_px: Width of all pictures.
        cache_dir: Where packed sets and unpacked archives are kept.
        channels: 1 grey, 3 RGB, 4 RGBA. None = what the pictures have.
        split: Which split to use where the source has several; all where it lacks this one.
        classes_file: TOML with names and words of the classes; see `read_class_words`.
        licence: Of the pictures, for the model card. None = the catalogue's, or "unknown".
        opt_outs: Pictures that must not be trained on.
        num_workers: None = one for each core.
        workers: "threads" or "processes"; see `pack`.
        progress: Called after each unit of work.

    Raises:
        InputError: There is nothing there, no picture can be read, or the TOML is wrong.
        MissingExtraError: The address needs the optional part "data".
        FailedError: The disk is full, or a remote store does not answer.
    """
    options = PackOptions(height_px=height_px, width_px=width_px, channels=channels)
    own_words = read_class_words(classes_file) if classes_file else ()
    with open_source(address, cache_dir=cache_dir / "unpacked") as source:
        chosen = select_split(source, split)
        origin = _origin(source, licence)
        packed = pack_in_cache(
            chosen,
            cache_dir / "packed",
            _slug(origin.name),
            options,
            opt_outs=opt_outs,
            num_workers=num_workers,
            workers=workers,
            progress=progress,
        )
        known = catalogue()[source.known_as].classes if source.known_as else ()
    return Prepared(
        pictures=to_training_pictures(packed, origin=origin, known_classes=own_words or known),
        packed=packed,
        taken_for=source.taken_for,
        notes=(*chosen.notes, *_notes(packed)),
    )


def _origin(source: Source, licence: str | None) -> Origin:
    if source.known_as is not None:
        known = catalogue()[source.known_as]
        return Origin(
            name=known.title["en"], licence=licence or known.licence, source=known.homepage
        )
    name = PurePosixPath(source.address.replace("\\", "/").rstrip("/")).name
    remote = source.address if "://" in source.address else Origin.source
    # Only the last part of a local path: a model card is published, a home folder is not.
    return Origin(name=name or "pictures", licence=licence or "unknown", source=remote)


def _slug(name: str) -> str:
    return words_of_name(name).replace(" ", "-")[:40] or "pictures"


def _notes(packed: PackedSet) -> list[Message]:
    notes: list[Message] = []
    num_opted_out = sum(skipped.code == "data.opt_out" for skipped in packed.skipped)
    num_broken = len(packed.skipped) - num_opted_out
    if num_broken:
        notes.append(
            Message(
                "{count} pictures cannot be read and were left out. The first: {reason}",
                count=num_broken,
                reason=str(next(s.reason for s in packed.skipped if s.code != "data.opt_out")),
            )
        )
    if num_opted_out:
        notes.append(Message("{count} pictures were left out as asked.", count=num_opted_out))
    num_classless = sum(entry.class_name is None for entry in packed.entries)
    if 0 < num_classless < len(packed.entries):
        notes.append(
            Message("{count} pictures have no class, so no classes are used.", count=num_classless)
        )
    return notes
