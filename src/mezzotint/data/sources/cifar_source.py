"""Read the binary version of CIFAR-10 as a source.

A record is one byte for the class and 3,072 for the picture, planes red, green, blue of 32x32
(https://www.cs.toronto.edu/~kriz/cifar.html). The Python version of the set is pickled, and
pickles run code when they are read, so it is not supported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezzotint.data.catalogue import catalogue
from mezzotint.data.sources.contents import BrokenContent
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.pixel_content import PixelContent
from mezzotint.data.sources.source import OpenSource
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezzotint.data.sources.tree import Tree, TreeFile

SIDE_PX = 32
RECORD_BYTES = 1 + 3 * SIDE_PX * SIDE_PX
_NAME = re.compile(r"(data|test)_batch(_\d)?\.bin")


def find_cifar_files(tree: Tree) -> list[TreeFile]:
    """Return the batches of a CIFAR-10 set in the tree; empty if there are none."""
    return [file for file in tree.files if _NAME.fullmatch(file.name)]


def read_cifar_source(tree: Tree, batches: Sequence[TreeFile]) -> OpenSource:
    """Read the batches of CIFAR-10; a damaged batch becomes one broken entry."""
    known = catalogue()["cifar-10"]
    class_names = [words.source_name for words in known.classes]
    return OpenSource(
        address=tree.address,
        taken_for=Message("Taken for the binary version of CIFAR-10."),
        make_entries=lambda: (e for batch in batches for e in _entries(batch, class_names)),
        notes=tree.notes,
        known_as=known.name,
    )


def _entries(batch: TreeFile, class_names: Sequence[str]) -> Iterator[Entry]:
    import numpy as np

    stem = batch.name.removesuffix(".bin")
    try:
        data = batch.content.read()
    except (InputError, OSError) as error:
        yield Entry(key=stem, content=_broken(batch, str(error)))
        return
    records = np.frombuffer(data, np.uint8, count=len(data) // RECORD_BYTES * RECORD_BYTES)
    records = records.reshape(-1, RECORD_BYTES)
    # planes [N, 3, 32, 32] => pixels [N, 32, 32, 3]
    pixels = records[:, 1:].reshape(-1, 3, SIDE_PX, SIDE_PX).transpose(0, 2, 3, 1)
    for index, (record, picture) in enumerate(zip(records, pixels, strict=True)):
        label = int(record[0])
        class_name = class_names[label] if label < len(class_names) else str(label)
        yield Entry(
            key=f"{stem}/{index:05d}",
            content=PixelContent(picture, f"{batch.content.fingerprint}-{index}"),
            caption=class_name,
            class_name=class_name,
            split="test" if stem.startswith("test") else "train",
        )
    if len(data) % RECORD_BYTES:
        yield Entry(key=f"{stem}/(the rest)", content=_broken(batch, "it is cut short"))


def _broken(batch: TreeFile, reason: str) -> BrokenContent:
    return BrokenContent(
        "data.cifar.damaged",
        Message("{name} cannot be read: {reason}.", name=batch.path, reason=reason),
        Message("Download the file again."),
    )
