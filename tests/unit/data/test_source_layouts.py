import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.sources.arrangement import find_arrangement, split_of_name
from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import InputError

MakePicture = Callable[..., bytes]
MakeFiles = Callable[[Path, Mapping[str, bytes | str]], Path]


def entries_of(folder: Path) -> dict[str, Entry]:
    with open_source(folder) as source:
        return {entry.key: entry for entry in source.entries()}


def notes_of(folder: Path) -> str:
    with open_source(folder) as source:
        return "\n".join(map(str, (source.taken_for, *source.notes)))


def test_class_folders(tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles) -> None:
    names = [f"set/{animal}/IMG_{i}.png" for animal in ("cat", "dog") for i in range(2)]
    make_files(tmp_path, {name: make_picture() for name in names})
    entries = entries_of(tmp_path / "set")
    assert [entry.class_name for entry in entries.values()] == ["cat", "cat", "dog", "dog"]
    assert entries["cat/IMG_0.png"].caption == "cat"
    assert "4 pictures in 2 classes" in notes_of(tmp_path / "set")


def test_class_folders_in_splits_and_wrappers(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    names = [
        f"set/v1/{split}/images/{animal}/{i}.png"
        for split in ("train", "val")
        for animal in ("cat", "dog")
        for i in range(2)
    ]
    make_files(tmp_path, {name: make_picture() for name in names})
    entries = entries_of(tmp_path / "set").values()
    assert {(entry.split, entry.class_name) for entry in entries} == {
        ("train", "cat"),
        ("train", "dog"),
        ("validation", "cat"),
        ("validation", "dog"),
    }


_CLASSES = ("cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png")


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        (["a.png", "cat/b.png", "cat/c.png", "dog/d.png"], "flat"),
        (["a/1.png", "b/1.png", "c/1.png"], "flat"),
        (["only/1.png", "only/2.png"], "flat"),
        (["0_cat/1.png", "0_cat/2.png", "1_dog/1.png", "1_dog/2.png"], "classes"),
        (["1_cat/1.png", "1_cat/2.png", "2_dog/1.png", "2_dog/2.png"], "classes"),
        (["10_hat/1.png", "5_cat/2.png"], "repeats"),
        (["set/10_hat/1.png"], "repeats"),
        ([], "flat"),
        ([*_CLASSES, "cover.png"], "classes"),
        ([f"set/{path}" for path in _CLASSES] + ["cover.png"], "classes"),
        (
            [f"{split}/{path}" for split in ("train", "test") for path in _CLASSES] + ["x.png"],
            "classes",
        ),
        ([*_CLASSES, "1.png", "2.png"], "flat"),
        (["10_hat/1.png", "10_hat/2.png", "5_cat/1.png", "5_cat/2.png", "x.png"], "repeats"),
    ],
)
def test_folders_are_told_apart(paths: list[str], kind: str) -> None:
    assert find_arrangement(paths).kind == kind


@given(st.lists(st.from_regex(r"([ab0-9_]{1,4}/){0,3}[a-c]\.png", fullmatch=True), max_size=12))
def test_every_path_has_a_place(paths: list[str]) -> None:
    arrangement = find_arrangement(paths)
    for path in paths:
        place = arrangement.place_of(path)
        assert (place.class_name is not None) == (arrangement.kind == "classes")
        assert (place.repeats is not None) == (arrangement.kind == "repeats")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train-00000-of-00002.parquet", "train"),
        ("data/test/0001.tar", "test"),
        ("my_validation.zip", "validation"),
        ("restrain.tar", None),
        ("trainer.zip", None),
    ],
)
def test_splits_are_read_off_names(name: str, split: str | None) -> None:
    assert split_of_name(name) == split


def test_sidecar_texts(tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles) -> None:
    files = {
        "a.png": make_picture(),
        "a.txt": "\ufeffa red\n hat \n",
        "b.png": make_picture(),
        "b.caption": "a blue hat",
        "c.png": make_picture(),
        "c.png.txt": "a green hat",
        "d.png": make_picture(),
        "d.txt": "一双短靴".encode("gb18030"),
        "old_hat.png": make_picture(),
        "e.png": make_picture(),
        "e.txt": "",
    }
    folder = make_files(tmp_path / "set", files)
    captions = {key: entry.caption for key, entry in entries_of(folder).items()}
    assert captions == {
        "a.png": "a red hat",
        "b.png": "a blue hat",
        "c.png": "a green hat",
        "d.png": "一双短靴",
        "old_hat.png": "old hat",
        "e.png": "e",
    }
    assert "5 pictures have a text" in notes_of(folder)
    assert "1 captions are made" in notes_of(folder)


def test_kohya_folders(tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles) -> None:
    files = {
        "10_sks dog/a.png": make_picture(),
        "10_sks dog/b.png": make_picture(),
        "10_sks dog/b.txt": "a sks dog on a sofa",
        "2_old_hat/c.png": make_picture(),
    }
    folder = make_files(tmp_path / "set", files)
    entries = entries_of(folder)
    assert [entry.caption for entry in entries.values()] == [
        "sks dog",
        "a sks dog on a sofa",
        "old hat",
    ]
    assert [entry.metadata["repeats"] for entry in entries.values()] == [10, 10, 2]
    assert {entry.class_name for entry in entries.values()} == {None}
    assert "kohya" in notes_of(folder)


TABLES = {
    "metadata.jsonl": "".join(
        json.dumps(row) + "\n"
        for row in (
            {"file_name": "cat/a.png", "text": "a cat", "year": 1911, "tags": ["x", "猫"]},
            {"file_name": "./dog/b.png", "caption": "a dog\u2028", "label": 3},
            {"file_name": "cat/missing.png", "text": "nobody"},
            {"file_name": "../outside.png"},
        )
    ),
    "metadata.csv": (
        "file_name,text,year,tags,label\n"
        'cat/a.png,a cat,1911,"[""x"", ""猫""]",\n'
        "dog/b.png,a dog,,,3\n"
        "cat/missing.png,nobody,,,\n"
        "../outside.png,,,,\n"
    ),
}


@pytest.mark.parametrize("table", TABLES)
def test_hugging_face_tables(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles, table: str
) -> None:
    names = ["cat/a.png", "cat/c.png", "dog/b.png", "dog/d.png"]
    files: dict[str, bytes | str] = {name: make_picture() for name in names}
    folder = make_files(tmp_path / "set", {**files, table: TABLES[table]})
    entries = entries_of(folder)
    assert entries["cat/a.png"].caption == "a cat"
    assert str(entries["cat/a.png"].metadata["year"]) == "1911"
    assert entries["cat/a.png"].metadata["tags"] == '["x", "猫"]'
    assert entries["dog/b.png"].caption == "a dog"
    assert entries["dog/b.png"].class_name == "3"
    assert entries["cat/c.png"].caption == "c, cat"
    assert entries["cat/c.png"].class_name is None
    with pytest.raises(InputError, match=rf"{table}:\d+ names cat/missing.png"):
        entries["cat/missing.png"].open()
    outside = [entry for key, entry in entries.items() if key.startswith("../outside.png")]
    with pytest.raises(InputError, match="outside of the data set"):
        outside[0].open()
    assert len(entries) == 6
    assert "ImageFolder" in notes_of(folder)


def test_a_table_for_each_split(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {
        "train/a.png": make_picture(),
        "train/metadata.jsonl": '{"file_name": "a.png", "text": "one"}',
        "test/a.png": make_picture(),
        "test/metadata.csv": "file_name,text\na.png,two\n",
    }
    entries = entries_of(make_files(tmp_path / "set", files))
    assert {(e.split, e.caption) for e in entries.values()} == {("train", "one"), ("test", "two")}


def test_a_table_may_spell_accents_differently(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {
        "e\u0301.png": make_picture(),
        "metadata.jsonl": '{"file_name": "\u00e9.png", "text": "coffee"}',
    }
    entries = entries_of(make_files(tmp_path / "set", files))
    assert [entry.caption for entry in entries.values()] == ["coffee"]


def test_faulty_lines_are_noted_and_cost_nothing_else(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    lines = ['{"file_name": "a.png", "text": "\\ud800 ok"}', "not json", "[1]", "{}", "[" * 99_999]
    lines += ["junk"] * 10
    files = {"a.png": make_picture(), "metadata.jsonl": "\n".join(lines)}
    folder = make_files(tmp_path / "set", files)
    assert entries_of(folder)["a.png"].caption == "? ok"
    notes = notes_of(folder)
    assert "metadata.jsonl:2 " in notes
    assert "14 faulty lines" in notes


def test_a_broken_csv_is_noted(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    table = 'file_name,text\na.png,"x\n' + "y" * 200_000
    folder = make_files(tmp_path / "set", {"a.png": make_picture(), "metadata.csv": table})
    assert entries_of(folder)["a.png"].caption == "a"
    assert "metadata.csv:" in notes_of(folder)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([["0/a.png", 6], ["0/b.png", 2]], ["6", "2"]),
        ([["0/a.png", [0.5, 1]], ["0/b.png", None], "junk"], [None, None]),
        (None, [None, None]),
    ],
)
def test_stylegan_sets(
    tmp_path: Path,
    make_picture: MakePicture,
    make_files: MakeFiles,
    labels: object,
    classes: list[str | None],
) -> None:
    files = {
        "dataset.json": json.dumps({"labels": labels}),
        "0/a.png": make_picture(),
        "0/b.png": make_picture(),
    }
    folder = make_files(tmp_path / "set", files)
    assert [entry.class_name for entry in entries_of(folder).values()] == classes
    assert "StyleGAN" in notes_of(folder)


def test_a_faulty_stylegan_table_is_noted(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    folder = make_files(tmp_path / "set", {"dataset.json": "{", "a.png": make_picture()})
    assert "dataset.json cannot be understood" in notes_of(folder)


def test_a_table_opens_its_folder(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    files = {"a.png": make_picture(), "metadata.csv": "file_name,text\na.png,hat\n"}
    folder = make_files(tmp_path / "set", files)
    assert entries_of(folder / "metadata.csv")["a.png"].caption == "hat"


def test_a_stray_picture_does_not_cost_the_others_their_classes(
    tmp_path: Path, make_picture: MakePicture, make_files: MakeFiles
) -> None:
    make_files(tmp_path, dict.fromkeys((*_CLASSES, "cover.png"), make_picture()))
    with open_source(tmp_path) as source:
        entries = {entry.key: entry for entry in source.entries()}
    assert {entry.class_name for key, entry in entries.items() if key in _CLASSES} == {"cat", "dog"}
    with pytest.raises(InputError, match=r"cover\.png lies beside the class folders"):
        entries["cover.png"].open()
