"""The doctor finds every planted fault, and finds nothing else."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from mezzotint.data.check.checking import check
from mezzotint.data.check.json_form import json_text
from mezzotint.data.check.report import CheckReport
from mezzotint.data.check.survey import SurveyOptions, SurveyProgress, survey
from mezzotint.data.optout import OptOuts
from mezzotint.data.sources.opening import open_source
from toys import planted_corpus as planted

OPTIONS = SurveyOptions(opt_outs=OptOuts(globs=(planted.OPTED_OUT,)), num_workers=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted.plant(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def report(folder: Path) -> CheckReport:
    with open_source(folder) as source:
        return check(source, OPTIONS)


def test_no_entry_is_lost(report: CheckReport, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.suffix != ".txt" and path.parent != folder]
    assert report.num_entries == len(files)
    assert report.num_pictures == report.num_entries - len(report.broken)
    assert sum(count.num for count in report.formats) == report.num_pictures


def test_broken_files_are_listed_with_reason_and_remedy(report: CheckReport) -> None:
    assert {each.key: each.code for each in report.broken} == planted.BROKEN
    assert all(each.key in str(each.reason) for each in report.broken)
    assert all(str(each.remedy) for each in report.broken)


def test_exact_copies_are_found(report: CheckReport) -> None:
    assert report.exact_duplicates == planted.EXACT


def test_near_copies_are_found_and_no_others(report: CheckReport) -> None:
    expected = {frozenset(group) for group in planted.NEAR}
    expected.add(frozenset({planted.OPTED_OUT, planted.NEAR_OPTED_OUT}))
    assert {frozenset(group) for group in report.near_duplicates} == expected


def test_blurred_and_flat_pictures_are_found_and_no_others(report: CheckReport) -> None:
    assert set(report.blurred) == set(planted.BLURRED)
    assert report.flat == planted.FLAT


def test_ai_labels_are_found_and_no_others(report: CheckReport) -> None:
    found = {each.key: tuple(mark.detail for mark in each.marks) for each in report.made_by_ai}
    assert found == planted.MADE_BY_AI


def test_refusals_of_training_are_found_and_no_others(report: CheckReport) -> None:
    found = {each.key: tuple(mark.detail for mark in each.marks) for each in report.no_training}
    assert found == planted.NO_TRAINING
    assert report.credentials == 2


def test_refusals_carry_the_hash_that_an_opt_out_needs(report: CheckReport, folder: Path) -> None:
    for each in report.no_training:
        data = (folder / each.key).read_bytes()
        assert each.sha256 == hashlib.sha256(data).hexdigest()


def test_a_wrong_extension_is_remarked(report: CheckReport) -> None:
    assert [remark.key for remark in report.remarks] == [planted.WRONG_EXTENSION]
    assert "PNG" in str(report.remarks[0].text)


def test_opt_outs_are_listed_with_what_looks_like_them(report: CheckReport) -> None:
    assert [remark.key for remark in report.opted_out] == [planted.OPTED_OUT]
    assert report.near_opted_out == (planted.NEAR_OPTED_OUT,)


def test_classes_captions_and_shapes_are_counted(report: CheckReport) -> None:
    assert {count.name for count in report.classes} == {"cats", "dogs"}
    assert sum(count.num for count in report.classes) == report.num_pictures
    assert report.captions is not None
    assert report.captions.num_chinese == 2
    words = {count.name: count.num for count in report.captions.vocabulary}
    assert words["red"] == planted.NUM_CATS + planted.NUM_DOGS - 2
    repeated = {count.name: count.num for count in report.captions.repeated}
    assert repeated["a red cat number 1"] == 4
    assert report.shapes is not None
    assert {count.name: count.num for count in report.shapes.sizes} == {
        "120 x 90": report.num_pictures - 1,
        "60 x 45": 1,
    }


def test_what_can_be_trained_on_leaves_out_refusals_opt_outs_and_copies(
    report: CheckReport,
) -> None:
    left_out = len(planted.NO_TRAINING) + 1 + len(planted.EXACT)
    assert report.num_to_train_on == report.num_pictures - left_out
    assert not report.is_clean


def test_the_report_says_what_no_program_can_know(report: CheckReport) -> None:
    said = " ".join(map(str, report.to_think_of))
    assert all(word in said for word in ("People", "agreed", "licence", "Logos"))


@pytest.mark.parametrize("num_workers", [1, 3, 8])
def test_the_report_does_not_depend_on_threads(
    report: CheckReport, folder: Path, num_workers: int
) -> None:
    options = SurveyOptions(opt_outs=OPTIONS.opt_outs, num_workers=num_workers)
    with open_source(folder) as source:
        again = check(source, options)
    assert again == report
    assert json_text({"report": again}) == json_text({"report": report})


def test_nothing_in_the_folder_is_changed(folder: Path) -> None:
    def state() -> dict[str, tuple[int, int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes())
            for path in folder.rglob("*")
            if path.is_file()
        }

    before = state()
    with open_source(folder) as source:
        check(source, OPTIONS)
    assert state() == before


def test_progress_ends_with_all_entries(folder: Path, report: CheckReport) -> None:
    seen: list[SurveyProgress] = []
    with open_source(folder) as source:
        survey(source, progress=seen.append)
    assert [each.num_done for each in seen] == sorted(each.num_done for each in seen)
    assert seen[-1] == SurveyProgress(num_done=report.num_entries, num_entries=report.num_entries)


def test_sound_pictures_get_a_clean_report(tmp_path: Path) -> None:
    for number in range(6):
        data = planted.encoded(planted.photograph(number), "JPEG")
        (tmp_path / f"{number}.jpg").write_bytes(data)
    with open_source(tmp_path) as source:
        report = check(source)
    assert report.is_clean
    assert report.num_to_train_on == 6


def test_a_smaller_limit_refuses_more(folder: Path) -> None:
    with open_source(folder) as source:
        found = survey(source, SurveyOptions(max_pixels=90 * 120 - 1))
    assert [picture.key for picture in found.pictures] == ["dogs/01 small.png"]


def test_processes_find_what_threads_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.plant(tmp_path / "set")
    monkeypatch.setattr("mezzotint.data.check.survey.MIN_FOR_PROCESSES", 10)
    with open_source(tmp_path / "set") as source:
        in_threads = check(source, OPTIONS)
        assert check(source, replace(OPTIONS, workers="processes")) == in_threads
