import gzip
import hashlib
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from mezzotint.data.catalogue import DataSet, catalogue
from mezzotint.data.sources.opening import open_source
from mezzotint.data.sources.pixel_content import png_bytes
from mezzotint.domain.errors import InputError
from mezzotint.imaging.read import read_picture


def idx_files(num_train: int = 6, num_test: int = 3, prefix: str = "") -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for split, count in (("train", num_train), ("t10k", num_test)):
        images = np.random.default_rng(count).integers(0, 256, (count, 4, 3), dtype=np.uint8)
        labels = (np.arange(count) % 10).astype(np.uint8)
        for name, array in (("images-idx3", images), ("labels-idx1", labels)):
            header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
            data = gzip.compress(header + array.tobytes())
            files[f"{prefix}{split}-{name}-ubyte.gz"] = data
    return files


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))))
def test_any_pixels_survive_as_png(pixels: NDArray[np.uint8]) -> None:
    for channels in (1, 3, 4):
        part = pixels[..., :channels]
        assert np.array_equal(read_picture(png_bytes(part)).pixels, part)


def test_large_pixels_survive_as_png() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 200, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(Image.open(BytesIO(png_bytes(pixels)))), pixels)


def test_an_idx_folder(tmp_path: Path) -> None:
    with open_source(write_files(tmp_path / "my digits", idx_files())) as source:
        entries = list(source.entries())
        assert source.known_as is None
    assert [entry.split for entry in entries] == ["train"] * 6 + ["test"] * 3
    assert [entry.class_name for entry in entries] == list("012345012")
    assert entries[0].caption is None
    assert read_picture(entries[3].open()).pixels.shape == (4, 3, 1)
    assert len({entry.key for entry in entries}) == 9
    assert len({entry.fingerprint for entry in entries}) == 9


def test_a_single_idx_file_opens_its_folder(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "set", idx_files())
    with open_source(folder / "train-images-idx3-ubyte.gz") as source:
        assert len(list(source.entries())) == 9


def test_an_idx_set_is_recognised_by_its_folder(tmp_path: Path) -> None:
    with open_source(write_files(tmp_path / "FashionMNIST" / "raw", idx_files())) as source:
        entries = list(source.entries())
        assert source.known_as == "fashion-mnist"
        assert "Fashion-MNIST" in str(source.taken_for)
    assert entries[5].class_name == "sandal"
    assert entries[5].caption == "sandal"


def test_an_idx_set_is_recognised_by_its_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = hashlib.sha256(bytes(range(6))).hexdigest()

    def recognise(labels_sha256: str) -> DataSet | None:
        return catalogue()["fashion-mnist"] if labels_sha256 == digest else None

    monkeypatch.setattr("mezzotint.data.sources.idx_source.recognise_labels", recognise)
    with open_source(write_files(tmp_path / "x", idx_files())) as source:
        assert source.known_as == "fashion-mnist"


def test_idx_in_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name, data in idx_files(prefix="raw/").items():
            archive.writestr(name, data)
    with open_source(tmp_path / "set.zip") as source:
        assert len(list(source.entries())) == 9


def test_several_idx_sets_are_refused(tmp_path: Path) -> None:
    write_files(tmp_path / "a" / "one", idx_files())
    write_files(tmp_path / "a" / "two", idx_files())
    with pytest.raises(InputError, match="several idx sets: one, two"):
        open_source(tmp_path / "a")
    write_files(tmp_path / "b", idx_files(prefix="x-"))
    write_files(tmp_path / "b", idx_files(prefix="y-"))
    with pytest.raises(InputError, match="several idx sets: x, y"):
        open_source(tmp_path / "b")


def test_labels_alone_are_no_pictures(tmp_path: Path) -> None:
    files = {name: data for name, data in idx_files().items() if "labels" in name}
    with pytest.raises(InputError, match="no pictures"):
        open_source(write_files(tmp_path / "set", files))


def test_a_damaged_split_is_one_broken_entry(tmp_path: Path) -> None:
    files = idx_files()
    files["train-images-idx3-ubyte.gz"] = files["train-images-idx3-ubyte.gz"][:-9]
    with open_source(write_files(tmp_path / "set", files)) as source:
        broken, *good = source.entries()
    assert len(good) == 3
    with pytest.raises(InputError, match="is damaged"):
        broken.open()


def cifar_batch(num_records: int) -> bytes:
    records = np.random.default_rng(num_records).integers(
        0, 256, (num_records, 3073), dtype=np.uint8
    )
    records[:, 0] = np.arange(num_records) % 11
    return records.tobytes()


def test_cifar_in_its_own_tar(tmp_path: Path) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    batches = {"data_batch_1.bin": cifar_batch(12), "test_batch.bin": cifar_batch(2)}
    with tarfile.open(path, "w:gz") as archive:
        for name, data in batches.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    with open_source(path) as source:
        entries = list(source.entries())
        assert source.known_as == "cifar-10"
    assert len(entries) == 14
    assert entries[0].class_name == "airplane"
    assert entries[10].class_name == "10"
    assert entries[-1].split == "test"
    pixels = read_picture(entries[3].open()).pixels
    planes = np.frombuffer(batches["data_batch_1.bin"], np.uint8).reshape(-1, 3073)[3, 1:]
    assert np.array_equal(pixels, planes.reshape(3, 32, 32).transpose(1, 2, 0))


def test_a_cifar_batch_that_is_cut_short(tmp_path: Path) -> None:
    write_files(tmp_path / "set", {"data_batch_1.bin": cifar_batch(3)[:-5]})
    with open_source(tmp_path / "set") as source:
        *good, rest = source.entries()
    assert len(good) == 2
    with pytest.raises(InputError, match="cut short"):
        rest.open()
