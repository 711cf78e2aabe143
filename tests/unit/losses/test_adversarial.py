"""Each loss against its formula, its gradient against a numerical one, in float64."""

from __future__ import annotations

import math

import pytest
import torch

from mezzotint.losses.adversarial import ADVERSARIAL_LOSSES

NAMES = sorted(ADVERSARIAL_LOSSES)


def logits(seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(7, generator=random, dtype=torch.float64) * 3


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


# The definitions as the papers write them, one number at a time.
DISCRIMINATOR = {
    "non_saturating": lambda r, f: -math.log(sigmoid(r)) - math.log(1 - sigmoid(f)),
    "minimax": lambda r, f: -math.log(sigmoid(r)) - math.log(1 - sigmoid(f)),
    "hinge": lambda r, f: max(0.0, 1 - r) + max(0.0, 1 + f),
    "least_squares": lambda r, f: ((r - 1) ** 2 + f**2) / 2,
    "wasserstein": lambda r, f: f - r,
    "relativistic": lambda r, f: -math.log(sigmoid(r - f)),
}
GENERATOR = {
    "non_saturating": lambda r, f: -math.log(sigmoid(f)),
    "minimax": lambda r, f: math.log(1 - sigmoid(f)),
    "hinge": lambda r, f: -f,
    "least_squares": lambda r, f: (f - 1) ** 2 / 2,
    "wasserstein": lambda r, f: -f,
    "relativistic": lambda r, f: -math.log(sigmoid(f - r)),
}


def test_every_loss_has_its_definition_here():
    assert set(NAMES) == set(DISCRIMINATOR) == set(GENERATOR)


@pytest.mark.parametrize("name", NAMES)
def test_losses_equal_their_definition(name: str):
    real, fake = logits(1), logits(2)
    pairs = list(zip(real.tolist(), fake.tolist(), strict=True))
    loss = ADVERSARIAL_LOSSES[name]
    for side, definition in ((loss.discriminator, DISCRIMINATOR), (loss.generator, GENERATOR)):
        expected = sum(definition[name](r, f) for r, f in pairs) / len(pairs)
        assert side(real, fake).item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_equal_finite_differences(name: str):
    real, fake = logits(3).requires_grad_(), logits(4).requires_grad_()
    loss = ADVERSARIAL_LOSSES[name]
    assert torch.autograd.gradcheck(loss.discriminator, (real, fake))
    assert torch.autograd.gradcheck(loss.generator, (real, fake))


@pytest.mark.parametrize("name", NAMES)
def test_declared_use_of_real_logits_is_true(name: str):
    loss = ADVERSARIAL_LOSSES[name]
    moved = not torch.equal(
        loss.generator(logits(5), logits(6)), loss.generator(logits(7), logits(6))
    )
    assert moved == loss.generator_uses_real


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_extreme_logits_stay_finite(name: str, size: float):
    loss, extreme = ADVERSARIAL_LOSSES[name], torch.full((3,), size)
    for side in (loss.discriminator, loss.generator):
        assert torch.isfinite(side(extreme, -extreme))


@pytest.mark.parametrize("name", NAMES)
def test_both_sides_want_opposite_things_of_fake_logits(name: str):
    # Between the targets of every loss, D pushes fake logits down and G pushes them up.
    real, fake = torch.full((4,), 0.4), torch.full((4,), 0.3, requires_grad=True)
    loss = ADVERSARIAL_LOSSES[name]
    (down,) = torch.autograd.grad(loss.discriminator(real, fake), fake)
    (up,) = torch.autograd.grad(loss.generator(real, fake), fake)
    assert (down > 0).all()
    assert (up < 0).all()
