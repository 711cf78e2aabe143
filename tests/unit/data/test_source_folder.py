import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mezzotint.data.sources.folder_tree import list_folder
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import InputError

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]


def keys(folder: Path) -> list[str]:
    with open_source(folder) as source:
        return [entry.key for entry in source.entries()]


def test_a_flat_folder(tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles) -> None:
    pictures = {f"red_hat{i}.png": make_picture(i) for i in range(3)}
    with open_source(make_files(tmp_path / "set", pictures)) as source:
        entries = list(source.entries())
        assert "folder of pictures: 3" in str(source.taken_for)
    assert {entry.key: entry.open() for entry in entries} == pictures
    assert {entry.caption for entry in entries} == {"red hat"}
    assert {(entry.class_name, entry.split) for entry in entries} == {(None, None)}
    assert entries[0].path == tmp_path / "set" / "red_hat0.png"


def test_entries_may_be_gone_through_again(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {f"{i}.png": make_picture(i) for i in range(5)})
    with open_source(folder) as source:
        assert list(source.entries()) == list(source.entries())


def test_hidden_and_system_files_are_passed_over(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    names = [
        "a.png",
        "._a.png",
        ".hidden/b.png",
        "__MACOSX/a.png",
        "Thumbs.db",
        "sub/.DS_Store",
        "sub/b.png",
    ]
    folder = make_files(tmp_path / "set", {name: make_picture() for name in names})
    assert keys(folder) == ["a.png", "sub/b.png"]
    assert any("5 hidden" in str(note) for note in list_folder(folder).notes)


def test_other_files_are_counted_and_disguised_pictures_found(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {"a.png": make_picture(), "LICENSE": "MIT", "b.dat": make_picture(1), "c": b""}
    with open_source(make_files(tmp_path / "set", files)) as source:
        assert [entry.key for entry in source.entries()] == ["a.png", "b.dat"]
        assert any("2 other files" in str(note) for note in source.notes)


def test_circles_of_links_end(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {"sub/a.png": make_picture()})
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "again").symlink_to(folder / "sub")
    assert keys(folder) == ["sub/a.png"]
    notes = [str(note) for note in list_folder(folder).notes]
    assert sum("read already" in note for note in notes) == 2


def test_links_to_folders_elsewhere_are_followed(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    make_files(tmp_path / "other", {"b.png": make_picture()})
    folder = make_files(tmp_path / "set", {"a.png": make_picture()})
    (folder / "more").symlink_to(tmp_path / "other")
    assert keys(folder) == ["a.png", "more/b.png"]


def test_what_looks_like_a_picture_but_is_none_is_still_an_entry(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {"good.png": make_picture(), "dir.png/in.png": b"x"})
    (folder / "dangling.png").symlink_to("nothing")
    (folder / "self.png").symlink_to("self.png")
    os.mkfifo(folder / "pipe.png")
    with open_source(folder) as source:
        entries = {entry.key: entry for entry in source.entries()}
    assert set(entries) == {
        "good.png",
        "dir.png",
        "dir.png/in.png",
        "dangling.png",
        "self.png",
        "pipe.png",
    }
    for key in ("dir.png", "dangling.png", "self.png", "pipe.png"):
        with pytest.raises(InputError, match=key):
            entries[key].open()


def test_unicode_undecodable_and_very_long_names(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    names = ["红色短靴.png", "a" * 251 + ".png", "tab\tname.png", "e\u0301.png"]
    folder = make_files(tmp_path / "set", {name: make_picture() for name in names})
    (folder / os.fsdecode(b"\xe9.png")).write_bytes(make_picture())
    with open_source(folder) as source:
        entries = {entry.key: entry for entry in source.entries()}
    assert set(entries) == {
        "红色短靴.png",
        "a" * 251 + ".png",
        "tab\\x09name.png",
        "e\u0301.png",
        "\\xe9.png",
    }
    for entry in entries.values():
        assert entry.open() == make_picture()
        entry.key.encode("utf-8")


def test_a_very_deep_folder(tmp_path: Path, make_picture: MakePicture) -> None:
    folder = tmp_path / "set"
    deepest = folder.joinpath(*["d" * 50] * 60)
    deepest.mkdir(parents=True)
    (deepest / "a.png").write_bytes(make_picture())
    assert len(keys(folder)) == 1


def test_a_file_that_goes_away_or_changes_kind(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {"a.png": make_picture(), "b.png": make_picture()})
    with open_source(folder) as source:
        gone, changed = source.entries()
    (folder / "a.png").unlink()
    (folder / "b.png").unlink()
    (folder / "b.png").mkdir()
    with pytest.raises(InputError, match=r"a\.png cannot be read"):
        gone.open()
    with pytest.raises(InputError, match=r"b\.png is not a regular file"):
        changed.open()


def test_the_fingerprint_changes_with_the_file(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {"a.png": make_picture()})
    with open_source(folder) as source:
        before = next(source.entries()).fingerprint
    os.utime(folder / "a.png", ns=(1, 1))
    with open_source(folder) as source:
        assert next(source.entries()).fingerprint != before


def test_a_forbidden_folder_is_named(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_files(tmp_path / "set", {"a.png": make_picture(), "no/b.png": make_picture()})
    scandir = os.scandir

    def refuse(path: Path) -> object:  # root may read everything, so chmod would not do
        if path.name == "no":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = list_folder(folder)
    assert [file.path for file in tree.files] == ["a.png"]
    assert "no/ cannot be listed: Permission denied" in str(tree.notes[0])


def test_nothing_there_and_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing at"):
        open_source(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no pictures"):
        open_source(tmp_path / "empty")
    (tmp_path / "letter.txt").write_text("Dear Sir")
    with pytest.raises(InputError, match="not a set of pictures"):
        open_source(tmp_path / "letter.txt")
