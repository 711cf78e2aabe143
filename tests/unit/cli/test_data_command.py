"""`mezzotint data` as a user types it: check, pack, manifest, export, scenes, fetch."""

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from mezzotint.cli.app import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with five pictures, a copy, a broken file and a folder named like a picture."""
    stream = np.random.default_rng(1)
    made = tmp_path / "mess"
    made.mkdir()
    for index in range(5):
        pixels = stream.integers(0, 256, (40, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((160, 160)).save(made / f"red fox {index}.png")
    (made / "copy.png").write_bytes((made / "red fox 0.png").read_bytes())
    (made / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (made / "trap.png").mkdir()
    return made


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run([*arguments, "--json"], {}) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_check_reports_everything_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    page = folder.parent / "report.html"
    assert run(["data", "check", str(folder), "--no-speed", "--html", str(page)], {}) == 0
    said = capsys.readouterr().out
    assert "broken.png" in said
    assert "trap.png" in said
    assert "copy.png, red fox 0.png" in said
    assert "http" not in page.read_text(encoding="utf-8").replace("http-equiv", "")
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_check_speaks_chinese(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "check", str(folder), "--no-speed", "--lang", "zh"], {}) == 0
    assert "What to do" not in capsys.readouterr().out


def test_check_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "data", "check", str(folder), "--no-speed")
    report = cast("dict[str, list[object]]", document["report"])
    assert report["num_pictures"] == 6
    assert len(report["broken"]) == 2


def test_pack_leaves_out_what_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = answer(capsys, "data", "pack", str(folder), "packed", "--size", "32x16")
    assert packed["num_images"] == 6
    skipped = cast("list[dict[str, str]]", packed["skipped"])
    assert {each["key"] for each in skipped} == {"broken.png", "trap.png"}


def test_opted_out_pictures_are_not_packed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("no.txt").write_text("red fox 3.png\n", encoding="utf-8")
    packed = answer(
        capsys, "data", "pack", str(folder), "packed", "--size", "32", "--opt-out", "no.txt"
    )
    assert packed["num_images"] == 5


def test_manifest_knows_what_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "data", "manifest", str(folder), "m.jsonl")["num_images"] == 6
    (folder / "red fox 1.png").unlink()
    assert run(["data", "manifest", str(folder), "m.jsonl", "--compare", "--json"], {}) == 1
    assert json.loads(capsys.readouterr().out)["missing"] == ["red fox 1.png"]


@pytest.mark.parametrize("kind", ["webdataset", "parquet"])
def test_exports_read_back(folder: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    exported = answer(capsys, "data", "export", str(folder), "out", "--as", kind)
    assert exported["num_images"] == 6  # what cannot be read is left out
    again = answer(capsys, "data", "pack", "out", "packed", "--size", "16")
    assert again["num_images"] == 6


def test_scenes_are_painted_once(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["data", "scenes", "painted", "-n", "2", "--size", "48x32", "--seed", "3"]
    assert answer(capsys, *arguments)["num_painted"] == 2
    assert answer(capsys, *arguments)["num_painted"] == 0
    with Image.open(next(Path("painted").glob("*.png"))) as picture:
        assert picture.size == (48, 32)


def test_an_unknown_data_set_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "fetch", "fashion-mnst"], {}) == 2
    assert "fashion-mnist" in capsys.readouterr().err


def test_a_device_that_is_not_there_is_an_error_and_no_crash(tmp_path: Path) -> None:
    assert run(["data", "scenes", str(tmp_path / "s"), "-n", "1", "--device", "banana"], {}) == 2
    assert not (tmp_path / "s").exists()


def test_a_manifest_of_nothing_is_refused(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only_broken = tmp_path / "only-broken"
    only_broken.mkdir()
    (only_broken / "a.png").write_bytes(b"no picture")
    assert run(["data", "manifest", str(only_broken), "of-nothing.jsonl"], {}) == 2
    assert "a.png is not a picture." in capsys.readouterr().err
    Path("all.txt").write_text("*\n", encoding="utf-8")
    arguments = ["data", "manifest", str(folder), "of-nothing.jsonl", "--opt-out", "all.txt"]
    assert run(arguments, {}) == 2
    assert "opted out" in capsys.readouterr().err
    assert not Path("of-nothing.jsonl").exists()


def test_a_manifest_counts_what_was_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("no.txt").write_text("red fox 3.png\n", encoding="utf-8")
    made = answer(capsys, "data", "manifest", str(folder), "--opt-out", "no.txt")
    assert (made["num_images"], made["num_opted_out"]) == (5, 1)


def test_opt_outs_that_are_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "manifest", str(folder), "--opt-out", "none.txt"], {}) == 2
    assert "none.txt cannot be read: No such file or directory." in capsys.readouterr().err
    assert not Path("manifest.jsonl").exists()


def test_a_packing_that_fails_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only_broken = tmp_path / "only-broken"
    only_broken.mkdir()
    (only_broken / "a.png").write_bytes(b"no picture")
    destination = tmp_path / "out" / "packed"
    assert run(["data", "pack", str(only_broken), str(destination), "--size", "8"], {}) == 2
    assert "a.png is not a picture." in capsys.readouterr().err
    assert list(destination.parent.iterdir()) == []
