"""How the folders of a data set are meant: splits, classes, repeats, or just places."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
_SPLIT_IN_NAME = re.compile(rf"(?:^|[/_.-])({'|'.join(SPLIT_NAMES)})(?=[-_./\d]|$)", re.IGNORECASE)
_KOHYA = re.compile(r"(?P<repeats>\d{1,4})_(?P<name>.+)")
# So many pictures beside the folders of all others do not take their meaning from those folders.
MAX_STRAY_SHARE = 0.2
# Folders with fewer pictures each, on average, are places and no classes.
MIN_PICTURES_A_CLASS = 2


@dataclass(frozen=True, kw_only=True)
class Place:
    """Say what the folders around one picture mean.

    Attributes:
        split: "train", "validation" or "test"; None if the folders do not say.
        class_name: The class folder it lies in; None unless these are class folders.
        repeats: How often an epoch shows it, in the kohya layout; None elsewhere.
        concept: The name of its kohya folder.
    """

    split: str | None = None
    class_name: str | None = None
    repeats: int | None = None
    concept: str | None = None


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Say how the folders of a data set are meant.

    Attributes:
        kind: "classes": a folder a class. "repeats": kohya's `10_name`. "flat": neither.
        num_wrappers: Folders around everything, which mean nothing.
        has_splits: Whether the next folder down is a split.
        num_inner_wrappers: Folders inside every split that mean nothing.
        class_names: Sorted; empty unless the kind is "classes".
    """

    kind: Literal["flat", "classes", "repeats"]
    num_wrappers: int = 0
    has_splits: bool = False
    num_inner_wrappers: int = 0
    class_names: tuple[str, ...] = ()

    def place_of(self, path: str) -> Place:
        """Say what the folders around the picture at `path` mean.

        Nothing if it lies beside the folders of the others.
        """
        folders = PurePosixPath(path).parts[self.num_wrappers : -1]
        if not folders:
            return Place()
        split = SPLIT_NAMES[folders[0].lower()] if self.has_splits else None
        folders = folders[self.has_splits + self.num_inner_wrappers :]
        if self.kind == "flat" or not folders:
            return Place(split=split)
        if self.kind == "classes":
            return Place(split=split, class_name=folders[0])
        match = _KOHYA.fullmatch(folders[0])
        if match is None:
            return Place(split=split)
        return Place(split=split, repeats=int(match["repeats"]), concept=match["name"])


def split_of_name(path: str) -> str | None:
    """Return the split that the name of a shard or its folder tells; None if it tells none.

    Example:
        >>> split_of_name("data/train-00000-of-00002.parquet"), split_of_name("restrain.tar")
        ('train', None)
    """
    match = _SPLIT_IN_NAME.search(path)
    return SPLIT_NAMES[match[1].lower()] if match else None


def find_arrangement(paths: Sequence[str]) -> Arrangement:
    """Look at the paths of all pictures and say how their folders are meant.

    Example:
        >>> find_arrangement(["set/cat/1.png", "set/cat/2.png", "set/dog/1.png", "set/dog/2.png"])
        Arrangement(kind='classes', num_wrappers=1, ..., class_names=('cat', 'dog'))
        >>> find_arrangement(["10_red hat/a.png", "10_red hat/b.png"]).kind
        'repeats'
        >>> [*cats, stray] = "cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png", "cover.png"
        >>> find_arrangement([*cats, stray]).kind
        'classes'
    """
    folders = _without_strays([PurePosixPath(path).parts[:-1] for path in paths])
    num_wrappers = _count_wrappers(folders)
    folders = _without_strays([parts[num_wrappers:] for parts in folders])
    has_splits = bool(folders) and all(
        parts and parts[0].lower() in SPLIT_NAMES for parts in folders
    )
    num_inner_wrappers = 0
    if has_splits:
        folders = _without_strays([parts[1:] for parts in folders])
        num_inner_wrappers = _count_wrappers(folders)
        folders = _without_strays([parts[num_inner_wrappers:] for parts in folders])
    kind = _kind([parts[0] if parts else None for parts in folders])
    return Arrangement(
        kind=kind,
        num_wrappers=num_wrappers,
        has_splits=has_splits,
        num_inner_wrappers=num_inner_wrappers,
        class_names=tuple(sorted({parts[0] for parts in folders})) if kind == "classes" else (),
    )


def _without_strays(folders: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """Leave out pictures that lie beside the folders of nearly all others."""
    inside = [parts for parts in folders if parts]
    return inside if len(folders) - len(inside) <= MAX_STRAY_SHARE * len(folders) else folders


def _count_wrappers(folders: Sequence[tuple[str, ...]]) -> int:
    """Count the folders that all paths begin with and that mean nothing themselves."""
    shared = 0
    while folders and all(len(parts) > shared for parts in folders):
        name = folders[0][shared]
        is_shared = all(parts[shared] == name for parts in folders)
        if not is_shared or name.lower() in SPLIT_NAMES or _KOHYA.fullmatch(name):
            break
        shared += 1
    return shared


def _kind(heads: Sequence[str | None]) -> Literal["flat", "classes", "repeats"]:
    counts = Counter(heads)
    if not heads or None in counts:
        return "flat"
    matches = [_KOHYA.fullmatch(name or "") for name in counts]
    numbers = sorted(int(match["repeats"]) for match in matches if match is not None)
    if len(numbers) == len(counts) and not _is_numbering(numbers):
        return "repeats"
    is_classes = len(counts) >= 2 and len(heads) >= MIN_PICTURES_A_CLASS * len(counts)
    return "classes" if is_classes else "flat"


def _is_numbering(numbers: Sequence[int]) -> bool:
    """Tell "0_cat, 1_dog" (classes with their numbers) from "10_cat, 5_dog" (repeats)."""
    consecutive = list(range(numbers[0], numbers[0] + len(numbers)))
    return numbers[0] == 0 or (len(numbers) > 1 and numbers[0] == 1 and numbers == consecutive)
