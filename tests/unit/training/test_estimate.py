from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.device import choose_device
from mezzotint.training.estimate import estimate
from mezzotint.training.making import Hardware
from mezzotint.training.run import train

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
CPU = Hardware(device=torch.device("cpu"))


def test_parameters_and_arithmetic_of_the_classic_vae(pictures: Pictures, tiny: Tiny):
    found = estimate(tiny("vae-classic"), pictures(), Budget(images=1000), CPU)
    encoder = 784 * 200 + 200 + 200 * 200 + 200 + 2 * (200 * 50 + 50)
    decoder = 50 * 200 + 200 + 200 * 200 + 200 + 200 * 784 + 784
    assert found.num_parameters == {"network": encoder + decoder + 1}  # and a Gaussian's scale
    # Each weight: 2 forward, 2 for its gradient, 2 for its input's gradient but in the first layer.
    weights = 2 * (784 * 200 + 200 * 200) + 2 * 200 * 50 + 50 * 200
    assert found.flops_per_image == 6 * weights - 2 * 784 * 200


def test_time_and_images_follow_from_the_speed(pictures: Pictures, tiny: Tiny):
    by_images = estimate(tiny(), pictures(), Budget(images=6000), CPU)
    assert by_images.num_images == 6000
    assert by_images.minutes == pytest.approx(6000 / by_images.images_per_s / 60)
    by_time = estimate(tiny(), pictures(), Budget(minutes=2), CPU)
    assert by_time.num_images == pytest.approx(by_time.images_per_s * 120, abs=1)
    assert by_time.minutes == pytest.approx(2, rel=1e-2)
    assert set(by_time.num_parameters) == {"generator", "discriminator"}


@pytest.mark.parametrize("name", ["cgan", "acgan", "dcgan", "vae", "vaegan"])
def test_bfloat16_trains_and_keeps_weights_in_float32(
    tmp_path: Path, pictures: Pictures, tiny: Tiny, name: str
):
    budget = Budget(images=32)
    half = train(pictures(), tiny(name, precision="bfloat16"), tmp_path / "half", budget=budget)
    whole = train(pictures(), tiny(name), tmp_path / "whole", budget=budget)
    for module in half.learner.modules.values():
        for parameter in module.parameters():
            assert parameter.dtype == torch.float32
            assert torch.isfinite(parameter).all()
    painted = [result.learner.sample(0, 4) for result in (half, whole)]
    assert painted[0].dtype == torch.float32
    # It computed in another precision, and not something else.
    assert not torch.equal(painted[0], painted[1])
    assert (painted[0] - painted[1]).abs().mean() < 0.2


def test_a_device_that_is_not_there_is_refused():
    assert choose_device("cpu") == torch.device("cpu")
    with pytest.raises(InputError, match="no device 'tpu'"):
        choose_device("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="no device 'cuda'"):
            choose_device("cuda")
