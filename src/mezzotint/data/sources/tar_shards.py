"""Read WebDataset shards: tar files whose members share a name up to the first dot.

`000017.jpg`, `000017.txt`, `000017.json` and `000017.cls` are one picture with its caption,
metadata and class (https://github.com/webdataset/webdataset).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mezzotint.data.captions import caption_of_path
from mezzotint.data.sources.arrangement import split_of_name
from mezzotint.data.sources.contents import BrokenContent
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.limits import MAX_CAPTION_BYTES
from mezzotint.data.sources.source import OpenSource
from mezzotint.data.sources.tables import (
    STYLEGAN_TABLE_NAME,
    TABLE_NAMES,
    Description,
    decode_text,
    describe,
    tidy_caption,
)
from mezzotint.data.sources.tar_members import tar_members
from mezzotint.data.sources.tree import PICTURE_SUFFIXES, TreeFile, printable
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mezzotint.data.sources.tree import Tree
    from mezzotint.domain.card import Scalar

TEXT_SUFFIXES = (".txt", ".caption", ".text")
CLASS_SUFFIXES = (".cls", ".class")


@dataclass(frozen=True, kw_only=True)
class Shard:
    """Name one tar file.

    Attributes:
        name: How the keys of its entries begin; empty if it is the only shard.
        path: The uncompressed tar file.
        split: "train", "validation" or "test" where its name tells.
    """

    name: str
    path: Path
    split: str | None = None


@dataclass(kw_only=True)
class _Sample:
    """Collect the members of one key, which follow one another in the archive."""

    stem: str
    pictures: list[TreeFile] = field(default_factory=list[TreeFile])
    caption: str | None = None
    class_name: str | None = None
    described: Description = field(default_factory=Description)


def shard_of(name: str, path: Path) -> Shard:
    """Name a shard after its place in the data set.

    Example:
        >>> from pathlib import Path
        >>> shard_of("train-0001.tar", Path("/sets/train-0001.tar")).split
        'train'
    """
    return Shard(name=name, path=path, split=split_of_name(name) or split_of_name(path.name))


def looks_like_shard(tree: Tree) -> bool:
    """Tell a WebDataset shard from an ordinary tar of a folder.

    A shard holds classes or descriptions by the names of the pictures, or nothing but one level
    of pictures and texts.
    """
    names = [file.name for file in tree.files]
    if any(name in TABLE_NAMES or name == STYLEGAN_TABLE_NAME for name in names):
        return False
    if any(name.lower().endswith((*CLASS_SUFFIXES, ".json")) for name in names):
        return True
    pictures_and_texts = (*PICTURE_SUFFIXES, *TEXT_SUFFIXES)
    return all("/" not in file.path and file.suffix in pictures_and_texts for file in tree.files)


def read_tar_shards(
    address: str,
    shards: Sequence[Shard],
    *,
    notes: tuple[Message, ...] = (),
) -> OpenSource:
    """Read tar files; their headers are gone through at every pass, a member when it is opened."""
    return OpenSource(
        address=address,
        taken_for=Message("Taken for WebDataset shards: {count} tar files.", count=len(shards)),
        make_entries=lambda: (entry for shard in shards for entry in _shard_entries(shard)),
        notes=notes,
    )


def _shard_entries(shard: Shard) -> Iterator[Entry]:
    taken: set[str] = set()
    for sample in _samples(shard):
        for picture in sample.pictures:
            key = f"{shard.name}/{picture.path}" if shard.name else picture.path
            unique, number = key, 2
            while unique in taken:
                unique, number = f"{key} ({number})", number + 1
            taken.add(unique)
            yield _entry(unique, picture, sample, shard.split)


def _entry(key: str, picture: TreeFile, sample: _Sample, split: str | None) -> Entry:
    metadata: dict[str, Scalar] = dict(sample.described.metadata)
    part = _endings(picture.path).removesuffix(picture.suffix).strip(".")
    if part:  # "0017.mask.png": let the reader tell it from "0017.png"
        metadata["part"] = part
    return Entry(
        key=key,
        content=picture.content,
        caption=sample.caption or sample.described.caption or caption_of_path(sample.stem),
        class_name=sample.class_name or sample.described.class_name,
        split=split,
        metadata=metadata,
    )


def _samples(shard: Shard) -> Iterator[_Sample]:
    sample = _Sample(stem="")
    try:
        for path, content in tar_members(shard.path):
            file = TreeFile(path=printable(path), content=content)
            stem = file.path.removesuffix(_endings(file.path))
            if stem != sample.stem:
                yield sample
                sample = _Sample(stem=stem)
            _take_in(sample, file)
    except InputError as error:
        content = BrokenContent(error.code, error.message, error.hint)
        sample.pictures.append(TreeFile(path="(the rest)", content=content))
    yield sample


def _take_in(sample: _Sample, file: TreeFile) -> None:
    if file.is_picture or file.path == "(the rest)":
        sample.pictures.append(file)
    elif file.suffix in TEXT_SUFFIXES:
        sample.caption = sample.caption or _text(file)
    elif file.suffix in CLASS_SUFFIXES:
        sample.class_name = _text(file)
    elif file.suffix == ".json":
        sample.described = _described(file)


def _endings(path: str) -> str:
    """Return all endings of the name: ".mask.png" of "a.b/0017.mask.png"."""
    name = path.rpartition("/")[2]
    dot = name.find(".", 1)
    return name[dot:] if dot > 0 else ""


def _text(file: TreeFile) -> str | None:
    try:
        return tidy_caption(decode_text(file.content.head(MAX_CAPTION_BYTES)))
    except (OSError, InputError):
        return None


def _described(file: TreeFile) -> Description:
    try:
        document: object = json.loads(file.content.read())
    except (OSError, ValueError, RecursionError):  # InputError is a ValueError
        return Description()
    if not isinstance(document, dict):
        return Description()
    return describe(
        {str(name): value for name, value in cast("dict[str, object]", document).items()}
    )
