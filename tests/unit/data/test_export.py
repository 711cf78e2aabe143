import json
import sys
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mezzotint.data.export.croissant import write_croissant
from mezzotint.data.export.exported import Exported, opened_entries
from mezzotint.data.export.parquet import export_parquet
from mezzotint.data.export.webdataset import export_webdataset
from mezzotint.data.optout import OptOuts
from mezzotint.data.packed.for_training import Origin
from mezzotint.data.packed.records import SkippedEntry
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import FailedError, InputError, MissingExtraError

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]
Export = Callable[..., Exported]
EXPORTS = [export_webdataset, export_parquet]
ORIGIN = Origin(name="Hats", licence="CC0-1.0", source="https://example.org/hats")


@pytest.fixture
def folder(tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles) -> Path:
    rows = [
        {"file_name": "a.jpg", "text": "一双短靴", "label": "boot", "year": 1911},
        {"file_name": "b.png", "text": None, "label": "hat"},
    ]
    files = {
        "train/a.jpg": make_picture(1, kind="JPEG"),
        "train/b.png": make_picture(2),
        "train/bad.png": b"",
        "train/metadata.jsonl": "\n".join(map(json.dumps, rows)),
        "test/c.webp": make_picture(3, kind="WEBP"),
        "test/dangling.png": "",
    }
    root = make_files(tmp_path / "set", files)
    (root / "test" / "dangling.png").unlink()
    (root / "test" / "dangling.png").symlink_to("nowhere")
    return root


def exported_to(export: Export, folder: Path, destination: Path, **options: object) -> Exported:
    with open_source(folder) as source:
        return export(source, destination, **options)


@pytest.mark.parametrize("export", EXPORTS)
def test_everything_survives_the_round_trip(tmp_path: Path, folder: Path, export: Export) -> None:
    exported = exported_to(export, folder, tmp_path / "out")
    with open_source(folder) as source:
        before = {
            entry.open(): (entry.caption, entry.class_name, entry.split)
            for entry in source.entries()
            if "dangling" not in entry.key and "bad" not in entry.key
        }
    with open_source(tmp_path / "out") as source:
        after = {
            entry.open(): (entry.caption, entry.class_name, entry.split)
            for entry in source.entries()
        }
    assert after == before
    assert [skipped.key for skipped in exported.skipped] == ["test/dangling.png", "train/bad.png"]


@pytest.mark.parametrize("export", EXPORTS)
def test_the_same_source_gives_the_same_bytes(tmp_path: Path, folder: Path, export: Export) -> None:
    one = exported_to(export, folder, tmp_path / "one")
    two = exported_to(export, folder, tmp_path / "two")
    assert one.files == two.files
    assert {path.name for path in (tmp_path / "one").iterdir()} == {f.name for f in one.files}


@pytest.mark.parametrize("export", EXPORTS)
def test_opted_out_pictures_are_not_exported(tmp_path: Path, folder: Path, export: Export) -> None:
    opt_outs = OptOuts(globs=("train/*",))
    exported = exported_to(export, folder, tmp_path / "out", opt_outs=opt_outs)
    with open_source(tmp_path / "out") as source:
        assert {entry.split for entry in source.entries()} == {"test"}
    assert exported.num_images == 1


@pytest.mark.parametrize("export", EXPORTS)
def test_nothing_is_written_over_and_nothing_left_behind(
    tmp_path: Path, folder: Path, export: Export, make_files: MakeFiles
) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match="something at"):
        exported_to(export, folder, tmp_path / "out")
    broken = make_files(tmp_path / "broken", {"a.png": ""})
    (broken / "a.png").unlink()
    (broken / "a.png").symlink_to("nowhere")
    with pytest.raises(InputError, match="Not one picture"):
        exported_to(export, broken, tmp_path / "none")
    assert {path.name for path in tmp_path.iterdir()} >= {"out", "set", "broken"}
    assert not list(tmp_path.glob(".none*"))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("export", EXPORTS)
def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, folder: Path, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FailedError, match="No space left"):
        exported_to(export, folder, tmp_path / "out")
    assert not list(tmp_path.glob("*out*"))


def test_shards_are_cut_at_their_size(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    pictures = {f"{i}.png": make_picture(i) for i in range(6)}
    folder = make_files(tmp_path / "set", pictures)
    exported = exported_to(export_webdataset, folder, tmp_path / "out", shard_bytes=4000)
    assert [file.name for file in exported.files] == ["000000.tar", "000001.tar", "000002.tar"]
    with tarfile.open(tmp_path / "out" / "000001.tar") as shard:
        names = shard.getnames()
    assert names[0] == "00000002.png"
    assert "00000002.json" in names


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"mezzotint\[data\]"):
        exported_to(export_parquet, folder, tmp_path / "out")


@pytest.mark.parametrize(
    ("export", "kind"), [(export_webdataset, "webdataset"), (export_parquet, "parquet")]
)
def test_croissant_names_every_file_and_resolves_every_reference(
    tmp_path: Path, folder: Path, export: Export, kind: str
) -> None:
    exported = exported_to(export, folder, tmp_path / "out")
    path = write_croissant(exported, "parquet" if kind == "parquet" else "webdataset", ORIGIN)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["license"] == "CC0-1.0"
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    objects = {part["@id"]: part for part in document["distribution"]}
    for file in exported.files:
        assert objects[file.name]["sha256"] == file.sha256
        assert objects[file.name]["contentSize"] == f"{file.size_bytes} B"
    for part in objects.values():
        for container in part.get("containedIn", []):
            assert container["@id"] in objects
    for records in document["recordSet"]:
        for field in records["field"]:
            source = field["source"].get("fileObject") or field["source"]["fileSet"]
            assert source["@id"] in objects
    with open_source(tmp_path / "out") as source:
        assert len(list(source.entries())) == exported.num_images


def test_a_picture_cut_short_is_not_exported(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    cut = make_picture()[:-30]
    folder = make_files(tmp_path / "set", {"good.png": make_picture(), "cut.png": cut})
    with open_source(folder) as source:
        skipped: list[SkippedEntry] = []
        kept = [opened.entry.key for opened in opened_entries(source, skipped)]
    assert kept == ["good.png"]
    assert [(each.key, each.code) for each in skipped] == [("cut.png", "picture.truncated")]
