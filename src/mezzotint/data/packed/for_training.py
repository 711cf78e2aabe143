"""Hand a packed set over to training: pixels, labels, captions, and where it all comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mezzotint.data.classes import class_specs
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import DataSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezzotint.data.classes import ClassWords
    from mezzotint.data.packed.packed_set import PackedSet
    from mezzotint.data.packed.records import PackedEntry

TEXTS_COLUMN = "texts"  # of a table beside the pictures: a list of captions


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Say where pictures come from, for the model card.

    Attributes:
        name: Of the data set: "Fashion-MNIST".
        licence: SPDX identifier; "unknown" is an honest value.
        source: An address, or words.
    """

    name: str
    licence: str = "unknown"
    source: str = "pictures of the user's own"


def to_training_pictures(
    packed: PackedSet, *, origin: Origin, known_classes: Sequence[ClassWords] = ()
) -> TrainingPictures:
    """Read labels and captions off the records of a packed set.

    Labels are given if every picture has a class: one picture without would have to be called
    something that it is not. Captions are given if any picture has one; the others get "".

    Args:
        packed: The set; its pixels are passed on without a copy.
        origin: For the model card.
        known_classes: Words of classes, from the catalogue or from the user.
    """
    class_names = [entry.class_name for entry in packed.entries if entry.class_name is not None]
    is_labelled = len(class_names) == len(packed.entries)
    labelled = class_specs(class_names, known_classes) if is_labelled else None
    captions = tuple(entry.caption or "" for entry in packed.entries)
    texts = tuple(_texts_of(entry) for entry in packed.entries)
    return TrainingPictures(
        pixels=packed.pixels,
        labels=labelled.labels if labelled else None,
        classes=labelled.classes if labelled else (),
        captions=captions if any(captions) else None,
        source=DataSpec(
            name=origin.name,
            num_images=len(packed.entries),
            manifest_sha256=packed.manifest_sha256,
            licence=origin.licence,
            source=origin.source,
        ),
        texts=texts if any(len(several) > 1 for several in texts) else None,
    )


def _texts_of(entry: PackedEntry) -> tuple[str, ...]:
    """Return every caption of a picture, its first one first, each once."""
    # The column is a list in the table; the record keeps it as the JSON that it was.
    written = entry.metadata.get(TEXTS_COLUMN)
    try:
        several: object = json.loads(written) if isinstance(written, str) else []
    except ValueError:
        several = []
    found = cast("list[object]", several) if isinstance(several, list) else []
    texts = [entry.caption, *(text for text in found if isinstance(text, str))]
    return tuple(dict.fromkeys(text for text in texts if text))
