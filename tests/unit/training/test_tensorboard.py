"""TensorBoard is used where it is installed, and not missed where it is not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training import tensorboard
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.loop import Pace
from mezzotint.training.metrics_log import read_log
from mezzotint.training.run import train

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]


class Writer:
    """Stand in for torch's SummaryWriter and keep what it is told."""

    opened: ClassVar[list[Writer]] = []

    def __init__(self, log_dir: str, purge_step: int) -> None:
        self.log_dir, self.purge_step = log_dir, purge_step
        self.scalars: list[tuple[str, float, int]] = []
        self.images: list[tuple[str, tuple[int, ...], int, str]] = []
        self.closed = False
        Writer.opened.append(self)

    def add_scalar(self, tag: str, value: float, global_step: int) -> None:
        self.scalars.append((tag, value, global_step))

    def add_image(self, tag: str, image: np.ndarray, global_step: int, dataformats: str) -> None:
        self.images.append((tag, image.shape, global_step, dataformats))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Writer]:
    """Put the stand-in where torch would find TensorBoard."""
    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = Writer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: name == "tensorboard")
    monkeypatch.setattr(Writer, "opened", [])
    return Writer.opened


def test_every_line_of_the_log_and_every_sheet_is_shown(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, installed: list[Writer]
):
    train(pictures(), tiny(), tmp_path, budget=Budget(images=32), pace=Pace(log_steps=2))
    (writer,) = installed
    assert writer.log_dir == str(tmp_path / "tensorboard")
    expected = [
        (name, value, line["step"])
        for line in read_log(tmp_path)
        for name, value in line.items()
        if name not in ("step", "images", "elapsed_s")
    ]
    assert writer.scalars == expected
    assert {step for _, _, step in writer.scalars} == {2, 4}
    assert [(tag, step, layout) for tag, _, step, layout in writer.images] == [
        ("samples", 4, "HWC")
    ]
    assert writer.closed


def test_a_resumed_run_hides_what_came_after_its_checkpoint(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, installed: list[Writer]
):
    for images in (16, 32):
        config = tiny(schedule_images=32)
        train(pictures(), config, tmp_path, budget=Budget(images=images), pace=Pace(log_steps=1))
    assert [writer.purge_step for writer in installed] == [1, 3]
    assert next(step for _, _, step in installed[1].scalars) == 3


def test_going_back_hides_the_steps_that_went_wrong(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, installed: list[Writer]
):
    config = tiny(lr=1e12, lr_final=1e12)
    result = train(pictures(), config, tmp_path, budget=Budget(images=240), pace=Pace(log_steps=2))
    assert result.ending == "gave_up"
    assert len(installed) == 4  # the beginning and three tries
    assert {writer.purge_step for writer in installed} == {1}
    assert all(writer.closed for writer in installed)


def test_without_tensorboard_nothing_is_written(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: None)
    train(pictures(), tiny(), tmp_path, budget=Budget(images=8))
    assert not (tmp_path / "tensorboard").exists()
