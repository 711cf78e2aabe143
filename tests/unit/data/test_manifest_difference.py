"""A comparison says exactly what happened to a folder since its manifest was made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mezzotint.data.check.survey import SurveyOptions, survey
from mezzotint.data.manifest.difference import ManifestDifference, compare_manifest
from mezzotint.data.manifest.making import make_manifest
from mezzotint.data.manifest.row import ManifestRow
from mezzotint.data.optout import OptOuts
from mezzotint.data.sources.opening import open_source
from toys.planted_corpus import encoded, photograph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(encoded(photograph(number)))
    return tmp_path


def manifest(folder: Path) -> tuple[ManifestRow, ...]:
    with open_source(folder) as source:
        return make_manifest(survey(source))


def difference_after(folder: Path, change: Callable[[], object]) -> ManifestDifference:
    rows = manifest(folder)
    change()
    with open_source(folder) as source:
        return compare_manifest(rows, source)


def test_nothing_happened(folder: Path) -> None:
    found = difference_after(folder, lambda: None)
    assert found.is_empty
    assert found.num_unchanged == 4


def test_everything_happened(folder: Path) -> None:
    def change() -> None:
        (folder / "0.png").unlink()
        (folder / "1.png").write_bytes(encoded(photograph(10)))
        (folder / "2.png").rename(folder / "two.png")
        (folder / "new.png").write_bytes(encoded(photograph(11)))

    found = difference_after(folder, change)
    assert found == ManifestDifference(
        added=("new.png",),
        changed=("1.png",),
        missing=("0.png",),
        moved=(("2.png", "two.png"),),
        num_unchanged=1,
    )
    assert not found.is_empty


def test_a_copy_is_added_and_not_moved(folder: Path) -> None:
    def copy() -> None:
        (folder / "copy.png").write_bytes((folder / "0.png").read_bytes())

    found = difference_after(folder, copy)
    assert (found.added, found.moved) == (("copy.png",), ())


def test_a_picture_that_cannot_be_read_any_more_is_missing(folder: Path) -> None:
    def break_it() -> None:
        (folder / "3.png").unlink()
        (folder / "3.png").symlink_to("nowhere.png")

    found = difference_after(folder, break_it)
    assert (found.missing, found.changed) == (("3.png",), ())


def test_what_a_manifest_leaves_out_is_not_added(folder: Path) -> None:
    (folder / "cut.png").write_bytes(encoded(photograph(5))[:300])
    (folder / "secret.png").write_bytes(encoded(photograph(6)))
    opt_outs = OptOuts(globs=("secret.*",))
    with open_source(folder) as source:
        rows = make_manifest(survey(source, SurveyOptions(opt_outs=opt_outs)))
        assert compare_manifest(rows, source, opt_outs).is_empty
        assert compare_manifest(rows, source).added == ("secret.png",)
