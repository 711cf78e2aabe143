"""Zip files: the same bytes each time, and nothing of a hostile one reaches the disk."""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.bundles.archive import write_archive
from mezzotint.bundles.limits import BundleLimits
from mezzotint.bundles.read import Bundle, open_bundle
from mezzotint.bundles.unpack import unpack_archive
from mezzotint.domain.errors import BundleError, FailedError, InputError
from toys.bundles import write_toy_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES = {"toy/card.json": b"{}", "toy/generator.onnx": b"graph"}


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return open_bundle(write_toy_bundle(tmp_path / "toy", extra_files={"samples.webp": b"x"}))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def make_zip(path: Path, files: Mapping[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refusal(
    archive: Path, folder: Path, *, limits: BundleLimits | None = None, empty: bool = True
) -> BundleError:
    with pytest.raises(BundleError) as caught:
        unpack_archive(archive, folder, limits=limits or BundleLimits())
    if empty:
        assert list(folder.iterdir()) == []
    assert {path.name for path in folder.parent.iterdir()} <= {"empty", "it.zip", "toy"}
    return caught.value


def test_a_bundle_comes_back_and_its_zip_has_the_same_bytes(
    bundle: Bundle, tmp_path: Path, empty: Path
) -> None:
    write_archive(bundle, tmp_path / "one.zip")
    for path in bundle.path.iterdir():
        os.utime(path, (0, 0))
        path.chmod(0o600)
    write_archive(bundle, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    unpack_archive(tmp_path / "one.zip", empty)
    assert open_bundle(empty).sha256 == bundle.sha256
    assert set(zipfile.ZipFile(tmp_path / "one.zip").namelist()) == {
        "toy/card.json",
        "toy/generator.onnx",
        "toy/samples.webp",
    }


def test_an_existing_file_stays_unless_replaced(bundle: Bundle, tmp_path: Path) -> None:
    path = tmp_path / "it.zip"
    path.write_bytes(b"mine")
    with pytest.raises(InputError) as caught:
        write_archive(bundle, path)
    assert caught.value.code == "archive.exists"
    assert path.read_bytes() == b"mine"
    write_archive(bundle, path, replace=True)
    assert zipfile.is_zipfile(path)


def test_a_full_disk_leaves_nothing(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FailedError) as caught:
        write_archive(bundle, tmp_path / "out" / "it.zip")
    assert caught.value.code == "archive.write"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bundle_that_changed_is_not_given_out(bundle: Bundle, tmp_path: Path) -> None:
    (bundle.path / "samples.webp").write_bytes(b"y")
    with pytest.raises(BundleError):
        write_archive(bundle, tmp_path / "it.zip")
    assert not (tmp_path / "it.zip").exists()


@pytest.mark.parametrize("top", ["", "toy/", "other (1)/", "水墨/"])
def test_files_lie_at_the_top_or_in_one_folder(tmp_path: Path, empty: Path, top: str) -> None:
    files = {f"{top}{name.removeprefix('toy/')}": content for name, content in FILES.items()}
    files |= {"__MACOSX/toy/._card.json": b"finder", f"{top}.DS_Store": b"finder"}
    if top:
        files = {top: b"", **files}
    unpack_archive(make_zip(tmp_path / "it.zip", files), empty)
    assert {path.name: path.read_bytes() for path in empty.iterdir()} == {
        "card.json": b"{}",
        "generator.onnx": b"graph",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../evil.bin",
        "toy/../../evil.bin",
        "toy/../evil.bin",
        "toy/sub/evil.bin",
        "toy/sub/",
        "/etc/evil.bin",
        "//server/share/evil.bin",
        "C:/evil.bin",
        "C:evil.bin",
        "toy\\..\\..\\evil.bin",
        "..\\evil.bin",
        "./evil.bin",
        "toy//evil.bin",
        "toy/nul",
        "toy/.bashrc",
        "other/evil.bin",
        "evil.bin",
        "",
        "toy/evil.bin\x00.onnx",
    ],
)
def test_an_entry_that_leads_out_is_refused(tmp_path: Path, empty: Path, name: str) -> None:
    path = tmp_path / "it.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for known, content in FILES.items():
            archive.writestr(known, content)
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name  # past the tidying of ZipInfo's constructor
        archive.writestr(entry, b"evil")
    assert refusal(path, empty).code == "archive.path"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_only_plain_files_are_unpacked(tmp_path: Path, empty: Path, kind: int) -> None:
    path = make_zip(tmp_path / "it.zip")
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("toy/tokenizer.json")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert refusal(path, empty).code == "archive.link"


@pytest.mark.parametrize("name", ["toy/generator.onnx", "toy/GENERATOR.onnx"])
def test_two_entries_of_one_name_are_refused(tmp_path: Path, empty: Path, name: str) -> None:
    path = make_zip(tmp_path / "it.zip", {**FILES, "toy/_ENERATOR.onnx": b"other"})
    path.write_bytes(path.read_bytes().replace(b"toy/_ENERATOR.onnx", name.encode()))
    assert refusal(path, empty).code == "archive.duplicate"


def patched(path: Path, offset: int, value: bytes) -> Path:
    """Overwrite bytes of the first entry in the table of contents."""
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\1\2") + offset
    content[start : start + len(value)] = value
    path.write_bytes(content)
    return path


def test_a_password_is_refused(tmp_path: Path, empty: Path) -> None:
    path = patched(make_zip(tmp_path / "it.zip"), 8, b"\1\0")
    assert refusal(path, empty).code == "archive.encrypted"


def test_a_method_that_unpacks_without_bound_is_refused(tmp_path: Path, empty: Path) -> None:
    path = tmp_path / "it.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("toy/card.json", b"0" * 1000)
    assert refusal(path, empty).code == "archive.damaged"


SMALL = BundleLimits(
    max_card_bytes=1000,
    max_file_bytes=100_000,
    max_total_bytes=150_000,
    max_files=3,
    max_ratio=10,
    ratio_free_bytes=10_000,
)


def test_a_bomb_by_what_it_declares(tmp_path: Path, empty: Path) -> None:
    path = tmp_path / "it.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy/weights.safetensors", bytes(50_000))  # 50 kB from 70 bytes
    assert refusal(path, empty, limits=SMALL).code == "archive.bomb"


@pytest.mark.parametrize("sizes", [(100_001,), (60_000, 60_000, 60_000), (1, 1, 1, 1, 1)])
def test_a_bomb_by_size_or_number(tmp_path: Path, empty: Path, sizes: tuple[int, ...]) -> None:
    files = {f"toy/{index}.bin": bytes(size) for index, size in enumerate(sizes)}
    assert refusal(make_zip(tmp_path / "it.zip", files), empty, limits=SMALL).code == "archive.bomb"


def test_a_bomb_that_lies_about_its_size(tmp_path: Path, empty: Path) -> None:
    path = tmp_path / "it.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy/weights.safetensors", bytes(10_000_000))
    patched(path, 24, struct.pack("<I", 100))
    assert refusal(path, empty, limits=SMALL, empty=False).code == "archive.damaged"
    assert sum(one.stat().st_size for one in empty.iterdir()) <= 100


@pytest.mark.parametrize("trick", ["directory size", "zip64"])
def test_a_table_of_contents_that_would_fill_the_memory(
    tmp_path: Path, empty: Path, trick: str
) -> None:
    path = make_zip(tmp_path / "it.zip")
    content = bytearray(path.read_bytes())
    end = content.rindex(b"PK\5\6")
    if trick == "zip64":
        content[end:end] = b"PK\6\7" + bytes(16)
    else:
        content[end + 12 : end + 16] = struct.pack("<I", 2**31)
    path.write_bytes(content)
    assert refusal(path, empty).code == "archive.bomb"


@pytest.mark.parametrize("content", [b"", b"PK", b"GIF89a" * 10, b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(tmp_path: Path, empty: Path, content: bytes) -> None:
    (tmp_path / "it.zip").write_bytes(content)
    assert refusal(tmp_path / "it.zip", empty).code in {"archive.damaged", "archive.bomb"}


def test_a_zip_that_is_not_there(tmp_path: Path, empty: Path) -> None:
    with pytest.raises(InputError) as caught:
        unpack_archive(tmp_path / "it.zip", empty)
    assert caught.value.code == "archive.absent"


def test_no_room_to_unpack(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    make_zip(tmp_path / "it.zip")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FailedError) as caught:
        unpack_archive(tmp_path / "it.zip", empty)
    assert caught.value.code == "archive.unpack"


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_changed_byte_gives_the_content_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    content = bytearray(make_zip(folder / "it.zip").read_bytes())
    content[position % len(content)] = value
    (folder / "it.zip").write_bytes(content)
    target = folder / "target"
    target.mkdir()
    try:
        unpack_archive(folder / "it.zip", target)
    except BundleError:
        return
    # CRCs guard the content. Names may have changed within the rules, and an entry may have gone
    # into a comment: `open_bundle` sees both.
    assert {path.read_bytes() for path in target.iterdir()} <= set(FILES.values())
