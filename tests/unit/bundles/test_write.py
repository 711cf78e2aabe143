"""Writing a bundle: whole or not at all, and never over something else."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal, NoReturn

import pytest

from mezzotint.bundles import placing
from mezzotint.bundles.placing import set_aside, tidy_folder
from mezzotint.bundles.write import write_bundle
from mezzotint.domain.errors import BundleError, FailedError, InputError
from toys.bundles import toy_card

CONTENT = {"generator.onnx": b"graph", "samples.webp": b"picture"}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_file_is_pinned_by_size_and_hash(tmp_path: Path) -> None:
    card = write_bundle(tmp_path / "models" / "toy", toy_card(), CONTENT)
    written = snapshot(tmp_path / "models" / "toy")
    assert {name: written[name] for name in CONTENT} == CONTENT
    for name, content in CONTENT.items():
        assert card.files[name].size_bytes == len(content)
        assert card.files[name].sha256 == hashlib.sha256(content).hexdigest()
    raw = json.loads(written["card.json"])
    assert raw["files"]["samples.webp"]["size_bytes"] == len(b"picture")
    assert raw["title"]["zh"] == "玩具"
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["toy"]


def test_the_same_card_gives_the_same_bytes(tmp_path: Path) -> None:
    write_bundle(tmp_path / "one", toy_card(), CONTENT)
    write_bundle(tmp_path / "two", toy_card(), dict(reversed(CONTENT.items())))
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")


def test_an_existing_bundle_stays_unless_replaced(tmp_path: Path) -> None:
    write_bundle(tmp_path / "toy", toy_card(), CONTENT)
    before = snapshot(tmp_path)
    with pytest.raises(InputError) as caught:
        write_bundle(tmp_path / "toy", toy_card(), {"generator.onnx": b"new"})
    assert caught.value.code == "bundle.exists"
    assert snapshot(tmp_path) == before
    write_bundle(tmp_path / "toy", toy_card(), {"generator.onnx": b"new"}, replace=True)
    after = snapshot(tmp_path)
    assert after["toy/generator.onnx"] == b"new"
    assert set(after) == {"toy/card.json", "toy/generator.onnx"}


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(InputError) as caught:
        write_bundle(tmp_path / "toy", toy_card(), CONTENT, replace=True)
    assert caught.value.code == "bundle.exists"
    assert snapshot(tmp_path) == {"toy/holiday.jpg": b"mine"}


@pytest.mark.parametrize("fails_at", ["write", "rename"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_bundle_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: str, error: BaseException
) -> None:
    write_bundle(tmp_path / "toy", toy_card(), CONTENT)
    before = snapshot(tmp_path)

    def fail(_descriptor: int) -> NoReturn:
        raise error

    rename = Path.rename

    def fail_into_place(path: Path, target: Path) -> Path:
        if path.suffix == ".tmp":
            raise error
        return rename(path, target)

    if fails_at == "write":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "rename", fail_into_place)
    with pytest.raises((FailedError, KeyboardInterrupt)) as caught:
        write_bundle(tmp_path / "toy", toy_card(), {"generator.onnx": b"new"}, replace=True)
    if isinstance(caught.value, FailedError):
        assert caught.value.code == "bundle.write"
        assert "No space left" in str(caught.value)
    assert snapshot(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["toy"]


def test_a_bundle_set_aside_by_a_killed_process_comes_back(tmp_path: Path) -> None:
    write_bundle(tmp_path / "toy", toy_card(), CONTENT)
    before = snapshot(tmp_path)
    set_aside(tmp_path / "toy", "replaced")
    assert not (tmp_path / "toy").exists()
    tidy_folder(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_newer_bundle_is_not_replaced_by_one_that_was_set_aside(tmp_path: Path) -> None:
    write_bundle(tmp_path / "toy", toy_card(), CONTENT)
    write_bundle(tmp_path / "new", toy_card(), {"generator.onnx": b"new"})
    set_aside(tmp_path / "toy", "replaced")
    (tmp_path / "new").rename(tmp_path / "toy")
    tidy_folder(tmp_path)
    assert (tmp_path / "toy" / "generator.onnx").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["toy"]


def test_only_abandoned_staging_folders_are_swept(tmp_path: Path) -> None:
    fresh = tmp_path / ".toy.0123456789abcdef.tmp"
    abandoned = tmp_path / ".toy.fedcba9876543210.tmp"
    foreign = tmp_path / ".toy.tmp"
    for folder in (fresh, abandoned, foreign):
        folder.mkdir()
        (folder / "weights").write_bytes(b"half")
        os.utime(folder, None if folder is fresh else (0, 0))
    tidy_folder(tmp_path)
    assert set(tmp_path.iterdir()) == {fresh, foreign}


def test_another_writer_in_between_the_renames_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bundle(tmp_path / "toy", toy_card(), CONTENT)
    really_set_aside = placing.set_aside
    rivals = iter([True])

    def set_aside_and_lose_the_race(destination: Path, ending: Literal["replaced"]) -> Path | None:
        old = really_set_aside(destination, ending)
        if next(rivals, False):
            destination.mkdir()
            (destination / "card.json").write_bytes(b"rival")
        return old

    monkeypatch.setattr(placing, "set_aside", set_aside_and_lose_the_race)
    write_bundle(tmp_path / "toy", toy_card(), {"generator.onnx": b"new"}, replace=True)
    assert (tmp_path / "toy" / "generator.onnx").read_bytes() == b"new"


@pytest.mark.parametrize(
    "name",
    ["../up.onnx", "/etc/x", "a/b", "a\\b", "C:x", "..", ".hidden", "nul.txt", "a.", "é", ""],
)
def test_unsafe_file_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleError) as caught:
        write_bundle(tmp_path / "toy", toy_card(), {**CONTENT, name: b""})
    assert caught.value.code == "bundle.path"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["card.json", "CARD.json", "Generator.onnx"])
def test_names_that_meet_where_case_is_ignored_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleError) as caught:
        write_bundle(tmp_path / "toy", toy_card(), {**CONTENT, name: b""})
    assert caught.value.code == "bundle.duplicate"


@pytest.mark.parametrize("name", ["", "a b", "a/b", "-a", "con", "x" * 49, "e\u0301"])
def test_bad_model_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        write_bundle(tmp_path / "toy", dataclasses.replace(toy_card(), name=name), CONTENT)
    assert caught.value.code == "bundle.name"


@pytest.mark.parametrize("name", ["fashion", "my-cats_2", "水墨", "\u00e9t\u00e9"])
def test_names_of_any_script_are_good(tmp_path: Path, name: str) -> None:
    write_bundle(tmp_path / name, dataclasses.replace(toy_card(), name=name), CONTENT)
    assert (tmp_path / name / "card.json").is_file()


def test_a_graph_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as caught:
        write_bundle(tmp_path / "toy", toy_card(), {"samples.webp": b""})
    assert caught.value.code == "bundle.missing"


def test_writing_needs_the_standard_library_alone() -> None:
    code = (
        "import sys; before = set(sys.modules); import mezzotint.bundles.write; "
        "heavy = {'numpy', 'pydantic', 'onnxruntime', 'google.protobuf', 'torch', 'onnx'}; "
        "sys.exit(', '.join(heavy & set(sys.modules) - before) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
