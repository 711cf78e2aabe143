from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from rich.console import Console

from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.interrupt import StopRequest
from mezzotint.training.meter import Meter
from mezzotint.training.metrics_log import MetricsLog, read_log
from mezzotint.training.progress import LiveBar, Report
from mezzotint.training.state import RunState

REPORT = Report(
    images_seen=64_000,
    images_per_s=312.4,
    share_done=0.5,
    seconds_left=125,
    figures={"discriminator": 0.6931, "generator": 0.71},
)


def test_the_bar_shows_speed_losses_and_time_left():
    screen = io.StringIO()
    with LiveBar(Console(file=screen, force_terminal=True, width=120)) as bar:
        bar.report(REPORT)
        bar.say(Message("Going on after {images} images.", images=8))
        bar.wrote(Path("samples/1.webp"))
    shown = screen.getvalue()
    for part in ("50%", "64k images", "312/s", "D 0.693", "G 0.710", "2:05 left"):
        assert part in shown
    assert "Going on after 8 images." in shown
    assert "samples/1.webp" in shown


def test_a_meter_reports_means_and_resumes():
    meter = Meter({}, 0)
    meter.add({"loss": torch.tensor(1.0)})
    resumed = Meter(meter.sums(), meter.count)
    resumed.add({"loss": torch.tensor(4.0)})
    assert resumed.mean() == {"loss": 2.5}
    resumed.reset()
    assert resumed.mean() == {"loss": 2.5}  # nothing new to tell yet
    resumed.add({"loss": torch.tensor(7.0)})
    assert resumed.mean() == {"loss": 7.0}


def test_a_log_is_cut_back_to_its_state(tmp_path: Path):
    log = MetricsLog(tmp_path, keep_bytes=0)
    kept = log.append({"step": 1, "loss": 0.5})
    log.append({"step": 2, "loss": 0.25})
    again = MetricsLog(tmp_path, keep_bytes=kept)
    again.append({"step": 2, "loss": 0.125})
    assert read_log(tmp_path) == [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.125}]


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path):
    log = MetricsLog(tmp_path, keep_bytes=0)
    log.append({"step": 1})
    with log.path.open("ab") as file:
        file.write(b'{"step": 2, "lo')
    assert read_log(tmp_path) == [{"step": 1}]
    assert read_log(tmp_path / "none") == []


def test_time_left_is_that_of_the_nearer_end():
    state = RunState(seed=0, schedule_images=1, images_seen=600, elapsed_s=60)
    both = Budget(minutes=10, images=1000)
    assert both.seconds_left(state, images_per_s=10) == pytest.approx(40)
    assert both.seconds_left(state, images_per_s=0) == pytest.approx(540)
    assert both.share_spent(state) == pytest.approx(0.6)
    assert Budget(images=1000).seconds_left(state, images_per_s=0) is None


def test_a_second_ctrl_c_stops_at_once():
    with StopRequest() as stop:
        stop._note(2, None)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            stop._note(2, None)


def test_figures_that_begin_within_an_interval_have_a_mean_of_their_own():
    meter = Meter({}, 0)
    meter.add({"loss": torch.tensor(8.0)})
    for value in (1.0, 3.0):
        meter.add({"loss": torch.tensor(value), "generator": torch.tensor(2 * value)})
    assert meter.mean() == {"loss": 2.0, "generator": 4.0}
    assert meter.count == 2
