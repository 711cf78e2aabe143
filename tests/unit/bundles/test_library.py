"""The models at hand: shipped and the user's, listed, found, taken in, given out, removed."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path
from typing import NoReturn

import pytest

from mezzotint.bundles.library import Library
from mezzotint.bundles.placing import set_aside
from mezzotint.bundles.read import open_bundle
from mezzotint.domain.errors import BundleError, FailedError, InputError, UnsupportedError
from toys.bundles import write_toy_bundle


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library that shipped with `fashion`, whose user has trained `cats`."""
    write_toy_bundle(tmp_path / "shipped" / "fashion")
    write_toy_bundle(tmp_path / "models" / "cats", num_classes=0)
    return Library(tmp_path / "models", shipped_folder=tmp_path / "shipped")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A bundle that is in no library."""
    return write_toy_bundle(tmp_path / "download" / "dogs", channels=3)


def origins(library: Library) -> dict[str, str]:
    return {model.name: model.origin for model in library.list()}


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_shipped_and_own_models_are_listed_by_name(library: Library) -> None:
    assert origins(library) == {"cats": "user", "fashion": "shipped"}
    cats = library.list()[0]
    assert cats.card is not None
    assert cats.card.family == "dcgan"
    assert cats.problem is None


def test_a_library_without_any_folder_is_empty(tmp_path: Path) -> None:
    library = Library(tmp_path / "a", shipped_folder=tmp_path / "b")
    assert library.list() == ()
    with pytest.raises(InputError) as caught:
        library.find("fashion")
    assert "train" in str(caught.value.hint)
    assert not (tmp_path / "a").exists()


def test_a_damaged_model_is_listed_with_its_problem(library: Library) -> None:
    (library.models_folder / "cats" / "card.json").write_bytes(b"{")
    (library.models_folder / "not a model").mkdir()
    cats = library.list()[0]
    assert cats.card is None
    assert cats.problem is not None
    assert cats.problem.code == "bundle.card"
    assert len(library.list()) == 2


def test_find_checks_everything(library: Library) -> None:
    assert library.find("fashion").path == library.shipped_folder / "fashion"
    (library.models_folder / "cats" / "generator.onnx").write_bytes(b"x")
    with pytest.raises(BundleError):
        library.find("cats")


def test_an_unknown_name_gets_the_nearest_and_all(library: Library) -> None:
    with pytest.raises(InputError) as caught:
        library.find("Fash")
    assert caught.value.code == "model.unknown"
    assert "Did you mean fashion?" in str(caught.value.hint)
    assert "cats" in str(caught.value.hint)
    with pytest.raises(InputError) as caught:
        library.find("../shipped/fashion")
    assert caught.value.code == "model.unknown"


def test_a_model_is_found_by_hash_whatever_it_is_called(library: Library, outside: Path) -> None:
    sha256 = open_bundle(outside).sha256
    assert library.find_hash(sha256) is None
    library.import_(outside, name="my-dogs")
    found = library.find_hash(sha256)
    assert found is not None
    assert found.path.name == "my-dogs"


def test_a_model_of_ones_own_hides_a_shipped_one(library: Library) -> None:
    write_toy_bundle(library.models_folder / "fashion", num_classes=0)
    assert origins(library)["fashion"] == "user"
    assert library.find("fashion").card.family == "dcgan"
    library.remove("fashion")
    assert library.find("fashion").card.family == "cgan"


def test_out_and_in_again(library: Library, tmp_path: Path) -> None:
    before = tree(library.models_folder / "cats")
    (tmp_path / "out").mkdir()
    path = library.export("cats", tmp_path / "out")
    assert path == tmp_path / "out" / "cats.zip"
    library.remove("cats")
    assert origins(library) == {"fashion": "shipped"}
    assert list(library.models_folder.iterdir()) == []
    bundle = library.import_(path)
    assert bundle.path == library.models_folder / "cats"
    assert tree(bundle.path) == before


def test_a_folder_can_be_taken_in_and_stays(library: Library, outside: Path) -> None:
    (outside / ".DS_Store").write_bytes(b"finder")
    bundle = library.import_(outside)
    assert bundle.card.channels == 3
    assert outside.is_dir()
    assert set(tree(bundle.path)) == {"card.json", "generator.onnx"}


def test_a_taken_name_is_refused_unless_replaced(library: Library, outside: Path) -> None:
    for name in ("cats", "fashion"):
        with pytest.raises(InputError) as caught:
            library.import_(outside, name=name)
        assert caught.value.code == "bundle.exists"
    assert library.find("cats").card.channels == 1
    library.import_(outside, name="cats", replace=True)
    assert library.find("cats").card.channels == 3


@pytest.mark.parametrize("name", ["../up", "", "a/b", ".hidden"])
def test_a_bad_name_is_refused(library: Library, outside: Path, name: str) -> None:
    before = tree(library.models_folder.parent)
    with pytest.raises(InputError) as caught:
        library.import_(outside, name=name)
    assert caught.value.code == "bundle.name"
    assert tree(library.models_folder.parent) == before


def test_a_bad_bundle_leaves_no_trace(library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "it.zip", "w") as archive:
        archive.writestr("toy/card.json", "{}")
        archive.writestr("toy/payload.py", "print()")
    before = tree(tmp_path)
    with pytest.raises(BundleError):
        library.import_(tmp_path / "it.zip")
    assert tree(tmp_path) == before
    assert [path.name for path in library.models_folder.iterdir()] == ["cats"]


def test_a_full_disk_leaves_no_trace(
    library: Library, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FailedError) as caught:
        library.import_(outside)
    assert caught.value.code == "bundle.write"
    assert "No space left" in str(caught.value)
    assert [path.name for path in library.models_folder.iterdir()] == ["cats"]


def test_a_shipped_model_cannot_be_removed(library: Library) -> None:
    with pytest.raises(UnsupportedError) as caught:
        library.remove("fashion")
    assert caught.value.code == "model.shipped"
    assert "fashion" in origins(library)


def test_a_model_that_cannot_be_removed_stays_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _target: Path) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    before = tree(library.models_folder)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FailedError) as caught:
        library.remove("cats")
    assert caught.value.code == "model.remove"
    assert tree(library.models_folder) == before


def test_a_model_set_aside_by_a_killed_process_is_there_again(library: Library) -> None:
    set_aside(library.models_folder / "cats", "replaced")
    assert library.find("cats").card.family == "dcgan"


def test_what_a_killed_removal_left_is_swept(library: Library) -> None:
    set_aside(library.models_folder / "cats", "removed")
    assert origins(library) == {"fashion": "shipped"}
    assert list(library.models_folder.iterdir()) == []
