from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.checkpoint import (
    NUM_KEPT,
    load_newest,
    newest_settings,
    save_checkpoint,
)
from mezzotint.training.config import TrainingConfig
from mezzotint.training.learner import Learner
from mezzotint.training.making import Hardware, make_learner
from mezzotint.training.recipes import as_scalars
from mezzotint.training.state import RunState

CPU = Hardware(device=torch.device("cpu"))
MakeLearner = Callable[[int], Learner]


@pytest.fixture
def learner(
    pictures: Callable[..., TrainingPictures], tiny: Callable[..., TrainingConfig]
) -> MakeLearner:
    return lambda seed: make_learner(tiny(), pictures(), CPU, seed=seed)


def save(folder: Path, learner: Learner, step: int) -> Path:
    state = RunState(seed=3, step=step, images_seen=step * 8, schedule_images=800)
    return save_checkpoint(folder, learner, state, as_scalars(learner.config))


def weight(learner: Learner) -> torch.Tensor:
    return learner.modules["generator"].get_parameter("paint.weight").detach().clone()


def test_what_is_saved_comes_back(tmp_path: Path, learner: MakeLearner):
    one, other = learner(1), learner(2)
    save(tmp_path, one, 5)
    loaded = load_newest(tmp_path, other)
    assert loaded.state == RunState(seed=3, step=5, images_seen=40, schedule_images=800)
    assert loaded.warnings == ()
    assert torch.equal(weight(one), weight(other))
    settings = newest_settings(tmp_path)
    assert settings is not None
    assert (settings.seed, settings.config) == (3, as_scalars(one.config))


def test_an_empty_folder_holds_nothing(tmp_path: Path, learner: MakeLearner):
    assert load_newest(tmp_path / "none", learner(1)).state is None
    assert newest_settings(tmp_path / "none") is None


def test_only_the_newest_are_kept(tmp_path: Path, learner: MakeLearner):
    for step in range(1, 7):
        save(tmp_path, learner(1), step)
    names = sorted(path.name for path in tmp_path.iterdir())
    kept = range(7 - NUM_KEPT, 7)
    assert names == sorted(f"step-{s:08d}.{e}" for s in kept for e in ("json", "safetensors"))


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(bytes(content))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit": lambda p: flip_a_bit(p.with_suffix(".safetensors")),
    "tensors gone": lambda p: p.with_suffix(".safetensors").unlink(),
    "tensors cut off": lambda p: p.with_suffix(".safetensors").write_bytes(b"123"),
    "manifest cut off": lambda p: p.write_bytes(p.read_bytes()[:40]),
    "manifest of another format": lambda p: p.write_bytes(
        p.read_bytes().replace(b'"format_version": 1', b'"format_version": 9')
    ),
    "manifest without state": lambda p: p.write_bytes(p.read_bytes().replace(b"state", b"etats")),
    "manifest with a list": lambda p: p.write_bytes(b"[]"),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_checkpoint_is_skipped_with_a_word(
    tmp_path: Path, learner: MakeLearner, damage: str
):
    old, new, other = learner(1), learner(2), learner(3)
    save(tmp_path, old, 5)
    DAMAGES[damage](save(tmp_path, new, 6))
    loaded = load_newest(tmp_path, other)
    assert loaded.state is not None
    assert loaded.state.step == 5
    assert torch.equal(weight(other), weight(old))
    assert [str(w) for w in loaded.warnings if "step-00000006" in str(w)]
    assert newest_settings(tmp_path) is not None


def test_if_all_are_damaged_it_says_so_and_changes_nothing(tmp_path: Path, learner: MakeLearner):
    flip_a_bit(save(tmp_path, learner(1), 5).with_suffix(".safetensors"))
    other = learner(2)
    before = weight(other)
    loaded = load_newest(tmp_path, other)
    assert loaded.state is None
    assert "from the beginning" in str(loaded.warnings[-1])
    assert torch.equal(weight(other), before)


def test_another_networks_checkpoint_is_not_taken(
    tmp_path: Path,
    learner: MakeLearner,
    pictures: Callable[..., TrainingPictures],
    tiny: Callable[..., TrainingConfig],
):
    wider = make_learner(tiny(generator_width=8), pictures(), CPU, seed=1)
    save(tmp_path, wider, 5)
    loaded = load_newest(tmp_path, learner(1))
    assert loaded.state is None
    assert "another network" in str(loaded.warnings[0])


def test_a_write_that_is_cut_off_leaves_no_checkpoint(
    tmp_path: Path, learner: MakeLearner, monkeypatch: pytest.MonkeyPatch
):
    save(tmp_path, learner(1), 5)

    def cut_off(path: Path, content: bytes) -> None:
        if path.suffix == ".json":
            raise KeyboardInterrupt
        path.write_bytes(content)

    monkeypatch.setattr("mezzotint.training.checkpoint.write_durably", cut_off)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, learner(2), 6)
    loaded = load_newest(tmp_path, learner(3))
    assert loaded.state is not None
    assert (loaded.state.step, loaded.warnings) == (5, ())
