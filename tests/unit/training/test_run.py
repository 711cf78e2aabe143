"""A run begins, goes on, is cut off and comes out the same to the last bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.loop import Pace
from mezzotint.training.metrics_log import read_log
from mezzotint.training.progress import Silence
from mezzotint.training.run import TrainingResult, train

BATCH_SIZE = 8  # of `tiny`
Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]


def everything(result: TrainingResult) -> dict[str, Tensor]:
    """Return every tensor of a learner, optimisers included."""
    tensors = {
        f"{name}/{key}": tensor
        for name, module in result.learner.modules.items()
        for key, tensor in module.state_dict().items()
    }
    for name, optimiser in result.learner.optimisers.items():
        for index, values in optimiser.state_dict()["state"].items():
            tensors |= {f"{name}/{index}/{key}": value for key, value in values.items()}
    return tensors


def assert_same(one: TrainingResult, other: TrainingResult) -> None:
    first, second = everything(one), everything(other)
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


VARIANTS = [
    ("cgan", {}),
    ("cgan", {"augment_p": 0.5, "penalty": "exact", "ema_half_life_images_final": 20}),
    ("cgan", {"loss": "wasserstein", "penalty": "wgan_gp", "gamma": 10}),
    ("dcgan", {}),
    ("tutorial-28", {}),
]


@pytest.mark.parametrize(("name", "values"), VARIANTS)
def test_a_run_in_two_sessions_is_the_run_in_one(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, name: str, values: dict[str, str | float]
):
    data, config = pictures(), tiny(name, schedule_images=16, batch_size=4, **values)
    pace = Pace(log_steps=3)
    whole = train(data, config, tmp_path / "whole", budget=Budget(images=16), seed=5, pace=pace)
    train(data, config, tmp_path / "parts", budget=Budget(images=8), seed=5, pace=pace)
    parts = train(data, config, tmp_path / "parts", budget=Budget(images=16), seed=5, pace=pace)
    assert_same(whole, parts)
    assert (parts.state.step, parts.state.images_seen, parts.ending) == (4, 16, "finished")
    logs = [read_log(tmp_path / folder) for folder in ("whole", "parts")]
    for line in logs[0] + logs[1]:
        line.pop("elapsed_s")
    assert logs[0] == logs[1]
    assert [line["step"] for line in logs[0]] == [3]


@pytest.mark.parametrize(
    ("size", "channels"), [((28, 28), 1), ((32, 48), 3), ((48, 32), 4)], ids=str
)
@pytest.mark.parametrize("name", ["cgan", "dcgan"])
def test_any_size_and_channels(
    tmp_path: Path,
    pictures: Pictures,
    tiny: Tiny,
    name: str,
    size: tuple[int, int],
    channels: int,
):
    data = pictures(height_px=size[0], width_px=size[1], channels=channels)
    result = train(data, tiny(name), tmp_path, budget=Budget(images=16))
    assert result.learner.sample(0, 3).shape == (3, channels, *size)
    assert all(torch.isfinite(tensor).all() for tensor in everything(result).values())


def test_another_seed_is_another_run(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    runs = [
        train(pictures(), tiny(), tmp_path / str(seed), budget=Budget(images=16), seed=seed)
        for seed in (1, 2)
    ]
    first, second = (everything(result)["generator/paint.weight"] for result in runs)
    assert not torch.equal(first, second)


def test_the_callers_own_random_numbers_are_left_alone(
    tmp_path: Path, pictures: Pictures, tiny: Tiny
):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    train(pictures(), tiny("tutorial-28"), tmp_path, budget=Budget(images=8))
    assert torch.equal(torch.rand(3), expected)


def test_a_folder_with_another_run_is_refused(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    train(pictures(), tiny(), tmp_path, budget=Budget(images=8))
    with pytest.raises(InputError, match="lr") as caught:
        train(pictures(), tiny(lr=1.0), tmp_path, budget=Budget(images=16))
    assert caught.value.code == "training.other_run"


def test_a_budget_of_minutes_ends_and_fixes_the_schedule(
    tmp_path: Path, pictures: Pictures, tiny: Tiny
):
    result = train(pictures(), tiny(), tmp_path, budget=Budget(minutes=0.01))
    assert result.ending == "finished"
    assert result.state.elapsed_s >= 0.6
    assert result.config.schedule_images is not None
    assert result.state.schedule_images == result.config.schedule_images


@pytest.mark.parametrize("limits", [{}, {"minutes": 0}, {"images": -5}])
def test_a_run_needs_an_end(limits: dict[str, float]):
    with pytest.raises(InputError, match="--minutes"):
        Budget(**limits)


def test_classes_are_asked_for_in_words(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    with pytest.raises(InputError, match="needs classes"):
        train(pictures(num_classes=0), tiny("cgan"), tmp_path, budget=Budget(images=8))


class StopAfter(Silence):
    """Send this process a Ctrl-C at the first report."""

    def report(self, report: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_finishes_the_step_saves_and_goes_on(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.loop.REPORT_S", 0.0)
    config = tiny(schedule_images=40)
    before = signal.getsignal(signal.SIGINT)
    first = train(
        pictures(), config, tmp_path / "run", budget=Budget(images=40), progress=StopAfter()
    )
    assert signal.getsignal(signal.SIGINT) is before
    assert (first.ending, first.state.step) == ("interrupted", 1)
    monkeypatch.setattr("mezzotint.training.loop.REPORT_S", 60.0)
    again = Silence()
    result = train(pictures(), config, tmp_path / "run", budget=Budget(images=40), progress=again)
    assert [str(message) for message in again.messages] == ["Going on after 8 images."]
    whole = train(pictures(), config, tmp_path / "whole", budget=Budget(images=40))
    assert_same(result, whole)


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import torch
torch.set_num_threads(1)
from conftest import TINY, make_pictures
from mezzotint.training.budget import Budget
from mezzotint.training.loop import Pace
from mezzotint.training.recipes import override, recipe
from mezzotint.training.run import train
config = override(recipe("cgan"), {{**TINY, "schedule_images": 100_000, "augment_p_final": 0.5}})
train(make_pictures(), config, Path({folder!r}), budget=Budget(images=100_000), seed=9,
      pace=Pace(log_steps=3, checkpoint_s=0))
"""


def test_kill_9_and_resume_is_bit_identical(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    folder = tmp_path / "killed"
    code = KILLED.format(tests=str(Path(__file__).parent), folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline_s = time.monotonic() + 120
    while len(list(folder.glob("checkpoints/*.json"))) < 2:
        assert time.monotonic() < deadline_s, "no checkpoint was written"
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    reached = max(int(path.stem.split("-")[1]) for path in folder.glob("checkpoints/*.json"))
    budget = Budget(images=(reached + 6) * BATCH_SIZE)
    config = tiny(schedule_images=100_000, augment_p_final=0.5)
    pace = Pace(log_steps=3)
    told = Silence()
    resumed = train(pictures(), config, folder, budget=budget, seed=9, pace=pace, progress=told)
    assert any("Going on" in str(message) for message in told.messages)
    whole = train(pictures(), config, tmp_path / "whole", budget=budget, seed=9, pace=pace)
    assert_same(resumed, whole)
    steps = [line["step"] for line in read_log(folder)]
    assert steps == [line["step"] for line in read_log(tmp_path / "whole")]


def test_a_full_disk_is_told_in_words_and_leaves_the_last_checkpoint(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    config = tiny(schedule_images=16)
    train(pictures(), config, tmp_path, budget=Budget(images=8))
    sound = sorted((tmp_path / "checkpoints").iterdir())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mezzotint.training.files.os.fsync", full)
    with pytest.raises(FailedError, match="No space left"):
        train(pictures(), config, tmp_path, budget=Budget(images=16))
    assert sorted((tmp_path / "checkpoints").iterdir()) == sound
