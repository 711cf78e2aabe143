import gzip
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mezzotint.data.sources import tar_members
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import InputError

MakePicture = Callable[..., bytes]


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def entries_of(path: Path) -> dict[str, Entry]:
    with open_source(path) as source:
        return {entry.key: entry for entry in source.entries()}


def shard(make_picture: MakePicture, first: int = 0) -> dict[str, bytes]:
    return {
        f"{first:04d}.jpg": make_picture(first, kind="JPEG"),
        f"{first:04d}.txt": b"a red hat",
        f"{first:04d}.cls": b"7",
        f"{first + 1:04d}.png": make_picture(first + 1),
        f"{first + 1:04d}.mask.png": make_picture(first + 2),
        f"{first + 1:04d}.json": b'{"caption": "a cat", "label": "animal", "width": 640}',
    }


def test_a_shard(tmp_path: Path, make_picture: MakePicture) -> None:
    (tmp_path / "train-000.tar").write_bytes(tar_bytes(shard(make_picture)))
    entries = entries_of(tmp_path / "train-000.tar")
    assert list(entries) == ["0000.jpg", "0001.png", "0001.mask.png"]
    first, second, mask = entries.values()
    assert (first.caption, first.class_name) == ("a red hat", "7")
    assert (second.caption, second.class_name) == ("a cat", "animal")
    assert second.metadata == {"width": 640}
    assert mask.metadata == {"width": 640, "part": "mask"}
    assert first.open() == make_picture(0, kind="JPEG")
    assert second.open() == make_picture(1)


def test_a_folder_of_shards_gives_splits(tmp_path: Path, make_picture: MakePicture) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for index, name in enumerate(("train-000.tar", "train-001.tar", "test-000.tar")):
        (folder / name).write_bytes(tar_bytes(shard(make_picture, index * 2)))
    entries = entries_of(folder)
    assert [entry.split for entry in entries.values()].count("train") == 6
    assert entries["test-000.tar/0004.jpg"].split == "test"


@pytest.mark.parametrize("name", ["set.tar", "set.tar.gz", "set.tgz"])
def test_an_ordinary_tar_of_class_folders(
    tmp_path: Path, make_picture: MakePicture, name: str
) -> None:
    files = {f"./set/{c}/{i}.png": make_picture(i) for c in ("cat", "dog") for i in range(2)}
    data = tar_bytes({**files, "./set/README": b"hello"})
    (tmp_path / name).write_bytes(data if name == "set.tar" else gzip.compress(data))
    with open_source(tmp_path / name) as source:
        entries = {entry.key: entry for entry in source.entries()}
        assert [entry.class_name for entry in entries.values()] == ["cat", "cat", "dog", "dog"]
        assert entries["set/dog/1.png"].open() == make_picture(1)


def test_links_and_paths_out_of_the_archive_are_refused(
    tmp_path: Path, make_picture: MakePicture
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        link = tarfile.TarInfo("link.png")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        archive.addfile(link)
        for name in ("../up.png", "/root.png", "good.png"):
            info = tarfile.TarInfo(name)
            info.size = len(make_picture())
            archive.addfile(info, io.BytesIO(make_picture()))
    (tmp_path / "set.tar").write_bytes(file.getvalue())
    entries = entries_of(tmp_path / "set.tar")
    assert entries.pop("good.png").open() == make_picture()
    assert len(entries) == 3
    for entry in entries.values():
        with pytest.raises(InputError):
            entry.open()


@pytest.mark.parametrize("num_shards", [1, 2])
def test_a_shard_that_is_cut_short_gives_what_it_holds(
    tmp_path: Path, make_picture: MakePicture, num_shards: int
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    pictures = {f"{i}.png": make_picture(i, size=(40, 40)) for i in range(4)}
    data = tar_bytes(pictures)
    for index in range(num_shards):
        (folder / f"{index}.tar").write_bytes(data[: 3 * len(data) // 5])
    entries = entries_of(folder)
    good, broken = 0, 0
    for entry in entries.values():
        try:
            entry.open()
            good += 1
        except InputError:
            broken += 1
    assert good >= 2 * num_shards
    assert broken >= num_shards


def test_nonsense_is_no_tar(tmp_path: Path) -> None:
    (tmp_path / "set.tar").write_bytes(b"nonsense" * 200)
    with pytest.raises(InputError, match=r"set\.tar is not a tar archive"):
        open_source(tmp_path / "set.tar")
    (tmp_path / "set.tar.gz").write_bytes(gzip.compress(bytes(5000))[:-9])
    with pytest.raises(InputError, match="cannot be unpacked"):
        open_source(tmp_path / "set.tar.gz")


def test_one_bad_shard_of_several_is_one_broken_entry(
    tmp_path: Path, make_picture: MakePicture
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "0.tar").write_bytes(tar_bytes({"a.png": make_picture()}))
    (folder / "1.tar").write_bytes(b"nonsense" * 200)
    (folder / "2.tar.gz").write_bytes(b"\x1f\x8bnonsense")
    entries = entries_of(folder)
    assert entries.pop("0.tar/a.png").open() == make_picture()
    assert len(entries) == 2
    for entry in entries.values():
        with pytest.raises(InputError):
            entry.open()


def test_a_compressed_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_members, "MAX_UNPACKED_BYTES", 1000)
    (tmp_path / "set.tar.gz").write_bytes(gzip.compress(bytes(4 << 20)))
    with pytest.raises(InputError, match="bomb"):
        open_source(tmp_path / "set.tar.gz")


def test_faulty_descriptions_cost_nothing_else(tmp_path: Path, make_picture: MakePicture) -> None:
    files = {"hat.png": make_picture(), "hat.json": b"{", "cat.png": make_picture()}
    (tmp_path / "set.tar").write_bytes(tar_bytes({**files, "cat.json": b"[1]"}))
    assert [entry.caption for entry in entries_of(tmp_path / "set.tar").values()] == ["hat", "cat"]
