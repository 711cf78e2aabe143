"""The codec learns, whatever a batch is split into, and its bundle encodes, decodes, imagines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mezzotint.bundles.read import open_bundle
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.batches import to_tensor
from mezzotint.training.budget import Budget
from mezzotint.training.config import TrainingConfig
from mezzotint.training.export import About, export_bundle
from mezzotint.training.learner import Moment
from mezzotint.training.making import Hardware, batch_source, make_learner
from mezzotint.training.run import train
from mezzotint.training.vaegan import VaeganLearner

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
SIZES = {"width": 4, "latent_channels": 2, "penalty_sigma": 0.5}


def stepped(
    config: TrainingConfig,
    pictures: TrainingPictures,
    *,
    steps: int,
    rounds: int = 1,
    progress: float = 0.6,
) -> tuple[VaeganLearner, list[dict[str, torch.Tensor]]]:
    hardware = Hardware(device=torch.device("cpu"), num_rounds=rounds)
    learner = make_learner(config, pictures, hardware, seed=4)
    assert isinstance(learner, VaeganLearner)
    source = batch_source(config, pictures, hardware, seed=4)
    moments = (Moment(seed=4, step=step, progress=progress) for step in range(steps))
    return learner, [learner.step(source(moment.step), moment) for moment in moments]


@pytest.mark.parametrize("rounds", [2, 4])
def test_rounds_add_up_to_the_batch(pictures: Pictures, tiny: Tiny, rounds: int):
    config = tiny("vaegan", gamma=1.0, **SIZES)
    whole, _ = stepped(config, pictures(), steps=1)
    split, _ = stepped(config, pictures(), steps=1, rounds=rounds)
    for name in ("discriminator", "codec"):
        pairs = zip(whole.modules[name].parameters(), split.modules[name].parameters(), strict=True)
        for one, other in pairs:
            torch.testing.assert_close(other.grad, one.grad, rtol=2e-3, atol=2e-5)


def test_each_side_learns_from_its_own_loss_alone(pictures: Pictures, tiny: Tiny):
    still = tiny("vaegan", lr=0.0, lr_final=0.0, **SIZES)
    learner, _ = stepped(still, pictures(), steps=1)
    for module in (learner.codec, learner.discriminator):
        assert all(parameter.grad is not None for parameter in module.parameters())
    assert all(parameter.grad is None for parameter in learner.average.parameters())


def test_the_discriminator_joins_in_the_second_half(pictures: Pictures, tiny: Tiny):
    config = tiny("vaegan", **SIZES)
    learner, (early,) = stepped(config, pictures(), steps=1, progress=0.49)
    fresh = make_learner(config, pictures(), Hardware(device=torch.device("cpu")), seed=4)
    before = fresh.modules["discriminator"].state_dict()
    for key, weight in learner.discriminator.state_dict().items():
        assert torch.equal(weight, before[key])
    _, (late,) = stepped(config, pictures(), steps=1, progress=0.5)
    adversarial = {"generator", "features", "discriminator", "penalty", "real_above_painted"}
    assert set(late) - set(early) == adversarial
    assert {"pixels", "structure", "edges", "kl"} <= set(early)


def test_the_loss_is_the_weighted_sum_of_its_terms(pictures: Pictures, tiny: Tiny):
    weights = {"pixel_weight": 2.0, "structure_weight": 0.3, "edge_weight": 0.4, "kl_weight": 0.5}
    weights |= {"feature_weight": 0.6, "adversarial_weight": 0.7}
    _, (figures,) = stepped(tiny("vaegan", **weights, **SIZES), pictures(), steps=1)
    names = ("pixels", "structure", "edges", "kl", "features", "generator")
    expected = sum(
        w * figures[name] for w, name in zip((2.0, 0.3, 0.4, 0.5, 0.6, 0.7), names, strict=True)
    )
    torch.testing.assert_close(figures["loss"], expected)


def test_reconstructions_become_better(pictures: Pictures, tiny: Tiny):
    config = tiny("vaegan", lr=3e-3, ema_half_life_images_final=0.0, **SIZES)
    data = pictures()
    pixels = to_tensor(data.pixels)
    fresh, _ = stepped(config, data, steps=1, progress=0.2)
    trained, _ = stepped(config, data, steps=40, progress=0.2)
    errors = [(learner.reconstruct(pixels) - pixels).abs().mean() for learner in (fresh, trained)]
    assert errors[1] < 0.5 * errors[0]


def test_a_run_in_two_sessions_is_the_run_in_one(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    config = tiny("vaegan", schedule_images=32, **SIZES)
    whole = train(pictures(), config, tmp_path / "whole", budget=Budget(images=32))
    train(pictures(), config, tmp_path / "parts", budget=Budget(images=16))
    parts = train(pictures(), config, tmp_path / "parts", budget=Budget(images=32))
    for name, module in whole.learner.modules.items():
        other = parts.learner.modules[name].state_dict()
        differing = [k for k, v in module.state_dict().items() if not torch.equal(v, other[k])]
        assert differing == []


@pytest.mark.parametrize(
    ("size", "channels"), [((28, 28), 1), ((64, 96), 3), ((48, 32), 4)], ids=str
)
def test_any_size_and_channels(
    pictures: Pictures, tiny: Tiny, size: tuple[int, int], channels: int
):
    data = pictures(height_px=size[0], width_px=size[1], channels=channels)
    learner, (figures,) = stepped(tiny("vaegan", **SIZES), data, steps=1)
    assert learner.sample(0, 3).shape == (3, channels, *size)
    assert all(torch.isfinite(figure) for figure in figures.values())


def test_the_bundle_encodes_decodes_and_imagines(tmp_path: Path, pictures: Pictures, tiny: Tiny):
    data = pictures(channels=3, height_px=32, width_px=48)
    result = train(data, tiny("vaegan", **SIZES), tmp_path / "run", budget=Budget(images=16))
    about = About(
        name="codec", title={"en": "Codec"}, description={"en": "."}, licence="CC0-1.0", command="x"
    )
    card = export_bundle(result, data, tmp_path / "codec", about)
    assert open_bundle(tmp_path / "codec").card == card
    assert {graph.name for graph in card.graphs} == {"encoder", "decoder", "generator"}
    assert max(graph.max_parity_error for graph in card.graphs) < 1e-4
    assert card.noise_dim == 2 * 8 * 12
    encoder = card.graph("encoder")
    assert encoder is not None
    assert encoder.outputs[0].shape == (None, 2, 8, 12)
