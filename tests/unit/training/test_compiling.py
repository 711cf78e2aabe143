"""torch.compile is used where it was measured to pay, and changes nothing but the speed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.budget import Budget
from mezzotint.training.checkpoint import load_newest, save_checkpoint
from mezzotint.training.config import TrainingConfig
from mezzotint.training.learner import Learner, Moment
from mezzotint.training.making import Hardware, batch_source, make_learner
from mezzotint.training.recipes import as_scalars
from mezzotint.training.state import RunState
from mezzotint.training.trial import compiling_pays

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
CUDA = Hardware(device=torch.device("cuda"))
LONG = Budget(minutes=30)


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trace as torch.compile does, without making kernels; give the classes compiled."""
    compiled: list[str] = []
    compile_for_real = nn.Module.compile

    def compile_eagerly(self: nn.Module, **options: object) -> None:
        compiled.append(type(self).__name__)
        compile_for_real(self, backend="eager", **options)

    monkeypatch.setattr(nn.Module, "compile", compile_eagerly)
    return compiled


def stepped(config: TrainingConfig, pictures: TrainingPictures, *, compiled: bool) -> Learner:
    hardware = Hardware(device=torch.device("cpu"), compiled=compiled)
    learner = make_learner(config, pictures, hardware, seed=1)
    source = batch_source(config, pictures, hardware, seed=1)
    for step in range(2):
        learner.step(source(step), Moment(seed=1, step=step, progress=0.6))
    return learner


# torch's tracer looks at .grad of the generator's output, and warns of what it does itself.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")
@pytest.mark.parametrize(
    ("name", "nets"),
    [
        ("cgan", ["CganGenerator", "CganDiscriminator"]),
        ("vae", ["ConvolutionalEncoder", "ConvolutionalDecoder"]),
        ("vaegan", ["VaeganEncoder", "VaeganDecoder", "PatchDiscriminator"]),
    ],
)
def test_compiled_nets_learn_the_same_and_go_into_checkpoints(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, traced: list[str], name: str, nets: list[str]
):
    config = tiny(name)
    plain = stepped(config, pictures(), compiled=False)
    assert traced == []
    compiled = stepped(config, pictures(), compiled=True)
    assert [net for net in traced if net != "PixelScale"] == nets
    for key, module in plain.modules.items():
        torch.testing.assert_close(compiled.modules[key].state_dict(), module.state_dict())
    state = RunState(seed=1, schedule_images=100, step=2)
    save_checkpoint(tmp_path, compiled, state, as_scalars(config))
    assert load_newest(tmp_path, plain).state == state


@pytest.mark.parametrize(("speed_up", "expected"), [(0.7, False), (1.02, False), (1.4, True)])
def test_it_pays_where_it_was_measured_to(
    pictures: Pictures,
    tiny: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    speed_up: float,
    expected: bool,
):
    def speed(*args: object, seed: int) -> float:
        hardware = args[2]
        assert isinstance(hardware, Hardware)
        return 100.0 * (speed_up if hardware.compiled else 1.0)

    monkeypatch.setattr("mezzotint.training.trial.images_per_second", speed)
    assert compiling_pays(tiny(), pictures(), CUDA, LONG, seed=0) is expected
    assert not compiling_pays(tiny(), pictures(), CUDA, Budget(minutes=2), seed=0)
    assert not compiling_pays(tiny(), pictures(), CUDA, Budget(images=1000), seed=0)
    assert not compiling_pays(tiny(penalty="exact"), pictures(), CUDA, LONG, seed=0)
    cpu = Hardware(device=torch.device("cpu"))
    assert not compiling_pays(tiny(), pictures(), cpu, LONG, seed=0)


def test_a_machine_without_a_compiler_trains_all_the_same(
    pictures: Pictures, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
):
    def speed(*args: object, seed: int) -> float:
        if getattr(args[2], "compiled", False):
            raise RuntimeError("Failed to find C compiler.")
        return 100.0

    monkeypatch.setattr("mezzotint.training.trial.images_per_second", speed)
    assert not compiling_pays(tiny(), pictures(), CUDA, LONG, seed=0)
