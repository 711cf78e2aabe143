"""Penalties against closed forms of a discriminator whose gradient is known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mezzotint.losses.penalties import (
    exact_gradient_penalty,
    finite_difference_penalty,
    logit_centring,
    pixel_gradient,
    wgan_gradient_penalty,
)

SHAPE = (6, 2, 5, 3)  # all different, so that a swap of dimensions shows


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


WEIGHT = normal(0, *SHAPE[1:])


def linear_judge(pixels: Tensor) -> Tensor:
    return (pixels * WEIGHT).sum(dim=(1, 2, 3))


def square_judge(pixels: Tensor) -> Tensor:
    return 0.5 * (pixels**2 * WEIGHT).sum(dim=(1, 2, 3))  # gradient = pixels * WEIGHT


def test_gradient_is_each_pictures_own():
    pixels = normal(1, *SHAPE)
    torch.testing.assert_close(pixel_gradient(square_judge, pixels), pixels * WEIGHT)


def test_exact_penalty_is_the_mean_of_summed_squares():
    pixels = normal(1, *SHAPE)
    expected = ((pixels * WEIGHT) ** 2).sum() / len(pixels)
    torch.testing.assert_close(exact_gradient_penalty(square_judge, pixels), expected)


def test_exact_penalty_has_a_second_derivative():
    weight = WEIGHT.clone().requires_grad_()
    pixels = normal(1, *SHAPE)

    def penalty(weight: Tensor) -> Tensor:
        return exact_gradient_penalty(lambda x: torch.tanh((x * weight).sum(dim=(1, 2, 3))), pixels)

    assert torch.autograd.gradcheck(penalty, (weight,))


def test_finite_differences_are_unbiased():
    # Of a linear D the estimate is exact in expectation at any sigma: E (w.n)^2 = |w|^2.
    draws = 20_000
    nudges = normal(2, draws, *SHAPE[1:])
    pixels = normal(3, 1, *SHAPE[1:]).expand_as(nudges)
    sigma = 0.3
    found = finite_difference_penalty(
        linear_judge(pixels), linear_judge(pixels + sigma * nudges), sigma
    )
    # The standard error of a chi-square mean is sqrt(2 / draws) of its value: 1 %.
    assert found.item() == pytest.approx(WEIGHT.square().sum().item(), rel=0.04)


def test_finite_differences_approach_the_exact_penalty():
    pixels, sigma = normal(4, 2000, *SHAPE[1:]), 1e-3
    nudges = normal(5, *pixels.shape)
    found = finite_difference_penalty(
        square_judge(pixels), square_judge(pixels + sigma * nudges), sigma
    )
    exact = exact_gradient_penalty(square_judge, pixels)
    assert found.item() == pytest.approx(exact.item(), rel=0.1)


def test_finite_difference_gradient():
    logits, nudged = normal(6, 5).requires_grad_(), normal(7, 5).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda a, b: finite_difference_penalty(a, b, 0.05), (logits, nudged)
    )


def test_wgan_penalty_is_zero_for_unit_slope_and_grows_beyond():
    real, fake = normal(8, *SHAPE), normal(9, *SHAPE)
    mix = torch.rand(SHAPE[0], 1, 1, 1, dtype=torch.float64)
    unit = WEIGHT / WEIGHT.norm()
    for slope, expected in ((1.0, 0.0), (3.0, 4.0), (0.5, 0.25)):
        found = wgan_gradient_penalty(
            lambda x, slope=slope: slope * (x * unit).sum(dim=(1, 2, 3)), real, fake, mix
        )
        assert found.item() == pytest.approx(expected, abs=1e-12)


def test_wgan_penalty_looks_between_the_pair():
    real, fake = normal(8, *SHAPE), normal(9, *SHAPE)
    seen: list[Tensor] = []

    def judge(pixels: Tensor) -> Tensor:
        seen.append(pixels.detach())
        return linear_judge(pixels)

    mix = torch.linspace(0, 1, SHAPE[0], dtype=torch.float64).view(-1, 1, 1, 1)
    wgan_gradient_penalty(judge, real, fake, mix)
    torch.testing.assert_close(seen[0][0], fake[0])
    torch.testing.assert_close(seen[0][-1], real[-1])


def test_centring_is_zero_for_opposite_pairs():
    logits = normal(10, 4)
    assert logit_centring(logits, -logits).item() == 0
    assert logit_centring(logits, logits).item() == pytest.approx(4 * logits.square().mean().item())
