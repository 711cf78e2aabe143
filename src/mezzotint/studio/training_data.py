"""From an address to pictures to train on: open, choose a size, pack, label, hold some out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.data.catalogue import DataSet, find_data_set
from mezzotint.data.classes import LabelledClasses, class_specs, read_class_words
from mezzotint.data.packed.options import PackOptions
from mezzotint.data.packed.packed_set import PackedSet
from mezzotint.data.packed.packing import pack
from mezzotint.data.sources.opening import open_source
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import ClassSpec, DataSpec
from mezzotint.domain.errors import MezzotintError
from mezzotint.domain.message import Message
from mezzotint.imaging.read import probe_picture
from mezzotint.models.sizes import num_halvings

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.packed.packing import PackProgress
    from mezzotint.data.packed.records import PackedEntry
    from mezzotint.data.sources.entry import Entry, Source

NUM_PROBED = 64  # pictures whose headers decide the size
SQUARE_SIDES_PX = (64, 48, 32, 28)  # what small networks on a CPU learn in an hour
MIN_TO_HOLD_OUT = 500  # with fewer pictures every one is needed for training
HELD_OUT_SHARE = 0.05
_UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """Say which pictures are wanted and how.

    Attributes:
        address: Folder, archive or remote address.
        size_px: (height, width); None = decide by the pictures.
        classes_file: TOML file with the names and words of the classes.
        licence: Of the pictures, where the catalogue does not know it.
        cache_folder: Where packed sets are kept.
    """

    address: str
    size_px: tuple[int, int] | None
    classes_file: Path | None
    licence: str
    cache_folder: Path


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingData:
    """Hold pictures to train on and others to measure with.

    Attributes:
        train: What is learnt from.
        held_out: What figures are measured on; None if there are too few pictures.
        notes: What the address was taken for and what was left out.
    """

    train: TrainingPictures
    held_out: TrainingPictures | None
    notes: tuple[Message, ...]


def load_training_data(
    request: DataRequest, progress: Callable[[PackProgress], None] | None = None
) -> TrainingData:
    """Pack the pictures of an address, or open them packed, and split them.

    Raises:
        InputError: There are no pictures, or none can be read.
        FailedError: The disk is full.
    """
    packed_folder = request.cache_folder / "packed"
    with open_source(request.address, cache_dir=request.cache_folder / "unpacked") as source:
        height_px, width_px = request.size_px or natural_size_px(source.entries())
        num_halvings(height_px, width_px)  # refuses a size that no model can paint
        options = PackOptions(height_px=height_px, width_px=width_px)
        key = f"{Path(request.address).resolve()}|{height_px}x{width_px}"
        folder = packed_folder / hashlib.sha256(key.encode()).hexdigest()[:16]
        packed = pack(source, folder, options, progress=progress)
        return _split(packed, source, request)


def natural_size_px(entries: Iterable[Entry]) -> tuple[int, int]:
    """Return the (height, width) to train at: the pictures' own if they agree, else a square.

    Small networks on a CPU learn up to 64 px in an hour, so larger pictures are scaled down.
    """
    sizes: list[tuple[int, int]] = []
    for entry in islice(entries, NUM_PROBED):
        try:
            header = probe_picture(entry.path or entry.open(), name=entry.key)
        except MezzotintError:
            continue  # packing lists it with the reason
        sizes.append((header.height_px, header.width_px))
    if not sizes:
        return SQUARE_SIDES_PX[0], SQUARE_SIDES_PX[0]
    if len(set(sizes)) == 1 and _is_paintable(sizes[0]):
        return sizes[0]
    shorter = sorted(min(size) for size in sizes)[len(sizes) // 2]
    side = next((side for side in SQUARE_SIDES_PX if side <= shorter), SQUARE_SIDES_PX[-1])
    return side, side


def _is_paintable(size_px: tuple[int, int]) -> bool:
    if max(size_px) > SQUARE_SIDES_PX[0]:
        return False
    try:
        num_halvings(*size_px)
    except MezzotintError:
        return False
    return True


def _split(packed: PackedSet, source: Source, request: DataRequest) -> TrainingData:
    import numpy as np

    is_held_out = np.array([_belongs_to_held_out(entry) for entry in packed.entries])
    says = {entry.split for entry in packed.entries}
    if says <= {None, "train"}:  # nothing is set apart by its owner: hold out by content
        if len(packed.entries) < MIN_TO_HOLD_OUT:
            is_held_out[:] = False
        else:
            is_held_out = np.array([_draws_held_out(entry.sha256) for entry in packed.entries])
    labelled = _labels(packed, source, request)
    known = find_data_set(source.known_as) if source.known_as else None
    train = _select(packed, ~is_held_out, labelled, known, request)
    held_out = _select(packed, is_held_out, labelled, known, request) if is_held_out.any() else None
    return TrainingData(train=train, held_out=held_out, notes=_notes(packed, source))


def _belongs_to_held_out(entry: PackedEntry) -> bool:
    return entry.split in ("test", "validation")


def _draws_held_out(sha256: str) -> bool:
    # By content, so that copies of a picture stay on one side and later additions move none.
    return int(sha256[:8], 16) < HELD_OUT_SHARE * 2**32


def _labels(packed: PackedSet, source: Source, request: DataRequest) -> LabelledClasses | None:
    names = [entry.class_name for entry in packed.entries]
    if any(name is None for name in names) or len(set(names)) < 2:
        return None
    if request.classes_file is not None:
        words = read_class_words(request.classes_file)
    else:
        words = find_data_set(source.known_as).classes if source.known_as else ()
    return class_specs([name or "" for name in names], words)


def _select(
    packed: PackedSet,
    wanted: NDArray[np.bool_],
    labelled: LabelledClasses | None,
    known: DataSet | None,
    request: DataRequest,
) -> TrainingPictures:
    import numpy as np

    indices = np.flatnonzero(wanted)
    entries = tuple(packed.entries[index] for index in indices)
    is_run = len(indices) == indices[-1] - indices[0] + 1
    pixels = (
        packed.pixels[indices[0] : indices[-1] + 1]  # one run: stays a memory map
        if is_run
        else packed.pixels[indices]
    )
    labels = labelled.labels[indices] if labelled else None
    captions = tuple(entry.caption or "" for entry in entries)
    return TrainingPictures(
        pixels=pixels,
        labels=labels,
        classes=_counted(labelled.classes, labels) if labelled and labels is not None else (),
        captions=captions if any(captions) else None,
        source=DataSpec(
            name=known.title["en"] if known else Path(request.address).resolve().name,
            num_images=len(entries),
            manifest_sha256=replace(packed, entries=entries).manifest_sha256,
            licence=known.licence if known else request.licence,
            source=known.homepage if known else _UNKNOWN,
        ),
    )


def _counted(classes: Sequence[ClassSpec], labels: NDArray[np.int64]) -> tuple[ClassSpec, ...]:
    import numpy as np

    counts = np.bincount(labels, minlength=len(classes))
    return tuple(replace(spec, num_images=int(counts[spec.index])) for spec in classes)


def _notes(packed: PackedSet, source: Source) -> tuple[Message, ...]:
    notes = [source.taken_for, *source.notes]
    if packed.skipped:
        first = packed.skipped[0]
        notes.append(
            Message(
                "{num} pictures are left out; the first is {key}: {reason}",
                num=len(packed.skipped),
                key=first.key,
                reason=first.reason,
            )
        )
    return tuple(notes)
