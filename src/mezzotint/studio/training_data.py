"""From an address to pictures to train on and others to measure with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.data.check.shape_statistics import shape_statistics
from mezzotint.data.check.suggestion import suggested_size
from mezzotint.data.packed.options import Channels, OptOuts
from mezzotint.data.prepare import Prepared, prepare
from mezzotint.data.similarity import Signature, near_clusters, sign_picture
from mezzotint.data.sources.opening import open_source
from mezzotint.data.split import split_by_content
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import MezzotintError
from mezzotint.domain.message import Message
from mezzotint.imaging.read import probe_picture
from mezzotint.models.sizes import num_halvings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.sources.entry import Entry

NUM_PROBED = 64  # pictures whose headers decide the size
SQUARE_SIDES_PX = (64, 48, 32, 28)  # what small networks on a CPU learn in an hour
MIN_TO_HOLD_OUT = 500  # with fewer pictures every one is needed for training
HELD_OUT_SHARE = 0.05
_HELD_OUT_SPLITS = ("test", "validation")


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """Say which pictures are wanted and how.

    Attributes:
        address: Folder, archive or remote address.
        size_px: (height, width); None = decide by the pictures.
        channels: 1, 3 or 4; None = what the pictures have.
        classes_file: TOML file with the names and words of the classes.
        licence: Of the pictures; None = what the catalogue says, or "unknown".
        opt_outs: Pictures that must not be trained on.
        cache_folder: Where packed sets are kept.
    """

    address: str
    size_px: tuple[int, int] | None
    channels: Channels | None = None
    classes_file: Path | None
    licence: str | None
    opt_outs: OptOuts | None = None
    cache_folder: Path


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingData:
    """Hold pictures to train on and others to measure with.

    Attributes:
        train: What is learnt from.
        held_out: What figures are measured on; None if there are too few pictures.
        deserved_px: (height, width) that the files would be good for, up to 256 px, or the one
            that was asked for.
        notes: What the address was taken for and what was left out.
    """

    train: TrainingPictures
    held_out: TrainingPictures | None
    deserved_px: tuple[int, int]
    notes: tuple[Message, ...]


def load_training_data(request: DataRequest) -> TrainingData:
    """Pack the pictures of an address, or open them packed, and hold some out.

    What their owner set apart as test or validation is held out. Without such a split a share is
    drawn by content, look-alikes together, so that nothing is measured on what was trained on.

    Raises:
        InputError: There are no pictures, none can be read, or no model can paint the size.
        FailedError: The disk is full.
    """
    with open_source(request.address, cache_dir=request.cache_folder / "unpacked") as source:
        sizes = [] if request.size_px else probe_sizes(source.entries())
        size_px = request.size_px or natural_size_px(sizes)
        deserved_px = _deserved_px(sizes) or size_px
        splits = {entry.split for entry in source.entries()}
    num_halvings(*size_px)  # refuses a size that no model can paint, before anything is packed
    train = _prepare(request, size_px, "train")
    notes = (train.taken_for, *train.notes)
    own_split = next((split for split in _HELD_OUT_SPLITS if split in splits), None)
    if own_split is not None and "train" in splits:
        held_out = _prepare(request, size_px, own_split)
        return TrainingData(
            train=train.pictures, held_out=held_out.pictures, deserved_px=deserved_px, notes=notes
        )
    return replace(_hold_out(train, notes), deserved_px=deserved_px)


def probe_sizes(entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """Return the (height, width) of the first pictures that can be read, from their headers."""
    sizes: list[tuple[int, int]] = []
    for entry in islice(entries, NUM_PROBED):
        try:
            header = probe_picture(entry.path or entry.open(), name=entry.key)
        except MezzotintError:
            continue  # packing lists it with the reason
        sizes.append((header.height_px, header.width_px))
    return sizes


def natural_size_px(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the (height, width) to train at: the pictures' own if they agree, else a square.

    Small networks on a CPU learn up to 64 px in an hour, so larger pictures are scaled down.

    Args:
        sizes: (height, width) of some of the pictures.
    """
    if not sizes:
        return SQUARE_SIDES_PX[0], SQUARE_SIDES_PX[0]
    if len(set(sizes)) == 1 and _is_paintable(sizes[0]):
        return sizes[0]
    shorter = sorted(min(size) for size in sizes)[len(sizes) // 2]
    side = next((side for side in SQUARE_SIDES_PX if side <= shorter), SQUARE_SIDES_PX[-1])
    return side, side


def _deserved_px(sizes: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    shapes = shape_statistics(sizes)
    return None if shapes is None else suggested_size(shapes, len(sizes))


def _is_paintable(size_px: tuple[int, int]) -> bool:
    if max(size_px) > SQUARE_SIDES_PX[0]:
        return False
    try:
        num_halvings(*size_px)
    except MezzotintError:
        return False
    return True


def _prepare(request: DataRequest, size_px: tuple[int, int], split: str) -> Prepared:
    return prepare(
        request.address,
        height_px=size_px[0],
        width_px=size_px[1],
        channels=request.channels,
        split=split,
        classes_file=request.classes_file,
        licence=request.licence,
        opt_outs=request.opt_outs,
        cache_dir=request.cache_folder,
    )


def _hold_out(prepared: Prepared, notes: tuple[Message, ...]) -> TrainingData:
    """Draw the held-out share of a set that its owner did not split."""
    import numpy as np

    entries = prepared.packed.entries
    if len(entries) < MIN_TO_HOLD_OUT:
        return _data(prepared.pictures, None, notes)
    clusters = near_clusters([_signature(pixels) for pixels in prepared.packed.pixels])
    hashes = [entry.sha256 for entry in entries]
    sides = split_by_content(hashes, clusters, fraction=HELD_OUT_SHARE)
    is_trained_on = np.array([side == "train" for side in sides])
    held_out = _part(prepared, ~is_trained_on) if not is_trained_on.all() else None
    return _data(_part(prepared, is_trained_on), held_out, notes)


def _data(
    train: TrainingPictures, held_out: TrainingPictures | None, notes: tuple[Message, ...]
) -> TrainingData:
    height_px, width_px = train.pixels.shape[1:3]
    return TrainingData(
        train=train, held_out=held_out, deserved_px=(height_px, width_px), notes=notes
    )


def _signature(pixels: NDArray[np.uint8]) -> Signature:
    from PIL import Image

    return sign_picture(Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels))


def _part(prepared: Prepared, wanted: NDArray[np.bool_]) -> TrainingPictures:
    """Return some of the pictures; classes keep their numbers and count anew."""
    import numpy as np

    pictures = prepared.pictures
    indices = np.flatnonzero(wanted)
    labels = None if pictures.labels is None else pictures.labels[indices]
    captions, texts = pictures.captions, pictures.texts
    kept = tuple(prepared.packed.entries[index] for index in indices)
    counts = np.bincount(
        np.zeros(0, np.int64) if labels is None else labels, minlength=len(pictures.classes)
    )
    return TrainingPictures(
        pixels=pictures.pixels[indices],
        labels=labels,
        classes=tuple(
            replace(spec, num_images=int(counts[spec.index])) for spec in pictures.classes
        ),
        captions=None if captions is None else tuple(captions[index] for index in indices),
        texts=None if texts is None else tuple(texts[index] for index in indices),
        source=replace(
            pictures.source,
            num_images=len(kept),
            manifest_sha256=replace(prepared.packed, entries=kept).manifest_sha256,
        ),
    )
