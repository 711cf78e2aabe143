import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from mezzotint.data.idx import find_idx_files, read_idx_images, read_idx_labels, read_idx_split
from mezzotint.domain.errors import InputError


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def write_split(folder: Path, split: str, num_images: int, suffix: str = "") -> None:
    images = np.arange(num_images * 6, dtype=np.uint8).reshape(num_images, 3, 2)
    labels = np.arange(num_images, dtype=np.uint8)
    for name, array in (("images-idx3", images), ("labels-idx1", labels)):
        data = idx_bytes(array)
        path = folder / f"{split}-{name}-ubyte{suffix}"
        path.write_bytes(gzip.compress(data) if suffix == ".gz" else data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    array=hnp.arrays(np.uint8, st.tuples(*[st.integers(1, 7)] * 3)),
    compressed=st.booleans(),
)
def test_pictures_come_back_exactly(
    tmp_path: Path, array: NDArray[np.uint8], compressed: bool
) -> None:
    path = tmp_path / "images"
    path.write_bytes(gzip.compress(idx_bytes(array)) if compressed else idx_bytes(array))
    pixels = read_idx_images(path)
    assert pixels.shape == (*array.shape, 1)
    assert np.array_equal(pixels[..., 0], array)


def test_colour_pictures_keep_their_channels(tmp_path: Path) -> None:
    array = np.arange(2 * 3 * 5 * 3, dtype=np.uint8).reshape(2, 3, 5, 3)
    (tmp_path / "images").write_bytes(idx_bytes(array))
    assert np.array_equal(read_idx_images(tmp_path / "images"), array)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_splits_are_found_and_read(tmp_path: Path, suffix: str) -> None:
    write_split(tmp_path, "t10k", 4, suffix)
    write_split(tmp_path, "train", 7, suffix)
    splits = find_idx_files(tmp_path)
    assert [split.split for split in splits] == ["train", "test"]
    images, labels = read_idx_split(splits[0])
    assert images.shape == (7, 3, 2, 1)
    assert labels is not None
    assert labels.dtype == np.int64
    assert labels.tolist() == list(range(7))


def test_plain_files_win_over_their_gz_twins(tmp_path: Path) -> None:
    write_split(tmp_path, "train", 3, ".gz")
    write_split(tmp_path, "train", 5)
    images, _ = read_idx_split(find_idx_files(tmp_path)[0])
    assert len(images) == 5


def test_labels_may_be_missing(tmp_path: Path) -> None:
    write_split(tmp_path, "train", 3)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    assert read_idx_split(find_idx_files(tmp_path)[0])[1] is None


def test_several_sets_in_one_folder_stay_apart(tmp_path: Path) -> None:
    write_split(tmp_path, "emnist-letters-train", 3)
    write_split(tmp_path, "emnist-digits-train", 4)
    names = [split.set_name for split in find_idx_files(tmp_path)]
    assert names == ["emnist-digits", "emnist-letters"]


def test_other_files_are_no_splits(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("MIT")
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    assert find_idx_files(tmp_path) == ()


def test_different_counts_are_refused(tmp_path: Path) -> None:
    write_split(tmp_path, "train", 3)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(2, np.uint8)))
    with pytest.raises(InputError, match=r"3 pictures .* 2 labels"):
        read_idx_split(find_idx_files(tmp_path)[0])


GOOD = idx_bytes(np.zeros((2, 3, 5), np.uint8))
BAD_FILES = {
    "empty": b"",
    "short magic": GOOD[:3],
    "short header": GOOD[:9],
    "truncated": GOOD[:-1],
    "too long": GOOD + b"\0",
    "wrong magic": b"\x89PNG" + GOOD[4:],
    "float elements": b"\0\0\x0d\x03" + GOOD[4:],
    "labels, not pictures": idx_bytes(np.zeros(4, np.uint8)),
    "no height": idx_bytes(np.zeros((2, 0, 5), np.uint8)),
    "two channels": idx_bytes(np.zeros((2, 3, 5, 2), np.uint8)),
    "huge promise": b"\0\0\x08\x03" + b"\xff" * 12,
    "truncated gzip": gzip.compress(GOOD)[:-6],
    "damaged gzip": gzip.compress(GOOD)[:12] + b"\xff" * 20,
    "gzip huge promise": gzip.compress(b"\0\0\x08\x03" + b"\xff" * 12),
    "gzip too long": gzip.compress(GOOD + bytes(1000)),
}


@pytest.mark.parametrize("data", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_files_are_refused_with_their_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(data)
    with pytest.raises(InputError, match="train-images-idx3-ubyte") as caught:
        read_idx_images(path)
    assert caught.value.hint is not None


def test_pictures_are_no_labels(tmp_path: Path) -> None:
    (tmp_path / "labels").write_bytes(GOOD)
    with pytest.raises(InputError):
        read_idx_labels(tmp_path / "labels")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_idx_images(tmp_path / "nothing")
