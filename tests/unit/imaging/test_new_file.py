"""Files appear whole or not at all, and nothing is ever overwritten."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.domain.errors import FailedError, InputError
from mezzotint.imaging.new_file import write_new


def fail_with(number: int) -> object:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_the_first_free_name_is_taken(tmp_path: Path) -> None:
    names = [write_new(tmp_path / "koi.png", bytes([n])).name for n in range(3)]
    assert names == ["koi.png", "koi-2.png", "koi-3.png"]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"\x00", b"\x01", b"\x02"]
    assert len(list(tmp_path.iterdir())) == 3


def test_missing_folders_are_made(tmp_path: Path) -> None:
    written = write_new(tmp_path / "a" / "b" / "koi.png", b"1")
    assert written == tmp_path / "a" / "b" / "koi.png"


def test_the_file_obeys_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        written = write_new(tmp_path / "koi.png", b"1")
    finally:
        os.umask(old)
    assert written.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("has_links", [True, False])
def test_writers_in_a_race_never_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", fail_with(errno.EPERM))
    contents = [f"{number}".encode() * 50 for number in range(40)]
    with ThreadPoolExecutor(16) as pool:
        paths = list(pool.map(write_new, [tmp_path / "koi.png"] * 40, contents))
    assert len(set(paths)) == 40
    assert [path.read_bytes() for path in paths] == contents
    assert len(list(tmp_path.iterdir())) == 40


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", fail_with(number))
    with pytest.raises(FailedError, match="disk is full") as caught:
        write_new(tmp_path / "koi.png", b"1")
    assert caught.value.code == "disk.full"
    assert caught.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_while_a_name_is_reserved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", fail_with(errno.ENOTSUP))
    monkeypatch.setattr(Path, "replace", fail_with(errno.ENOSPC))
    with pytest.raises(FailedError) as caught:
        write_new(tmp_path / "koi.png", b"1")
    assert caught.value.code == "disk.full"
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "koi.png", b"1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(Path, "open", fail_with(number))  # permissions do not stop the superuser
    with pytest.raises(InputError, match="may not write") as caught:
        write_new(tmp_path / "koi.png", b"1")
    assert caught.value.code == "folder.read-only"


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "koi.png", tmp_path / "file" / "a" / "koi.png"):
        with pytest.raises(InputError) as caught:
            write_new(path, b"1")
        assert caught.value.code == "folder.not-a-folder"


def test_a_name_too_long_for_the_file_system(tmp_path: Path) -> None:
    with pytest.raises(FailedError) as caught:
        write_new(tmp_path / ("x" * 300), b"1")
    assert caught.value.code == "file.not-written"
    assert list(tmp_path.iterdir()) == []


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.sampled_from(["a.png", "a-2.png", "a-3.png", "b.webp"]), max_size=8))
def test_no_name_is_given_twice(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("race")
    paths = [write_new(folder / name, f"{index}".encode()) for index, name in enumerate(names)]
    assert [path.read_bytes() for path in paths] == [
        f"{index}".encode() for index in range(len(names))
    ]
