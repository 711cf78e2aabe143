"""A damaged best snapshot is told from a sound one, and skipped with a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.best import BEST_FILE, read_best, write_best
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import DamagedCheckpoint
from mezzotint.training.checkup import Checkup, Examiner
from mezzotint.training.config import TrainingConfig
from mezzotint.training.loop import Pace
from mezzotint.training.progress import Silence
from mezzotint.training.run import train

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]


def nets(value: float, width: int = 3) -> dict[str, nn.Module]:
    network = nn.Linear(2, width)
    nn.init.constant_(network.weight, value)
    return {"generator": network}


def test_what_was_written_is_read(tmp_path: Path):
    write_best(tmp_path, nets(5.0))
    found = nets(0.0)
    assert read_best(tmp_path, found)
    assert found["generator"].get_parameter("weight").unique().tolist() == [5.0]
    assert not read_best(tmp_path / "elsewhere", found)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def forget_the_checksum(path: Path) -> None:
    save_file(load_file(path), path)


DAMAGES = [flip_a_bit, cut_off, forget_the_checksum]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
def test_damage_is_seen_and_leaves_the_nets_alone(tmp_path: Path, damage: Callable[[Path], None]):
    write_best(tmp_path, nets(5.0))
    damage(tmp_path / BEST_FILE)
    found = nets(1.0)
    with pytest.raises(DamagedCheckpoint):
        read_best(tmp_path, found)
    assert found["generator"].get_parameter("weight").unique().tolist() == [1.0]


def test_another_networks_snapshot_is_refused(tmp_path: Path):
    write_best(tmp_path, nets(5.0, width=4))
    with pytest.raises(DamagedCheckpoint, match="another network"):
        read_best(tmp_path, nets(1.0))


def test_a_run_with_a_damaged_best_snapshot_says_so_and_keeps_its_last_nets(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mezzotint.training.watch.MIN_STEPS_BETWEEN", 2)
    # The first check is the best one; the file is damaged after it.
    scores = iter([1.0, *[2.0] * 100])

    def look(self: Examiner, learner: object) -> Checkup:
        score = next(scores)
        if score > 1:
            flip_a_bit(tmp_path / BEST_FILE)
        return Checkup(score=score, diversity=1.0, nearest_ratio=None)

    monkeypatch.setattr(Examiner, "look", look)
    told = Silence()
    result = train(
        pictures(), tiny(), tmp_path, budget=Budget(images=32), pace=Pace(), progress=told
    )
    assert any("best snapshot is damaged (wrong checksum)" in str(m) for m in told.messages)
    assert (result.ending, result.state.best_step) == ("finished", 2)
    average = result.learner.averages["generator"]
    assert all(torch.isfinite(p).all() for p in average.parameters())
