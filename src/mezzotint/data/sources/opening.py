"""Open whatever the user names as a source of pictures, and say what it was taken for."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.data.catalogue import recognise_files
from mezzotint.data.idx import is_idx_name, pair_idx_files
from mezzotint.data.sources.cifar_source import find_cifar_files, read_cifar_source
from mezzotint.data.sources.folder_tree import list_folder
from mezzotint.data.sources.idx_source import read_idx_source
from mezzotint.data.sources.joined import broken_source, join_sources
from mezzotint.data.sources.parquet_source import read_parquet
from mezzotint.data.sources.pictures_in_tree import read_pictures_in_tree
from mezzotint.data.sources.scratch import Scratch
from mezzotint.data.sources.store_tree import (
    REMOTE_SCHEMES,
    find_object,
    list_store,
    open_store,
)
from mezzotint.data.sources.tables import TABLE_NAMES
from mezzotint.data.sources.tar_members import gunzip, list_tar
from mezzotint.data.sources.tar_shards import Shard, looks_like_shard, read_tar_shards, shard_of
from mezzotint.data.sources.tree import TreeFile
from mezzotint.data.sources.zip_tree import list_zip
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mezzotint.data.sources.entry import Source
    from mezzotint.data.sources.source import OpenSource
    from mezzotint.data.sources.tree import Tree

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz")
CONTAINER_SUFFIXES = (*TAR_SUFFIXES, ".zip", ".parquet")
MAX_DEPTH = 2  # an archive in an archive; deeper is a mistake or an attack


def open_source(address: str | Path, *, cache_dir: Path | None = None) -> Source:
    """Open a folder, an archive, a table, idx files or a remote address as a source of pictures.

    Args:
        address: A path, or an address that begins with s3://, gs://, az://, http:// or https://.
        cache_dir: Where archives are kept that must first be copied or unpacked; None = in a
            temporary folder, until the source is closed.

    Returns:
        The source; `taken_for` says what the address was taken for. Close it after use.

    Raises:
        InputError: There is nothing there, or no pictures in it.
        MissingExtraError: Remote addresses and Parquet need the optional part "data".
        FailedError: A remote store does not answer.

    Example:
        >>> import tempfile
        >>> from mezzotint.data.sources.pixel_content import png_bytes
        >>> import numpy as np
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     picture = png_bytes(np.zeros((2, 3, 1), np.uint8))
        ...     _ = (Path(folder) / "red_hat2.png").write_bytes(picture)
        ...     with open_source(folder) as source:
        ...         [(entry.key, entry.caption) for entry in source.entries()]
        [('red_hat2.png', 'red hat')]
    """
    if isinstance(address, str) and address.split("://")[0] in REMOTE_SCHEMES:
        return _opened(address, cache_dir, lambda opener: opener.open_remote(address))
    path = Path(address).expanduser()
    return _opened(str(address), cache_dir, lambda opener: opener.open_path(path, depth=0))


def open_tree(tree: Tree, *, cache_dir: Path | None = None) -> Source:
    """Open files that are listed already, such as those of a store with settings of its own.

    Args:
        tree: From `list_store`, `list_folder`, `list_zip` or `list_tar`.
        cache_dir: See `open_source`, as for what is raised.
    """
    return _opened(tree.address, cache_dir, lambda opener: opener.open_tree(tree, depth=0))


def _opened(
    address: str, cache_dir: Path | None, open_: Callable[[_Opener], OpenSource]
) -> OpenSource:
    resources = ExitStack()
    opener = _Opener(address, Scratch(resources, cache_dir))
    try:
        source = open_(opener)
        _refuse_empty(source)
    except BaseException:
        resources.close()
        raise
    source.known_as = source.known_as or opener.known_as
    return source.own(resources)


class _Opener:
    """What all steps of opening one address share."""

    def __init__(self, address: str, scratch: Scratch) -> None:
        self.address = address
        self.scratch = scratch
        self.known_as: str | None = None

    def open_remote(self, address: str) -> OpenSource:
        folder, _, name = address.rstrip("/").rpartition("/")
        if not name.lower().endswith(CONTAINER_SUFFIXES):
            if address.startswith("http"):
                raise _no_archive(address)
            return self.open_tree(list_store(open_store(address), address), depth=0)
        content = find_object(open_store(folder), name)
        if content is None:
            raise _nothing_there(address)
        file = TreeFile(path=name, content=content)
        return self.open_path(self.scratch.local_path(address, file), depth=0)

    def open_path(self, path: Path, *, depth: int) -> OpenSource:
        name = path.name.lower()
        if path.is_dir():
            return self.open_tree(list_folder(path, self.address), depth=depth)
        if not path.exists():
            raise _nothing_there(str(path))
        if name.endswith(CONTAINER_SUFFIXES):
            self.recognise({path.name: path.stat().st_size})
            return self.open_container(path, depth=depth)
        if name in TABLE_NAMES or is_idx_name(path.name):
            return self.open_tree(list_folder(path.parent, self.address), depth=depth)
        raise InputError(
            "data.kind",
            Message("{path} is not a set of pictures that can be read.", path=str(path)),
            Message("Name a folder, or a .zip, .tar or .parquet file."),
        )

    def open_tree(self, tree: Tree, *, depth: int) -> OpenSource:
        """Read what a tree holds: CIFAR, idx, loose pictures or, without any, archives."""
        if batches := find_cifar_files(tree):
            return read_cifar_source(tree, batches)
        if idx_files := [file for file in tree.files if is_idx_name(file.name)]:
            return self.open_idx(tree, idx_files)
        containers = [f for f in tree.files if f.path.lower().endswith(CONTAINER_SUFFIXES)]
        if containers and not any(file.is_picture for file in tree.files):
            return self.open_containers(tree, containers, depth=depth + 1)
        return read_pictures_in_tree(tree)

    def open_containers(
        self, tree: Tree, containers: Sequence[TreeFile], *, depth: int
    ) -> OpenSource:
        """Read archives in a tree: several tar files as shards, all Parquet files as one table."""
        if depth > MAX_DEPTH:
            raise InputError(
                "data.archive.depth",
                Message("{address} holds archives within archives.", address=tree.address),
                Message("Unpack it first."),
            )
        self.recognise({file.name: file.content.size_bytes for file in containers})
        parts: list[tuple[str, OpenSource]] = []
        shards: list[Shard] = []
        tables: list[tuple[str, Path]] = []
        num_tars = sum(file.path.lower().endswith(TAR_SUFFIXES) for file in containers)
        for file in containers:
            try:
                path = self.scratch.local_path(tree.address, file)
                if file.suffix == ".parquet":
                    tables.append((file.path, path))
                elif file.suffix == ".zip" or num_tars == 1:
                    parts.append((file.path, self.open_container(path, depth=depth)))
                else:
                    shards.append(shard_of(file.path, self.plain_tar(path)))
            except InputError as error:
                if len(containers) == 1:
                    raise
                parts.append((file.path, broken_source(self.address, error)))
        if shards:
            parts.append(("", read_tar_shards(self.address, shards)))
        if tables:
            parts.append(("", read_parquet(self.address, tables)))
        return join_sources(self.address, parts, tree.notes)

    def open_container(self, path: Path, *, depth: int) -> OpenSource:
        name = path.name.lower()
        if name.endswith(".parquet"):
            return read_parquet(self.address, [(path.name, path)])
        if name.endswith(".zip"):
            return self.open_tree(list_zip(path, self.address), depth=depth)
        plain = self.plain_tar(path)
        tree = list_tar(plain, self.address)
        if looks_like_shard(tree):
            return read_tar_shards(self.address, [shard_of("", plain)])
        return self.open_tree(tree, depth=depth)

    def open_idx(self, tree: Tree, files: Sequence[TreeFile]) -> OpenSource:
        folders = {file.path.rpartition("/")[0] for file in files}
        splits = pair_idx_files(self.scratch.local_path(tree.address, file) for file in files)
        names = {split.set_name for split in splits}
        if len(folders) > 1 or len(names) > 1:
            raise InputError(
                "data.idx.several",
                Message(
                    "{address} holds several idx sets: {names}.",
                    address=self.address,
                    names=", ".join(sorted(folders if len(folders) > 1 else names)),
                ),
                Message("Name the folder of one of them, or give each a folder of its own."),
            )
        if not splits:
            raise _no_pictures(self.address)
        return read_idx_source(self.address, splits, notes=tree.notes)

    def recognise(self, sizes: dict[str, int]) -> None:
        """Note the set of the catalogue of which a file is there."""
        if known := recognise_files(sizes):
            self.known_as = known.name

    def plain_tar(self, path: Path) -> Path:
        """Return the tar file itself or, of a compressed one, its unpacked form."""
        if path.suffix.lower() == ".tar":
            return path
        found = path.stat()
        identity = f"{path}\0{found.st_size}\0{found.st_mtime_ns}"
        return self.scratch.make(identity, f"{path.name}.tar", lambda plain: gunzip(path, plain))


def _nothing_there(address: str) -> InputError:
    return InputError(
        "data.missing",
        Message("There is nothing at {address}.", address=address),
        Message("Check the spelling; put quotes around a path with blanks."),
    )


def _no_archive(address: str) -> InputError:
    return InputError(
        "data.store.folder",
        Message("{address} is not an archive, and a web site cannot list files.", address=address),
        Message("Name one file that ends in .zip, .tar, .tar.gz, .tgz or .parquet."),
    )


def _refuse_empty(source: OpenSource) -> None:
    if next(source.entries(), None) is None:
        raise _no_pictures(source.address)


def _no_pictures(address: str) -> InputError:
    return InputError(
        "data.empty",
        Message("There are no pictures in {address}.", address=address),
        Message("Supported are PNG, JPEG, WebP, AVIF, GIF, BMP and TIFF."),
    )
