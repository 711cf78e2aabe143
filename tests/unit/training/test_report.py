"""The report stands alone, tells the run, and does so in the reader's language."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.loop import Pace
from mezzotint.training.progress import Silence
from mezzotint.training.report.curves import MAX_POINTS, curves
from mezzotint.training.report.page import write_report
from mezzotint.training.report.sheets import MAX_FRAMES, time_lapse
from mezzotint.training.report.words import FIGURES, ReportLanguage, verdict
from mezzotint.training.run import TrainingResult, train

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]


class Page(HTMLParser):
    """Collect what a page refers to, and that its tags close."""

    VOID = ("meta", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(report: Path) -> Page:
    page = Page(report.read_text(encoding="utf-8"))
    assert page.open == []
    assert all(source.startswith("data:image/webp;base64,") for source in page.sources)
    return page


@pytest.fixture
def two_sessions(tmp_path: Path, pictures: Pictures, tiny: Tiny) -> TrainingResult:
    """Train twice into `tmp_path`, so that there are two sheets."""
    config = tiny(schedule_images=48, lr=0.02, ema_half_life_images_final=0.0)  # changes visibly
    for images in (24, 48):
        told = Silence()
        result = train(
            pictures(),
            config,
            tmp_path,
            budget=Budget(images=images),
            pace=Pace(log_steps=1),
            seed=3,
            progress=told,
        )
    assert tmp_path / "report.html" in told.paths
    return result


def test_a_report_stands_alone_and_tells_the_run(tmp_path: Path, two_sessions: TrainingResult):
    seen = ["The samples all look alike: a < b, {share} %.", {"share": 9}]
    event = {"step": 1, "images": 8, "kind": "collapse", "seen": seen, "change": ["Halved.", {}]}
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    assert (tmp_path / "report.html").exists()  # training writes one by itself
    page = read(write_report(two_sessions, tmp_path))
    parts = ("The run is finished.", "48 images", "seed 3", "a < b, 9 %", "Halved.", "0.02")
    for part in (*parts, "Loss of the generator", "lr_final", "After 24 images"):
        assert part in page.text
    shown = [Image.open(io.BytesIO(base64.b64decode(s.split(",")[1]))) for s in page.sources]
    assert {picture.format for picture in shown} == {"WEBP"}
    assert [getattr(picture, "n_frames", 1) for picture in shown] == [1, 2, 1]
    assert (tmp_path / "time-lapse.webp").exists()
    assert page.tags.count("polyline") == page.tags.count("svg") >= 5


def test_a_run_that_has_hardly_begun_has_a_report_too(
    tmp_path: Path, pictures: Pictures, tiny: Tiny
):
    train(pictures(), tiny(), tmp_path, budget=Budget(images=8))
    page = read(tmp_path / "report.html")
    assert "too short for its samples to be checked" in page.text
    assert not (tmp_path / "time-lapse.webp").exists()


def test_a_report_speaks_the_readers_language(tmp_path: Path, two_sessions: TrainingResult):
    loud = ReportLanguage(tag="zh-Hans", translate=lambda message: str(message).upper())
    text = write_report(two_sessions, tmp_path, loud).read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in text
    assert "THE RUN IS FINISHED." in text
    assert "The run" not in text


def test_the_verdict_tells_score_variety_copying_and_guards(two_sessions: TrainingResult):
    state = dataclasses.replace(two_sessions.state, best_score=2.5, best_step=4, tries=2)
    log = [{"diversity": 0.5, "nearest_ratio": 0.3}, {"diversity": 0.91, "nearest_ratio": 1.02}]
    said = " ".join(map(str, verdict(dataclasses.replace(two_sessions, state=state), log)))
    for part in ("step 4: a Frechet distance of 2.5", "varied 91 %", "lay 1.02 times", "back: 2;"):
        assert part in said
    quiet = dataclasses.replace(state, tries=0)
    said = str(verdict(dataclasses.replace(two_sessions, state=quiet), [])[-1])
    assert said == "No guard had anything to object to."


@pytest.mark.parametrize("name", ["cgan", "acgan", "vae", "vaegan"])
def test_every_figure_of_the_families_has_a_plain_name(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, name: str
):
    train(pictures(), tiny(name), tmp_path, budget=Budget(images=16), pace=Pace(log_steps=1))
    line = json.loads((tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert set(line) - {"step", "images", "elapsed_s"} <= set(FIGURES)


def test_curves_are_thinned_and_leave_out_what_is_no_number():
    log = [
        {"step": i, "images": i * 8, "elapsed_s": 0.1 * i, "loss": float("nan") if i == 5 else i}
        for i in range(1, 2001)
    ]
    (points,) = curves(log).values()
    assert len(points) <= MAX_POINTS
    assert points[0] == (8, 1)
    assert all(value == value for _, value in points)


@pytest.mark.parametrize(
    ("count", "expected"), [(2, 2), (MAX_FRAMES, MAX_FRAMES), (75, MAX_FRAMES)]
)
def test_a_time_lapse_shows_first_and_last(tmp_path: Path, count: int, expected: int):
    paths = [tmp_path / f"{i:09d}.webp" for i in range(count)]
    for index, path in enumerate(paths):
        # The encoder joins frames that look alike, so neighbours differ clearly.
        colour = (index * 3, 255 * (index % 2), 0)
        Image.new("RGB", (16, 16), colour).save(path, lossless=True)
    lapse = time_lapse(paths)
    assert lapse is not None
    with Image.open(io.BytesIO(lapse)) as moving:
        assert moving.n_frames == expected
        first = moving.convert("RGB").getpixel((8, 8))
        moving.seek(moving.n_frames - 1)
        last = moving.convert("RGB").getpixel((8, 8))
    assert abs(first[0] - 0) < 12
    assert abs(last[0] - (count - 1) * 3) < 12


def test_one_sheet_is_no_time_lapse():
    assert time_lapse([]) is None
