"""Read idx files as a source: each picture of the array is an entry."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mezzotint.data.catalogue import recognise_files, recognise_labels, recognise_name
from mezzotint.data.idx import read_idx_split
from mezzotint.data.sources.contents import BrokenContent
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.pixel_content import PixelContent
from mezzotint.data.sources.source import OpenSource
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.catalogue import DataSet
    from mezzotint.data.idx import IdxSplit


class _Split:
    """One split, read from disk when it is first asked for."""

    def __init__(self, split: IdxSplit) -> None:
        self.split = split
        self._arrays: tuple[NDArray[np.uint8], NDArray[np.int64] | None] | None = None

    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64] | None]:
        if self._arrays is None:
            self._arrays = read_idx_split(self.split)
        return self._arrays


def read_idx_source(
    address: str,
    splits: Sequence[IdxSplit],
    *,
    notes: tuple[Message, ...] = (),
) -> OpenSource:
    """Read the splits of one idx set; a damaged split becomes one broken entry.

    The set is recognised by its training labels, else by name and size of its files, else by the
    names of the folders it lies in.
    """
    loaded = [_Split(split) for split in splits]
    known = _recognise(address, loaded)
    class_names = tuple(words.source_name for words in known.classes) if known else ()
    return OpenSource(
        address=address,
        taken_for=_taken_for(known),
        make_entries=lambda: (e for split in loaded for e in _split_entries(split, class_names)),
        notes=notes,
        known_as=known.name if known else None,
    )


def _recognise(address: str, splits: Sequence[_Split]) -> DataSet | None:
    for split in splits:
        if split.split.split == "train":
            try:
                _, labels = split.arrays()
            except InputError:
                continue
            if labels is not None:
                digest = hashlib.sha256(labels.astype("uint8").tobytes()).hexdigest()
                if known := recognise_labels(digest):
                    return known
    sizes = {path.name: path.stat().st_size for split in splits for path in _paths(split.split)}
    if known := recognise_files(sizes):
        return known
    # A folder "mnist/raw", as other programs lay it out, as well as "mnist".
    folders = address.replace("\\", "/").rstrip("/").split("/")
    return recognise_name(reversed(folders[-3:]))


def _paths(split: IdxSplit) -> Iterator[Path]:
    yield split.images_path
    if split.labels_path is not None:
        yield split.labels_path


def _taken_for(known: DataSet | None) -> Message:
    if known is None:
        return Message("Taken for idx files, as MNIST has them.")
    return Message("Taken for idx files of {name}.", name=known.title["en"])


def _split_entries(loaded: _Split, class_names: Sequence[str]) -> Iterator[Entry]:
    split = loaded.split
    try:
        images, labels = loaded.arrays()
        found = split.images_path.stat()
    except InputError as error:
        content = BrokenContent(error.code, error.message, error.hint)
        yield Entry(key=f"{split.split}/{split.images_path.name}", content=content)
        return
    version = f"{found.st_size}-{found.st_mtime_ns}"
    for index, pixels in enumerate(images):
        class_name = None if labels is None else _class_name(int(labels[index]), class_names)
        yield Entry(
            key=f"{split.split}/{index:06d}",
            content=PixelContent(pixels, f"{version}-{index}"),
            caption=class_name if class_names else None,
            class_name=class_name,
            split=split.split,
        )


def _class_name(label: int, class_names: Sequence[str]) -> str:
    return class_names[label] if label < len(class_names) else str(label)
