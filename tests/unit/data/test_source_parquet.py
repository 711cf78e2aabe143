import datetime
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mezzotint.data.sources.entry import Entry
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import InputError, MissingExtraError

pa: Any = import_module("pyarrow")
pq: Any = import_module("pyarrow.parquet")
MakePicture = Callable[..., bytes]


def write(path: Path, columns: dict[str, Any], *, features: object = None, group: int = 2) -> Path:
    table = pa.table(columns)
    if features is not None:
        note = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": note})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=group)
    return path


def entries_of(path: Path) -> list[Entry]:
    with open_source(path) as source:
        return list(source.entries())


def test_a_hugging_face_file(tmp_path: Path, make_picture: MakePicture) -> None:
    pictures = [make_picture(i) for i in range(5)]
    path = write(
        tmp_path / "train-00000-of-00001.parquet",
        {
            "image": [
                {"bytes": data, "path": f"old_hat{i}.png"} for i, data in enumerate(pictures)
            ],
            "animal": [1, 0, None, 1, 7],
            "text": ["one", None, "three", "four", "five"],
            "year": [1.5, float("nan"), 3.0, 4.0, 5.0],
            "day": [datetime.date(2020, 1, 2)] * 5,
            "embedding": [[0.0] * 9] * 5,
            "tags": [["a", "b"]] * 5,
        },
        features={"image": {"_type": "Image"}, "animal": {"names": ["cat", "dog"]}},
    )
    with open_source(path) as source:
        entries = list(source.entries())
        assert [entry.open() for entry in entries] == pictures
        assert [entry.open() for entry in reversed(entries)] == pictures[::-1]
    assert [entry.caption for entry in entries] == ["one", "old hat", "three", "four", "five"]
    assert [entry.class_name for entry in entries] == ["dog", "cat", None, "dog", "7"]
    assert {entry.split for entry in entries} == {"train"}
    assert entries[0].metadata["tags"] == '["a", "b"]'
    assert entries[0].metadata["day"] == '"2020-01-02"'
    assert entries[1].metadata["year"] == "NaN"
    assert "embedding" not in entries[0].metadata
    assert len({entry.fingerprint for entry in entries}) == 5


@pytest.mark.parametrize("column", ["jpg", "whatever"])
def test_a_plain_binary_column(tmp_path: Path, make_picture: MakePicture, column: str) -> None:
    columns: dict[str, Any] = {column: [make_picture(i) for i in range(3)]}
    with open_source(write(tmp_path / "set.parquet", columns)) as source:
        assert [entry.open() for entry in source.entries()] == columns[column]


def test_many_threads_get_the_right_pictures(tmp_path: Path, make_picture: MakePicture) -> None:
    pictures = [make_picture(i) for i in range(40)]
    path = write(tmp_path / "set.parquet", {"image": pictures}, group=3)
    with open_source(path) as source, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(Entry.open, source.entries())) == pictures


def test_a_folder_of_files_with_a_broken_one(tmp_path: Path, make_picture: MakePicture) -> None:
    write(tmp_path / "set" / "data" / "test-0.parquet", {"image": [make_picture(1)]})
    write(tmp_path / "set" / "data" / "train-0.parquet", {"image": [make_picture(2), None]})
    (tmp_path / "set" / "data" / "train-1.parquet").write_bytes(b"PAR1 nonsense PAR1")
    write(tmp_path / "set" / "data" / "train-2.parquet", {"text": ["no picture"]})
    with open_source(tmp_path / "set") as source:
        entries = {entry.key: entry for entry in source.entries()}
        assert entries["data/test-0.parquet/0000000"].open() == make_picture(1)
        assert entries["data/test-0.parquet/0000000"].split == "test"
        for key, reason in (
            ("data/train-0.parquet/0000001", "holds no picture"),
            ("data/train-1.parquet", "cannot be read"),
            ("data/train-2.parquet", "no column with picture bytes"),
        ):
            with pytest.raises(InputError, match=reason):
                entries[key].open()
    assert len(entries) == 5


def test_damage_inside_is_a_broken_entry(tmp_path: Path, make_picture: MakePicture) -> None:
    path = write(tmp_path / "set.parquet", {"image": [make_picture(i) for i in range(6)]})
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)
    path.write_bytes(data)
    with open_source(path) as source:
        entries = list(source.entries())
        with pytest.raises(InputError, match=r"set\.parquet cannot be read"):
            entries[0].open()
        assert entries[-1].open() == make_picture(5)


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, make_picture: MakePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "set.parquet", {"image": [make_picture()]})
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"mezzotint\[data\]"):
        open_source(path)
