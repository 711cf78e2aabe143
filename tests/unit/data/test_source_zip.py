import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.data.sources.opening import open_source
from mezzotint.data.sources.tree import Tree
from mezzotint.data.sources.zip_tree import list_zip
from mezzotint.domain.errors import InputError

MakePicture = Callable[..., bytes]


def write_zip(
    path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, prefix: bytes = b""
) -> Path:
    with path.open("wb") as file:
        file.write(prefix)
        with zipfile.ZipFile(file, "a" if prefix else "w", method) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    return path


def contents(tree: Tree) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for file in tree.files:
        try:
            found[file.path] = file.content.read()
        except InputError as error:
            found[file.path] = error.code
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    data=st.one_of(st.binary(max_size=300), st.integers(0, 300_000).map(bytes)),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    prefix=st.binary(max_size=20),
)
def test_members_come_back_exactly(tmp_path: Path, data: bytes, method: int, prefix: bytes) -> None:
    archive = write_zip(tmp_path / "set.zip", {"a.png": data}, method, prefix)
    (file,) = list_zip(archive).files
    assert file.content.read() == data
    assert file.content.head(7) == data[:7]
    file.content.copy_to(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data


def test_layouts_are_read_inside(tmp_path: Path, make_picture: MakePicture) -> None:
    files = {f"my set/{c}/{i}.png": make_picture(i) for c in ("cat", "dog") for i in range(2)}
    files |= {"my set/cat/0.txt": b"a cat", "__MACOSX/my set/cat/._0.png": b"?"}
    with open_source(write_zip(tmp_path / "set.zip", files)) as source:
        entries = list(source.entries())
        assert "2 classes" in str(source.taken_for)
    assert [entry.class_name for entry in entries] == ["cat", "cat", "dog", "dog"]
    assert entries[0].caption == "a cat"
    assert entries[1].open() == make_picture(1)
    assert entries[0].path is None


def test_a_stylegan_zip(tmp_path: Path, make_picture: MakePicture) -> None:
    files = {
        "dataset.json": b'{"labels": [["00000/img00000000.png", 3]]}',
        "00000/img00000000.png": make_picture(),
    }
    with open_source(write_zip(tmp_path / "set.zip", files)) as source:
        (entry,) = source.entries()
    assert entry.class_name == "3"


def test_names_that_leave_the_archive_are_refused(
    tmp_path: Path, make_picture: MakePicture
) -> None:
    names = ["../up.png", "/root.png", "a/../../up.png", "C:\\win.png", "ok\\sub.png"]
    archive = write_zip(tmp_path / "set.zip", {name: make_picture() for name in names})
    found = contents(list_zip(archive))
    assert found.pop("ok/sub.png") == make_picture()
    assert set(found.values()) == {"data.archive.path"}
    assert len(found) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set.zip"]


def test_bombs_are_refused_without_unpacking(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "set.zip", {"a.png": bytes(65 << 20)})
    assert contents(list_zip(archive)) == {"a.png": "data.archive.bomb"}


def test_a_member_that_holds_more_than_it_promises(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "set.zip", {"a.png": bytes(5000)})
    data = bytearray(archive.read_bytes())
    size_field = data.index(b"PK\x01\x02") + 24
    assert struct.unpack_from("<I", data, size_field) == (5000,)
    struct.pack_into("<I", data, size_field, 40)
    archive.write_bytes(data)
    (file,) = list_zip(archive).files
    with pytest.raises(InputError):
        file.content.read()
    with pytest.raises(InputError):
        file.content.copy_to(tmp_path / "copy")


def test_encrypted_and_exotic_members(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "set.zip", {"a.png": b"x"}, zipfile.ZIP_LZMA)
    assert contents(list_zip(archive)) == {"a.png": "data.archive.method"}
    data = bytearray(write_zip(tmp_path / "set.zip", {"a.png": b"x"}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)
    assert contents(list_zip(archive)) == {"a.png": "data.archive.encrypted"}


def test_two_members_of_one_name_are_both_there(tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.png", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("a.png", b"2")
    assert contents(list_zip(archive)) == {"a.png": b"1", "a.png (2)": b"2"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cut=st.integers(0, 400), place=st.integers(0, 400), byte=st.integers(0, 255))
def test_no_damage_does_more_than_an_input_error(
    tmp_path: Path, cut: int, place: int, byte: int
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a/b.png", b"abcdefgh" * 30)
        opened.writestr("c.txt", b"text")
    data = bytearray(file.getvalue())
    data[place % len(data)] = byte
    archive = tmp_path / "set.zip"
    archive.write_bytes(data[: len(data) - cut % 3 * 7])
    try:
        contents(list_zip(archive))
    except InputError:
        return


def test_a_zip_of_zips_and_no_deeper(tmp_path: Path, make_picture: MakePicture) -> None:
    write_zip(tmp_path / "a.zip", {"x.png": make_picture()})
    write_zip(tmp_path / "b.zip", {"one.zip": (tmp_path / "a.zip").read_bytes()})
    with open_source(tmp_path / "b.zip") as source:
        assert [entry.key for entry in source.entries()] == ["x.png"]
    for _ in range(3):
        write_zip(tmp_path / "b.zip", {"one.zip": (tmp_path / "b.zip").read_bytes()})
    with pytest.raises(InputError, match="archives within archives"):
        open_source(tmp_path / "b.zip")


def test_a_folder_of_zips(tmp_path: Path, make_picture: MakePicture) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    write_zip(folder / "train.zip", {"x.png": make_picture(1)})
    write_zip(folder / "test.zip", {"x.png": make_picture(2)})
    (folder / "bad.zip").write_bytes(b"PK nonsense")
    with open_source(folder) as source:
        entries = {entry.key: entry for entry in source.entries()}
    assert {key: entry.split for key, entry in entries.items()} == {
        "bad.zip/(all)": None,
        "test.zip/x.png": "test",
        "train.zip/x.png": "train",
    }
    assert entries["train.zip/x.png"].open() == make_picture(1)
    with pytest.raises(InputError, match=r"bad\.zip"):
        entries["bad.zip/(all)"].open()


def test_what_is_no_zip_says_so(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(b"not a zip")
    with pytest.raises(InputError, match=r"set\.zip is not a zip archive"):
        open_source(tmp_path / "set.zip")


def test_the_temporary_copy_goes_with_the_source(
    tmp_path: Path, make_picture: MakePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    write_zip(tmp_path / "a.zip", {"x.png": make_picture()})
    write_zip(tmp_path / "b.zip", {"one.zip": (tmp_path / "a.zip").read_bytes()})
    with open_source(tmp_path / "b.zip"):
        assert list((tmp_path / "tmp").iterdir())
    assert not list((tmp_path / "tmp").iterdir())
    with open_source(tmp_path / "b.zip", cache_dir=tmp_path / "kept"):
        pass
    assert list((tmp_path / "kept").rglob("one.zip"))
