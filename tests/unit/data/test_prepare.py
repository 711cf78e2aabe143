import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from mezzotint.data.optout import OptOuts
from mezzotint.data.packed import packing
from mezzotint.data.prepare import prepare
from mezzotint.domain.errors import InputError

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]


def idx_file(array: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bytes:
    return (
        bytes((0, 0, 8, array.ndim))
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.tobytes()
    )


def test_an_idx_set_of_the_catalogue(tmp_path: Path, make_files: MakeFiles) -> None:
    images = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    labels = np.array([9, 0, 9, 5, 1, 9], np.uint8)
    files = {
        "train-images-idx3-ubyte": idx_file(images),
        "train-labels-idx1-ubyte": idx_file(labels),
        "t10k-images-idx3-ubyte": idx_file(images[:2]),
    }
    folder = make_files(tmp_path / "fashion-mnist", files)
    prepared = prepare(folder, height_px=28, width_px=28, cache_dir=tmp_path / "cache")
    pictures = prepared.pictures
    assert np.array_equal(pictures.pixels[..., 0], images)
    assert [spec.name for spec in pictures.classes] == [
        "t-shirt",
        "trousers",
        "sandal",
        "ankle boot",
    ]
    assert pictures.classes[3].num_images == 3
    assert "短靴" in pictures.classes[3].words
    assert pictures.labels is not None
    assert pictures.labels.tolist() == [3, 0, 3, 2, 1, 3]
    assert pictures.source.name == "Fashion-MNIST"
    assert pictures.source.licence == "MIT"
    assert pictures.source.num_images == 6
    assert any("left out: test" in str(note) for note in prepared.notes)


def test_a_folder_with_captions_and_a_bad_file(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {"red_hat.png": make_picture(1), "00017.png": make_picture(2), "bad.png": "?"}
    folder = make_files(tmp_path / "my hats", files)
    prepared = prepare(folder, height_px=4, width_px=8, cache_dir=tmp_path / "cache")
    pictures = prepared.pictures
    assert pictures.pixels.shape == (2, 4, 8, 3)
    assert pictures.captions == ("", "red hat")
    assert pictures.labels is None
    assert pictures.classes == ()
    assert pictures.source.name == "my hats"
    assert str(tmp_path) not in repr(pictures.source)
    assert pictures.source.licence == "unknown"
    assert len(pictures.source.manifest_sha256) == 64
    assert "folder of pictures" in str(prepared.taken_for)
    assert any("1 pictures cannot be read" in str(note) for note in prepared.notes)


def test_the_cache_is_used_until_something_changes(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_files(tmp_path / "set", {f"{i}.png": make_picture(i) for i in range(3)})

    def prepared_path(width_px: int = 4) -> Path:
        cache_dir = tmp_path / "cache"
        return prepare(folder, height_px=4, width_px=width_px, cache_dir=cache_dir).packed.path

    first = prepared_path()
    with monkeypatch.context() as patch:
        patch.setattr(packing, "fit_entries", None)
        assert prepared_path() == first
    assert prepared_path(width_px=8) != first
    os.utime(folder / "1.png", ns=(1, 1))
    assert prepared_path() != first


def test_class_words_may_be_given(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    names = [f"set/{c}/{i}.png" for c in ("0", "1") for i in range(2)]
    make_files(tmp_path, {name: make_picture() for name in names})
    (tmp_path / "classes.toml").write_text('["1"]\nname = "boot"\nwords = ["短靴"]\n')
    pictures = prepare(
        tmp_path / "set",
        height_px=4,
        width_px=4,
        cache_dir=tmp_path / "cache",
        classes_file=tmp_path / "classes.toml",
        licence="CC0-1.0",
    ).pictures
    assert [(spec.name, spec.words) for spec in pictures.classes] == [
        ("boot", ("boot", "短靴")),
        ("0", ("0",)),
    ]
    assert pictures.source.licence == "CC0-1.0"


def test_pictures_without_a_class_make_the_set_unlabelled(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    table = '{"file_name": "a.png", "label": "hat"}'
    files = {"a.png": make_picture(1), "b.png": make_picture(2), "metadata.jsonl": table}
    folder = make_files(tmp_path / "set", files)
    prepared = prepare(folder, height_px=4, width_px=4, cache_dir=tmp_path / "cache")
    assert prepared.pictures.labels is None
    assert any("1 pictures have no class" in str(note) for note in prepared.notes)


def test_opted_out_pictures_never_reach_training(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(
        tmp_path / "set", {f"{n}.png": make_picture(i) for i, n in enumerate("abc")}
    )
    prepared = prepare(
        folder,
        height_px=4,
        width_px=4,
        cache_dir=tmp_path / "cache",
        opt_outs=OptOuts(globs=("b.*",)),
    )
    assert [entry.key for entry in prepared.packed.entries] == ["a.png", "c.png"]
    assert any("1 pictures were left out as asked" in str(note) for note in prepared.notes)


def test_nothing_usable_is_an_error(tmp_path: Path, make_files: MakeFiles) -> None:
    folder = make_files(tmp_path / "set", {"bad.png": "?"})
    with pytest.raises(InputError):
        prepare(folder, height_px=4, width_px=4, cache_dir=tmp_path / "cache")
