"""Read the pictures that a prompt refers to, and keep of them what a recipe needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.pixel_hash import pixel_hash
from mezzotint.imaging.read import Picture, read_picture
from mezzotint.verbs.embeddings import read_embedding, write_embedding
from mezzotint.verbs.reference_pictures import (
    ReferencePicture,
    reference_addresses,
    with_addresses,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mezzotint.domain.card import Scalar
    from mezzotint.prompt.structure import Prompt
    from mezzotint.provenance.record import PictureRecord

_EMBEDDING = "embedding"  # parameters "embedding.0", "embedding.1", ... of a recipe


@dataclass(frozen=True, kw_only=True, eq=False)
class References:
    """Hold the pictures that a prompt refers to, in the order of `reference_addresses`.

    Attributes:
        pictures: What the verb gets.
        pixel_sha256: Of each, for the recipe.
        labels: AI labels that they carry.
        warnings: What was guessed or ignored in reading.
    """

    pictures: tuple[ReferencePicture, ...] = ()
    pixel_sha256: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    warnings: tuple[Message, ...] = ()


NO_REFERENCES = References()


def read_references(prompt: Prompt, *, may_read_files: bool) -> References:
    """Read every picture that a prompt refers to.

    Args:
        prompt: Paths in it are those of this machine, `~` is the user's own folder.
        may_read_files: No for prompts of strangers, as a server gets them.

    Raises:
        InputError: `reference.address` or `reference.files`, or what `read_picture` raises.
    """
    addresses = reference_addresses(prompt)
    read = [_read(address, may_read_files=may_read_files) for address in addresses]
    return References(
        pictures=tuple(ReferencePicture(pixels=one.pixels) for one in read),
        pixel_sha256=tuple(pixel_hash(one.pixels) for one in read),
        labels=tuple(dict.fromkeys(text for one in read for text in one.labels.ai_texts)),
        warnings=tuple(warning for one in read for warning in one.warnings),
    )


def references_of_record(record: PictureRecord) -> References:
    """Return what a recipe kept of the pictures: their embeddings; the files are not needed.

    Raises:
        InputError: `record.damaged`.
    """
    pictures = kept_references(record.parameters)
    if not pictures:
        return NO_REFERENCES
    return References(
        pictures=pictures,
        pixel_sha256=record.parent_pixel_sha256,
        labels=record.parent_labels,
    )


def kept_references(parameters: Mapping[str, Scalar]) -> tuple[ReferencePicture, ...]:
    """Read the embeddings among the parameters of a recipe.

    Raises:
        InputError: `record.damaged`.
    """
    pictures: list[ReferencePicture] = []
    while isinstance(text := parameters.get(f"{_EMBEDDING}.{len(pictures)}"), str):
        pictures.append(ReferencePicture(embedding=read_embedding(text)))
    return tuple(pictures)


def reference_parameters(references: Sequence[ReferencePicture]) -> dict[str, Scalar]:
    """Write embeddings as parameters of a recipe; `kept_references` reads them back."""
    return {
        f"{_EMBEDDING}.{number}": write_embedding(one.embedding)
        for number, one in enumerate(references)
        if one.embedding is not None
    }


def with_file_names(prompt: Prompt) -> Prompt:
    """Return the prompt with the names of its picture files alone, for a recipe that travels.

    Folders are nobody's business; of two files of one name the second gets a number.

    Example:
        >>> from mezzotint.prompt import parse, render
        >>> render(with_file_names(parse("/home/me/a.png b/a.png a fox").prompts[0]))
        'a.png a-2.png a fox'
    """
    names: dict[str, str] = {}
    for address in reference_addresses(prompt):
        names[address] = address if "://" in address else _free_name(address, names.values())
    return with_addresses(prompt, names.__getitem__)


def _free_name(address: str, taken: Collection[str]) -> str:
    name = address.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}{dot}{ending}"
    return name


def _read(address: str, *, may_read_files: bool) -> Picture:
    if "://" in address:
        raise InputError(
            "reference.address",
            Message("Pictures are not fetched from the web: {address}.", address=address),
            Message("Save the picture and write the path of the file instead."),
        )
    if not may_read_files:
        raise InputError(
            "reference.files",
            Message("Files of this machine are not read here: {address}.", address=address),
            Message("Send the picture along instead of its path."),
        )
    return read_picture(Path(address).expanduser())
