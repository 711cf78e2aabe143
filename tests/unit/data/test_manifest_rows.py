"""A manifest lists what may be trained on, in the same bytes every time, and is read with care."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.check.survey import Survey, SurveyOptions, survey
from mezzotint.data.manifest.file import (
    manifest_bytes,
    manifest_sha256,
    parse_manifest,
    read_manifest,
    write_manifest,
)
from mezzotint.data.manifest.making import Terms, make_manifest
from mezzotint.data.manifest.row import ManifestRow
from mezzotint.data.optout import OptOuts
from mezzotint.data.sources.opening import open_source
from mezzotint.domain.errors import FailedError, InputError
from toys import planted_corpus as planted

OPTIONS = SurveyOptions(opt_outs=OptOuts(globs=(planted.OPTED_OUT,)))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
HEX = "0123456789abcdef"
ROW = st.builds(
    ManifestRow,
    path=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    sha256=st.text(HEX, min_size=64, max_size=64),
    perceptual_hash=st.text(HEX, min_size=16, max_size=16),
    width_px=st.integers(1, 10_000),
    height_px=st.integers(1, 10_000),
    channels=st.sampled_from([1, 3, 4]),
    caption=st.none() | TEXT,
    class_name=st.none() | TEXT,
    split=st.sampled_from(["train", "validation", "test"]),
    licence=TEXT,
    source=TEXT,
    consent=TEXT,
    date=st.none() | TEXT,
)
ROWS = st.lists(ROW, max_size=6, unique_by=lambda row: row.path)
SOME_ROW = ManifestRow(
    path="a.png",
    sha256="ab" * 32,
    perceptual_hash="cd" * 8,
    width_px=3,
    height_px=2,
    channels=3,
    caption="a fox",
    class_name="foxes",
    split="train",
    licence="CC0-1.0",
    source="own",
    consent="own",
    date="2024-05-31",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted.plant(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def found(folder: Path) -> Survey:
    with open_source(folder) as source:
        return survey(source, OPTIONS)


@given(ROWS)
def test_rows_survive_writing_and_reading(rows: list[ManifestRow]) -> None:
    ordered = tuple(sorted(rows, key=lambda row: row.path))
    assert parse_manifest(manifest_bytes(rows)) == ordered


@given(ROWS)
def test_the_hash_depends_on_content_and_not_on_order(rows: list[ManifestRow]) -> None:
    assert manifest_sha256(rows) == manifest_sha256(rows[::-1])
    for row in rows:
        others = [each for each in rows if each is not row]
        changed = [*others, replace(row, licence=row.licence + "!")]
        assert manifest_sha256(changed) != manifest_sha256(rows)


def test_a_known_manifest_never_changes_its_bytes() -> None:
    assert manifest_bytes([SOME_ROW]).decode() == (
        f'{{"path":"a.png","sha256":"{"ab" * 32}","perceptual_hash":"{"cd" * 8}","width_px":3,'
        '"height_px":2,"channels":3,"caption":"a fox","class":"foxes","split":"train",'
        '"licence":"CC0-1.0","source":"own","consent":"own","date":"2024-05-31"}\n'
    )


def test_it_lists_every_readable_picture_that_nobody_opted_out(found: Survey, folder: Path) -> None:
    rows = make_manifest(found)
    paths = [row.path for row in rows]
    assert paths == sorted(paths)
    assert set(paths) == {each.key for each in found.pictures} - {planted.OPTED_OUT}
    assert not set(paths) & planted.BROKEN.keys()
    for row in rows:
        assert row.sha256 == hashlib.sha256((folder / row.path).read_bytes()).hexdigest()


def test_look_alikes_are_on_the_same_side_whatever_the_fraction(found: Survey) -> None:
    sides_seen: set[str] = set()
    for percent in range(0, 101, 5):
        rows = {row.path: row.split for row in make_manifest(found, fraction=percent / 100)}
        for group in (*planted.NEAR, *planted.EXACT):
            assert len({rows[path] for path in group}) == 1
        sides_seen |= set(rows.values())
    assert sides_seen == {"train", "validation"}


def test_threads_do_not_change_a_byte(folder: Path, found: Survey) -> None:
    with open_source(folder) as source:
        again = survey(source, replace(OPTIONS, num_workers=5))
    assert manifest_bytes(make_manifest(again)) == manifest_bytes(make_manifest(found))


def test_an_earlier_manifest_keeps_its_sides(found: Survey) -> None:
    before = make_manifest(found, fraction=0.5)
    after = make_manifest(found, fraction=0.0, previous=before)
    assert [row.split for row in after] == [row.split for row in before]


def test_terms_hold_where_the_source_says_nothing(tmp_path: Path) -> None:
    exif_free = planted.encoded(planted.photograph(1))
    (tmp_path / "a.png").write_bytes(exif_free)
    (tmp_path / "b.png").write_bytes(planted.encoded(planted.photograph(2)))
    lines = [
        {"file_name": "a.png", "text": "fox \ud800", "license": "CC-BY-4.0", "consent": "asked"},
        {"file_name": "b.png", "text": "owl", "url": "https://example.org/owl", "date": "1999"},
    ]
    (tmp_path / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with open_source(tmp_path) as source:
        rows = make_manifest(survey(source), terms=Terms(licence="CC0-1.0", source="my camera"))
    first, second = rows
    assert (first.licence, first.source, first.consent) == ("CC-BY-4.0", "my camera", "asked")
    assert (second.licence, second.source, second.date) == (
        "CC0-1.0",
        "https://example.org/owl",
        "1999",
    )
    assert second.consent == "unknown"
    assert parse_manifest(manifest_bytes(rows)) == rows


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "manifest.jsonl"
    write_manifest(path, [SOME_ROW])
    sha256 = write_manifest(path, [replace(SOME_ROW, caption="an owl")])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert read_manifest(path)[0].caption == "an owl"
    assert [each.name for each in path.parent.iterdir()] == ["manifest.jsonl"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").mkdir()
    with pytest.raises(FailedError, match="cannot be written"):
        write_manifest(tmp_path / "manifest.jsonl", [SOME_ROW])
    assert [each.name for each in tmp_path.iterdir()] == ["manifest.jsonl"]


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl cannot be read"):
        read_manifest(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sha256": "AB" * 32}, "sha256 is not 64"),
        ({"perceptual_hash": "12"}, "perceptual_hash is not 16"),
        ({"width_px": 0}, "1 or more"),
        ({"width_px": "3"}, "width_px"),
        ({"channels": 2}, "channels"),
        ({"split": "dev"}, "split"),
        ({"licence": None}, "licence"),
        ({"owner": "me"}, "owner"),
        ({"class_name": "x"}, "it is called class"),
        ({"path": "other"}, None),
    ],
)
def test_wrong_values_are_refused_with_their_line(
    change: dict[str, object], said: str | None
) -> None:
    document = json.loads(manifest_bytes([SOME_ROW])) | change
    data = manifest_bytes([SOME_ROW]) + json.dumps(document).encode() + b"\n"
    if said is None:
        assert len(parse_manifest(data)) == 2
        return
    with pytest.raises(InputError, match=f"Line 2 .*{said}"):
        parse_manifest(data)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"[1]", "no JSON object"),
        (b"{", "Line 1"),
        (b"\xff\xfe", "Line 1"),
        (b"{}", "class is missing"),
        (b"[" * 100_000, "Line 1"),
    ],
)
def test_lines_that_are_no_rows_are_refused(line: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_manifest(line)


def test_a_path_may_come_once() -> None:
    with pytest.raises(InputError, match="there twice"):
        parse_manifest(manifest_bytes([SOME_ROW]) * 2)
