"""Two processes on gloo see the losses that one process sees with the same global batch."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.loop import Pace
from mezzotint.training.making import Hardware, batch_source
from mezzotint.training.metrics_log import read_log
from mezzotint.training.run import train
from mezzotint.training.team import Team
from mezzotint.training.trial import find_num_rounds

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]

WORKER = """
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
config = override(recipe("acgan"), {{**TINY, "schedule_images": 64, "augment_p": 0.5}})
train(make_pictures(), config, Path({folder!r}), budget=Budget(images=64), seed=9,
      pace=Pace(log_steps=2))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_two_processes_see_what_one_sees(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    code = WORKER.format(tests=str(Path(__file__).parent), folder=str(tmp_path / "two"))
    port = str(free_port())
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "RANK": str(rank),
                "WORLD_SIZE": "2",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
            },
        )
        for rank in range(2)
    ]
    config = tiny("acgan", schedule_images=64, augment_p=0.5)
    train(
        pictures(),
        config,
        tmp_path / "one",
        budget=Budget(images=64),
        seed=9,
        pace=Pace(log_steps=2),
    )
    assert [worker.wait(timeout=200) for worker in workers] == [0, 0]
    alone, together = read_log(tmp_path / "one"), read_log(tmp_path / "two")
    assert len(alone) == len(together) == 4
    for one, two in zip(alone, together, strict=True):
        one.pop("elapsed_s"), two.pop("elapsed_s")
        assert two == pytest.approx(one, rel=1e-4, abs=1e-5)


def test_a_batch_that_does_not_split_is_refused(pictures: Pictures, tiny: Tiny):
    hardware = Hardware(device=torch.device("cpu"), num_rounds=3)
    with pytest.raises(InputError, match="8 does not split into 3"):
        batch_source(tiny(), pictures(), hardware, seed=0)


class SmallMemory:
    """Stand for a learner on a device that holds two pictures at a time."""

    def __init__(self, room: int) -> None:
        self.room = room

    def step(self, batches: list[object], moment: object) -> None:
        if max(len(batch.pixels) for batch in batches) > self.room:  # type: ignore[attr-defined]
            raise torch.OutOfMemoryError("CUDA out of memory")


@pytest.mark.parametrize(("room", "expected"), [(100, 1), (8, 1), (7, 2), (2, 4), (1, 8)])
def test_rounds_are_found_that_fit(
    pictures: Pictures,
    tiny: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    room: int,
    expected: int,
):
    monkeypatch.setattr("mezzotint.training.trial.make_learner", lambda *a, **k: SmallMemory(room))
    hardware = Hardware(device=torch.device("cpu"))
    assert find_num_rounds(tiny(), pictures(), hardware, seed=0) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RuntimeError("MPS backend out of memory (allocated: 9 GB)"), FailedError),
        (MemoryError(), FailedError),
        (RuntimeError("shapes cannot be multiplied"), RuntimeError),
    ],
    ids=str,
)
def test_a_full_memory_is_told_from_other_trouble(
    pictures: Pictures,
    tiny: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    expected: type[Exception],
):
    class Failing:
        def step(self, batches: object, moment: object) -> None:
            raise error

    monkeypatch.setattr("mezzotint.training.trial.make_learner", lambda *a, **k: Failing())
    with pytest.raises(expected):
        find_num_rounds(tiny(), pictures(), Hardware(device=torch.device("cpu")), seed=0)


def test_if_nothing_fits_it_is_told_in_words(
    pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.trial.make_learner", lambda *a, **k: SmallMemory(0))
    with pytest.raises(FailedError, match="one picture at a time"):
        find_num_rounds(tiny(), pictures(), Hardware(device=torch.device("cpu")), seed=0)


def test_alone_nothing_is_exchanged():
    team = Team()
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.grad = torch.tensor([1.0, 2.0])
    team.average([parameter])
    assert parameter.grad.tolist() == [1.0, 2.0]
    assert team.mean({"loss": 2.0}) == {"loss": 2.0}
    assert team.agree(3.0) == 3.0


def test_rounds_found_automatically_train_as_the_whole(
    tmp_path: Path, pictures: Pictures, tiny: Tiny
):
    runs = [
        train(
            pictures(),
            tiny(),
            tmp_path / str(rounds),
            budget=Budget(images=16),
            rounds=rounds,
            pace=Pace(log_steps=1),
        )
        for rounds in (None, 1, 4)
    ]
    logs = [read_log(tmp_path / str(rounds)) for rounds in (None, 1, 4)]
    for line in (line for log in logs for line in log):
        line.pop("elapsed_s")
    assert logs[0] == logs[1]
    assert logs[2] == [pytest.approx(line, rel=1e-3, abs=1e-4) for line in logs[1]]
    assert [result.state.step for result in runs] == [2, 2, 2]
