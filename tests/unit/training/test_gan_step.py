"""One step: gradients land where they should, and splitting a batch changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.losses.adversarial import ADVERSARIAL_LOSSES
from mezzotint.losses.classification import class_cross_entropy
from mezzotint.losses.penalties import exact_gradient_penalty
from mezzotint.training.config import TrainingConfig
from mezzotint.training.gan import GanLearner
from mezzotint.training.learner import Moment
from mezzotint.training.making import Hardware, batch_source, make_learner

Pictures = Callable[..., TrainingPictures]
Tiny = Callable[..., TrainingConfig]
START = Moment(seed=4, step=0, progress=0.0)


def stepped(
    config: TrainingConfig, pictures: TrainingPictures, *, rounds: int = 1, steps: int = 1
) -> tuple[GanLearner, dict[str, torch.Tensor]]:
    """Return a learner after some steps, and the figures of the last one."""
    hardware = Hardware(device=torch.device("cpu"), num_rounds=rounds)
    learner = make_learner(config, pictures, hardware, seed=4)
    assert isinstance(learner, GanLearner)
    source = batch_source(config, pictures, hardware, seed=4)
    figures: dict[str, torch.Tensor] = {}
    for step in range(steps):
        figures = learner.step(source(step), Moment(seed=4, step=step, progress=0.0))
    return learner, figures


def gradients(network: nn.Module) -> dict[str, torch.Tensor]:
    return {n: p.grad.clone() for n, p in network.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("rounds", [2, 4, 8])
@pytest.mark.parametrize(
    "values",
    [
        {"penalty_sigma": 0.5},  # large: differences of float32 logits are not amplified
        {"penalty": "exact", "loss": "non_saturating", "augment_p": 0.7},
        {"penalty": "wgan_gp", "loss": "wasserstein", "penalty_fraction": 1.0},
        {
            "penalty_sigma": 0.5,
            "penalty_fraction": 0.375,
        },  # 3 of 8: not the same number in every round
    ],
    ids=str,
)
def test_rounds_add_up_to_the_batch(
    pictures: Pictures, tiny: Tiny, rounds: int, values: dict[str, str | float]
):
    config = tiny("acgan", gamma=1.0, **values)
    whole, figures = stepped(config, pictures())
    split, split_figures = stepped(config, pictures(), rounds=rounds)
    for one, other in (
        (whole.discriminator, split.discriminator),
        (whole.generator, split.generator),
    ):
        first, second = gradients(one), gradients(other)
        assert first.keys() == second.keys()
        for name, gradient in first.items():
            torch.testing.assert_close(second[name], gradient, rtol=1e-3, atol=1e-5, msg=name)
    for name in ("discriminator", "generator", "class_real"):
        torch.testing.assert_close(split_figures[name], figures[name], rtol=1e-4, atol=1e-5)


def test_the_exact_penalty_is_what_d_is_charged(pictures: Pictures, tiny: Tiny):
    config = tiny(penalty="exact", gamma=3.0, penalty_fraction=1.0, centring=0.0)
    hardware = Hardware(device=torch.device("cpu"))
    learner = make_learner(config, pictures(), hardware, seed=4)
    assert isinstance(learner, GanLearner)
    (batch,) = batch_source(config, pictures(), hardware, seed=4)(0)
    classes = batch.class_weights

    def judge(pixels: torch.Tensor) -> torch.Tensor:
        return learner.discriminator(pixels, classes).logits

    (round_,) = learner._draw_rounds([batch], START)
    fake = learner.generator(round_.noise, classes)
    real_logits, fake_logits = judge(batch.pixels), judge(fake)
    loss = ADVERSARIAL_LOSSES["relativistic"].discriminator(real_logits, fake_logits)
    penalty = 1.5 * (
        exact_gradient_penalty(judge, batch.pixels) + exact_gradient_penalty(judge, fake)
    )
    expected = torch.autograd.grad(loss + penalty, list(learner.discriminator.parameters()))
    figures = learner.step([batch], START)
    torch.testing.assert_close(figures["penalty"], penalty.detach(), rtol=1e-4, atol=1e-7)
    for (name, found), gradient in zip(
        gradients(learner.discriminator).items(), expected, strict=True
    ):
        torch.testing.assert_close(found, gradient, rtol=1e-3, atol=1e-6, msg=name)


def test_finite_differences_stand_for_the_exact_penalty(pictures: Pictures, tiny: Tiny):
    found = {}
    for penalty in ("exact", "finite_difference"):
        config = tiny(
            penalty=penalty, penalty_fraction=1.0, gamma=1.0, batch_size=256, penalty_sigma=0.01
        )
        found[penalty] = stepped(config, pictures())[1]["penalty"].item()
    # A chi-square mean over 512 directions: about 6 % either way.
    assert found["finite_difference"] == pytest.approx(found["exact"], rel=0.3)


def test_simultaneous_updates_use_the_same_weights(pictures: Pictures, tiny: Tiny):
    # With D's rate at 0, alternating and simultaneous steps must give G the same gradient.
    values = {"loss": "non_saturating", "penalty": "none", "centring": 0.0}
    alternating, _ = stepped(tiny(lr=0.0, **values), pictures())
    simultaneous, _ = stepped(tiny(lr=0.0, update="simultaneous", **values), pictures())
    moving, _ = stepped(tiny(lr=0.5, update="simultaneous", **values), pictures())
    first, second, third = (
        gradients(learner.generator) for learner in (alternating, simultaneous, moving)
    )
    for name, gradient in first.items():
        torch.testing.assert_close(second[name], gradient)
        torch.testing.assert_close(third[name], gradient)


def test_alternating_updates_judge_with_the_new_discriminator(pictures: Pictures, tiny: Tiny):
    values = {"loss": "non_saturating", "penalty": "none", "centring": 0.0}
    still, _ = stepped(tiny(lr=0.0, **values), pictures())
    moving, _ = stepped(tiny(lr=0.1, **values), pictures())
    name = "paint.weight"
    assert not torch.allclose(gradients(still.generator)[name], gradients(moving.generator)[name])


def test_the_class_loss_is_cross_entropy():
    logits = torch.randn(5, 3, dtype=torch.float64)
    labels = torch.tensor([0, 2, 1, 1, 0])
    expected = nn.functional.cross_entropy(logits, labels)
    weights = nn.functional.one_hot(labels, 3).double()
    torch.testing.assert_close(class_cross_entropy(logits, weights), expected)
    assert torch.autograd.gradcheck(
        lambda x: class_cross_entropy(x, weights), (logits.requires_grad_(),)
    )


def test_an_auxiliary_classifier_learns_to_name(pictures: Pictures, tiny: Tiny):
    data = pictures(num_pictures=16)
    config = tiny("acgan", lr=0.01, lr_final=0.01, batch_size=16, gamma=0.0, gamma_final=0.0)
    _, first = stepped(config, data)
    _, last = stepped(config, data, steps=40)
    assert last["class_real"] < 0.5 * first["class_real"]


def test_one_gan_step_lowers_its_own_loss_at_a_small_rate(pictures: Pictures, tiny: Tiny):
    # The same batch and draws twice: after a small step of D alone, D's loss is lower.
    config = tiny(lr=1e-3, penalty="none", centring=0.0)
    hardware = Hardware(device=torch.device("cpu"))
    learner = make_learner(config, pictures(), hardware, seed=4)
    (batch,) = batch_source(config, pictures(), hardware, seed=4)(0)
    assert isinstance(learner, GanLearner)
    generator = {k: v.clone() for k, v in learner.generator.state_dict().items()}
    first = learner.step([batch], START)["discriminator"]
    learner.generator.load_state_dict(generator)
    second = learner.step([batch], START)["discriminator"]
    assert second < first
    assert np.isfinite(second.item())
