"""Read idx files, the format of MNIST and the sets made in its likeness (LeCun et al. 1998).

An idx file is a magic number (two zero bytes, the element type, the number of dimensions), the
size of each dimension as big-endian uint32, then the elements in C order. The `.gz` form is the
same bytes compressed.
"""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

UINT8_TYPE = 0x08  # the element type byte of idx for unsigned bytes, the only one MNIST uses
MAX_BYTES = 8 << 30  # refuse larger arrays: no set of this family comes near
MAX_GZIP_RATIO = 1032  # DEFLATE cannot compress further, so a larger promise is a false one
READ_BYTES = 1 << 20  # memory grows with what the file holds, not with what its header claims

# "train-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte", "emnist-letters-train-images-idx3-ubyte"
_NAME = re.compile(
    r"(?P<set>.+-)?(?P<split>train|t10k|test)-(?P<what>images|labels)[-.]idx\d-ubyte(?P<gz>\.gz)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class IdxSplit:
    """Name the two files of one split.

    Attributes:
        set_name: What stands before the split in the file names: "emnist-letters"; often empty.
        split: "train" or "test" ("t10k" in the file names of MNIST).
        images_path: The pictures.
        labels_path: The classes; None if the folder has no label file for this split.
    """

    set_name: str
    split: str
    images_path: Path
    labels_path: Path | None


def find_idx_files(folder: Path) -> tuple[IdxSplit, ...]:
    """List the idx splits in `folder`, "train" before "test"; empty if there are none.

    A plain file is preferred to its `.gz` twin.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = (Path(folder) / "t10k-images-idx3-ubyte.gz").write_bytes(b"")
        ...     [(split.split, split.labels_path) for split in find_idx_files(Path(folder))]
        [('test', None)]
    """
    return pair_idx_files(path for path in folder.iterdir() if path.is_file())


def pair_idx_files(paths: Iterable[Path]) -> tuple[IdxSplit, ...]:
    """Pair pictures and labels by the names of the files, wherever each lies.

    Example:
        >>> paths = [Path("a/train-images-idx3-ubyte"), Path("b/train-labels-idx1-ubyte.gz")]
        >>> [split.labels_path.name for split in pair_idx_files(paths)]
        ['train-labels-idx1-ubyte.gz']
    """
    found: dict[tuple[str, str, str], Path] = {}
    for path in sorted(paths, key=lambda path: path.name, reverse=True):
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        split = "train" if match["split"].lower() == "train" else "test"
        set_name = (match["set"] or "").removesuffix("-")
        # Reverse order meets "x.gz" before "x", so the plain file has the last word.
        found[set_name, split, match["what"].lower()] = path
    names = sorted({(set_name, split) for set_name, split, what in found if what == "images"})
    return tuple(
        IdxSplit(
            set_name=set_name,
            split=split,
            images_path=found[set_name, split, "images"],
            labels_path=found.get((set_name, split, "labels")),
        )
        for set_name, split in sorted(names, key=lambda name: (name[0], name[1] != "train"))
    )


def is_idx_name(name: str) -> bool:
    """Say whether a file is called as the pictures or labels of an idx set are."""
    return _NAME.fullmatch(name) is not None


def read_idx_split(split: IdxSplit) -> tuple[NDArray[np.uint8], NDArray[np.int64] | None]:
    """Read the pictures and labels of one split.

    Returns:
        Pictures uint8 [N, H, W, C] in [0, 255] and labels int64 [N], None if there is no file.

    Raises:
        InputError: A file is damaged, or the two files do not hold the same number.
    """
    images = read_idx_images(split.images_path)
    if split.labels_path is None:
        return images, None
    labels = read_idx_labels(split.labels_path)
    if len(images) != len(labels):
        raise InputError(
            "data.idx.count",
            Message(
                "{images} holds {num_images} pictures but {labels} holds {num_labels} labels.",
                images=split.images_path.name,
                num_images=len(images),
                labels=split.labels_path.name,
                num_labels=len(labels),
            ),
            Message("Take both files from the same data set and the same split."),
        )
    return images, labels


def read_idx_images(path: Path) -> NDArray[np.uint8]:
    """Read pictures from an idx file with three dimensions, or four with the channels last.

    Returns:
        uint8 [N, H, W, C] in [0, 255], C = 1, 3 or 4; read-only.

    Raises:
        InputError: Not an idx file of pictures, or cut short.
    """
    array = _read_idx(path, allowed_dimensions=(3, 4))
    pixels = array[..., None] if array.ndim == 3 else array
    if pixels.shape[3] not in (1, 3, 4) or 0 in pixels.shape[1:]:
        raise _wrong_kind(path)
    return pixels


def read_idx_labels(path: Path) -> NDArray[np.int64]:
    """Read class indices from an idx file with one dimension.

    Returns:
        int64 [N] in [0, 255].

    Raises:
        InputError: Not an idx file of labels, or cut short.
    """
    import numpy as np

    return _read_idx(path, allowed_dimensions=(1,)).astype(np.int64)


def _read_idx(path: Path, *, allowed_dimensions: tuple[int, ...]) -> NDArray[np.uint8]:
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not is_gzip:
                return _parse(path, file, allowed_dimensions, max_ratio=1)
            with gzip.open(file, "rb") as stream:
                return _parse(path, stream, allowed_dimensions, max_ratio=MAX_GZIP_RATIO)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path) from error
    except OSError as error:
        raise InputError(
            "data.unreadable",
            Message("{path} cannot be read: {reason}.", path=str(path), reason=_reason(error)),
            Message("Check that the file exists and that you may read it."),
        ) from error


def _parse(
    path: Path,
    stream: BinaryIO | gzip.GzipFile,
    allowed_dimensions: tuple[int, ...],
    max_ratio: int,
) -> NDArray[np.uint8]:
    import numpy as np

    magic = stream.read(4)
    if len(magic) < 4 or magic[:3] != bytes((0, 0, UINT8_TYPE)):
        raise _wrong_kind(path)
    num_dimensions = magic[3]
    if num_dimensions not in allowed_dimensions:
        raise _wrong_kind(path)
    sizes = stream.read(4 * num_dimensions)
    if len(sizes) < 4 * num_dimensions:
        raise _damaged(path)
    shape: tuple[int, ...] = struct.unpack(f">{num_dimensions}I", sizes)
    num_bytes = 1
    for size in shape:
        num_bytes *= size
    if num_bytes > min(MAX_BYTES, path.stat().st_size * max_ratio):
        raise _damaged(path)
    data = _read_exactly(stream, num_bytes)
    if len(data) < num_bytes or stream.read(1):
        raise _damaged(path)
    return np.frombuffer(bytes(data), dtype=np.uint8).reshape(shape)


def _read_exactly(stream: BinaryIO | gzip.GzipFile, num_bytes: int) -> bytearray:
    data = bytearray()
    while len(data) < num_bytes:
        block = stream.read(min(READ_BYTES, num_bytes - len(data)))
        if not block:
            break
        data += block
    return data


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _wrong_kind(path: Path) -> InputError:
    return InputError(
        "data.idx.magic",
        Message("{path} is not an idx file of the kind its name promises.", path=str(path)),
        Message("Expected unsigned bytes: pictures in 3 dimensions, labels in 1."),
    )


def _damaged(path: Path) -> InputError:
    return InputError(
        "data.idx.damaged",
        Message("{path} is damaged: its length does not match its header.", path=str(path)),
        Message("Download or copy the file again."),
    )
