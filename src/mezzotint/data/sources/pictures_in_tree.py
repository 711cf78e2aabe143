"""Read loose pictures in folders, with whatever describes them: names, texts, tables, folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezzotint.data.captions import caption_of_path
from mezzotint.data.sources.arrangement import find_arrangement
from mezzotint.data.sources.contents import BrokenContent
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.limits import MAX_CAPTION_BYTES
from mezzotint.data.sources.source import OpenSource
from mezzotint.data.sources.tables import (
    STYLEGAN_TABLE_NAME,
    TABLE_NAMES,
    decode_text,
    read_stylegan_table,
    read_tables,
    tidy_caption,
)
from mezzotint.data.sources.tree import printable
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import NUM_SNIFFED_BYTES, sniff_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mezzotint.data.sources.arrangement import Arrangement
    from mezzotint.data.sources.tables import Row, Tables
    from mezzotint.data.sources.tree import Tree, TreeFile
    from mezzotint.domain.card import Scalar

_SIDECAR_SUFFIXES = (".txt", ".caption")


@dataclass(frozen=True, kw_only=True)
class _Described:
    """Pictures of a tree and what describes them."""

    pictures: tuple[TreeFile, ...]
    sidecars: Mapping[str, TreeFile]  # by the path of the picture
    tables: Tables
    arrangement: Arrangement


def read_pictures_in_tree(tree: Tree) -> OpenSource:
    """Read the loose pictures of a tree.

    Captions come from the tables `metadata.jsonl` and `metadata.csv`, else from a text beside the
    picture, else from the name of its kohya folder, else from file and folder names. Classes come
    from the tables' labels, else from class folders.
    """
    stylegan_file = _stylegan_file(tree)
    table_files = [file for file in tree.files if file.name in TABLE_NAMES]
    tables = read_stylegan_table(stylegan_file) if stylegan_file else read_tables(table_files)
    pictures = [file for file in tree.files if file.is_picture or tables.row_of(file.path)]
    sidecars = _find_sidecars(pictures, {file.path: file for file in tree.files})
    described = {file.path for file in (*sidecars.values(), *table_files, *pictures)}
    others = [file for file in tree.files if file.path not in described and file != stylegan_file]
    disguised = [file for file in others if _is_picture_inside(file)]
    pictures = sorted((*pictures, *disguised), key=lambda file: file.path)
    found = _Described(
        pictures=tuple(pictures),
        sidecars=sidecars,
        tables=tables,
        arrangement=find_arrangement([file.path for file in pictures]),
    )
    return OpenSource(
        address=tree.address,
        taken_for=_taken_for(found, is_stylegan=stylegan_file is not None),
        make_entries=lambda: _entries(found),
        notes=(*tree.notes, *tables.notes, *_notes(found, len(others) - len(disguised))),
    )


def _stylegan_file(tree: Tree) -> TreeFile | None:
    """Find `dataset.json` at the top, or in the one folder that holds everything."""
    named = [file for file in tree.files if file.name == STYLEGAN_TABLE_NAME]
    top = [file for file in named if file.path.count("/") <= 1]
    return top[0] if len(top) == 1 else None


def _find_sidecars(
    pictures: Sequence[TreeFile], files_by_path: Mapping[str, TreeFile]
) -> dict[str, TreeFile]:
    sidecars: dict[str, TreeFile] = {}
    for picture in pictures:
        stem = picture.path[: -len(picture.suffix)]
        for path in (*(stem + suffix for suffix in _SIDECAR_SUFFIXES), picture.path + ".txt"):
            if path in files_by_path:
                sidecars[picture.path] = files_by_path[path]
                break
    return sidecars


def _is_picture_inside(file: TreeFile) -> bool:
    try:
        return sniff_format(file.content.head(NUM_SNIFFED_BYTES)) is not None
    except (OSError, InputError):
        return False


def _entries(found: _Described) -> Iterator[Entry]:
    for picture in found.pictures:
        yield _entry(picture, found)
    for row in found.tables.rows_without(picture.path for picture in found.pictures):
        message = Message(
            "{where} names {name}, which is not there.", where=row.where, name=row.path or ""
        )
        yield _entry_without_file(row, "data.missing", message)
    for row in found.tables.astray:
        message = Message(
            "{where} names {name}, which is outside of the data set.",
            where=row.where,
            name=row.file_name,
        )
        yield _entry_without_file(row, "data.outside", message)


def _entry_without_file(row: Row, code: str, message: Message) -> Entry:
    return Entry(
        key=printable(row.path or f"{row.file_name} ({row.where})"),
        content=BrokenContent(code, message, Message("Correct the table or add the picture.")),
        caption=row.caption,
        class_name=row.class_name,
        metadata=row.metadata,
    )


def _entry(picture: TreeFile, found: _Described) -> Entry:
    place = found.arrangement.place_of(picture.path)
    row = found.tables.row_of(picture.path)
    metadata: dict[str, Scalar] = {} if row is None else dict(row.metadata)
    if place.repeats is not None:
        metadata["repeats"] = place.repeats
    caption = row.caption if row else None
    if caption is None and picture.path in found.sidecars:
        caption = _sidecar_text(found.sidecars[picture.path])
    if caption is None and place.concept is not None:
        caption = place.concept.replace("_", " ").strip()
    # A table says all there is to say: beside it, folders are places and no classes.
    folder_class = None if found.tables.rows else place.class_name
    return Entry(
        key=picture.path,
        content=_stray(picture) if _is_stray(picture, found) else picture.content,
        caption=caption or _caption_of_name(picture.path, found.arrangement),
        class_name=row.class_name if row and row.class_name else folder_class,
        split=place.split,
        metadata=metadata,
    )


def _is_stray(picture: TreeFile, found: _Described) -> bool:
    # Kept, it would leave the whole set without classes: every picture must have one.
    arrangement = found.arrangement
    if arrangement.kind != "classes" or found.tables.rows:
        return False
    return arrangement.place_of(picture.path).class_name is None


def _stray(picture: TreeFile) -> BrokenContent:
    return BrokenContent(
        "data.stray",
        Message(
            "{name} lies beside the class folders, so it has no class.",
            name=printable(picture.path),
        ),
        Message("Move it into a class folder, or leave it: training skips it."),
    )


def _caption_of_name(path: str, arrangement: Arrangement) -> str | None:
    inside = "/".join(path.split("/")[arrangement.num_wrappers :])
    return caption_of_path(inside) or caption_of_path(path)


def _sidecar_text(file: TreeFile) -> str | None:
    try:
        return tidy_caption(decode_text(file.content.head(MAX_CAPTION_BYTES)))
    except (OSError, InputError):
        return None


def _taken_for(found: _Described, *, is_stylegan: bool) -> Message:
    num_images = len(found.pictures)
    arrangement = found.arrangement
    if is_stylegan:
        return Message("Taken for a StyleGAN data set: {count} pictures.", count=num_images)
    if found.tables.rows:
        return Message(
            "Taken for pictures with a table (Hugging Face ImageFolder): {count} pictures.",
            count=num_images,
        )
    if arrangement.kind == "classes":
        return Message(
            "Taken for class folders: {count} pictures in {num_classes} classes.",
            count=num_images,
            num_classes=len(arrangement.class_names),
        )
    if arrangement.kind == "repeats":
        return Message("Taken for kohya folders (10_name): {count} pictures.", count=num_images)
    return Message("Taken for a folder of pictures: {count} pictures.", count=num_images)


def _notes(found: _Described, num_others: int) -> Iterator[Message]:
    if found.sidecars:
        yield Message(
            "{count} pictures have a text beside them, taken for the caption.",
            count=len(found.sidecars),
        )
    num_named = sum(
        found.tables.row_of(file.path) is None and file.path not in found.sidecars
        for file in found.pictures
    )
    if num_named and found.arrangement.kind != "repeats":
        yield Message("{count} captions are made of file and folder names.", count=num_named)
    if num_others:
        yield Message("{count} other files are no pictures and were left out.", count=num_others)
