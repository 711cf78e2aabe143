"""Openly licensed data sets that are known by name: addresses, hashes, licences, class words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from mezzotint.data.classes import ClassWords
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """Name one file of a data set and what it must be.

    Attributes:
        name: How it is called on disk.
        addresses: Where it is, the official one first; the others are mirrors of the publisher.
        size_bytes: How long it is.
        sha256: What its bytes hash to, in hexadecimal.
    """

    name: str
    addresses: tuple[str, ...]
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """Describe one data set of the catalogue.

    Attributes:
        name: What `fetch` calls it: "fashion-mnist".
        title: Language -> what people call it.
        about: One English sentence: how many pictures of what, and who made it.
        licence: SPDX identifier; "unknown" where the makers state none.
        homepage: Where its makers describe it.
        files: What is downloaded.
        classes: Its classes by index; empty if it has none.
        labels_sha256: Hash of the unpacked training labels of an idx set, to recognise it;
            None if it is not recognised by them.
    """

    name: str
    title: Mapping[str, str]
    about: str
    licence: str
    homepage: str
    files: tuple[RemoteFile, ...]
    classes: tuple[ClassWords, ...]
    labels_sha256: str | None = None

    @property
    def size_bytes(self) -> int:
        """Return how much is downloaded in all."""
        return sum(file.size_bytes for file in self.files)


@cache
def catalogue() -> Mapping[str, DataSet]:
    """Return all data sets by name.

    Example:
        >>> catalogue()["fashion-mnist"].licence
        'MIT'
    """
    text = files("mezzotint.data").joinpath("catalogue.toml").read_text(encoding="utf-8")
    tables = cast("dict[str, dict[str, object]]", tomllib.loads(text))
    return {name: _data_set(name, table) for name, table in tables.items()}


def find_data_set(name: str) -> DataSet:
    """Return the data set called `name`, whatever the case.

    Raises:
        InputError: There is none; the hint names the nearest, or all.
    """
    known = catalogue()
    if name.lower() in known:
        return known[name.lower()]
    nearest = get_close_matches(name.lower(), known, n=1)
    raise InputError(
        "data.catalogue.unknown",
        Message("There is no data set called {name} in the catalogue.", name=name),
        Message("Did you mean {nearest}?", nearest=nearest[0])
        if nearest
        else Message("It holds: {names}.", names=", ".join(known)),
    )


def recognise_labels(labels_sha256: str) -> DataSet | None:
    """Return the set whose training labels hash to this; None if the catalogue knows none."""
    return next(
        (known for known in catalogue().values() if known.labels_sha256 == labels_sha256), None
    )


def recognise_files(sizes: Mapping[str, int]) -> DataSet | None:
    """Return the set of which a file is there, by name and size in bytes; None if none is.

    Example:
        >>> recognise_files({"cifar-10-binary.tar.gz": 170052171}).name
        'cifar-10'
    """
    for known in catalogue().values():
        if any(sizes.get(file.name) == file.size_bytes for file in known.files):
            return known
    return None


def recognise_name(names: Iterable[str]) -> DataSet | None:
    """Return the set that one of the names means; None if none does.

    Args:
        names: Of the folder and those around it, the nearest first.

    Example:
        >>> recognise_name(["raw", "FashionMNIST"]).name
        'fashion-mnist'
    """
    by_letters = {_letters(name): known for name, known in catalogue().items()}
    return next(
        (by_letters[_letters(name)] for name in names if _letters(name) in by_letters), None
    )


def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _data_set(name: str, table: Mapping[str, object]) -> DataSet:
    # The file is ours and a test reads all of it, so it is not checked again at run time.
    file_tables = cast("list[dict[str, object]]", table["files"])
    class_tables = cast("list[dict[str, object]]", table["classes"])
    return DataSet(
        name=name,
        title=cast("dict[str, str]", table["title"]),
        about=str(table["about"]),
        licence=str(table["licence"]),
        homepage=str(table["homepage"]),
        files=tuple(
            RemoteFile(
                name=str(file["name"]),
                addresses=tuple(cast("list[str]", file["addresses"])),
                size_bytes=cast("int", file["size_bytes"]),
                sha256=str(file["sha256"]),
            )
            for file in file_tables
        ),
        classes=tuple(
            ClassWords(
                source_name=str(words["name"]),
                name=str(words["name"]).replace("_", " "),
                words=tuple(cast("list[str]", words["words"])),
            )
            for words in class_tables
        ),
        labels_sha256=cast("str | None", table.get("labels_sha256")),
    )
