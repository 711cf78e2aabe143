"""Each term against torch.distributions, and the laws that bounds obey."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from mezzotint.losses.likelihood import (
    bernoulli_log_likelihood,
    gaussian_kl,
    gaussian_log_likelihood,
    importance_weighted_bound,
    log_importance_weight,
)

PICTURE = (3, 2, 5, 4)  # N, C, H, W, all different


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_bernoulli_likelihood():
    logits, targets = normal(1, *PICTURE), (normal(2, *PICTURE) > 0).double()
    expected = Independent(Bernoulli(logits=logits), 3).log_prob(targets)
    torch.testing.assert_close(bernoulli_log_likelihood(logits, targets), expected)


@pytest.mark.parametrize(
    "log_scale", [torch.tensor(-0.7).double(), normal(5, *PICTURE)], ids=["one", "each"]
)
def test_gaussian_likelihood(log_scale: torch.Tensor):
    mean, targets = normal(3, *PICTURE), normal(4, *PICTURE)
    expected = Independent(Normal(mean, log_scale.exp().expand_as(mean)), 3).log_prob(targets)
    torch.testing.assert_close(gaussian_log_likelihood(mean, targets, log_scale), expected)


def test_divergence_from_the_prior():
    mean, log_variance = normal(6, 4, 7), normal(7, 4, 7)
    posterior = Normal(mean, (0.5 * log_variance).exp())
    expected = kl_divergence(posterior, Normal(torch.zeros_like(mean), torch.ones_like(mean)))
    torch.testing.assert_close(gaussian_kl(mean, log_variance), expected)


def test_gradients_equal_finite_differences():
    logits, targets = normal(8, *PICTURE).requires_grad_(), normal(9, *PICTURE).sigmoid()
    scale = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    mean, log_variance = normal(10, 3, 2).requires_grad_(), normal(11, 3, 2).requires_grad_()
    check = torch.autograd.gradcheck
    assert check(lambda x: bernoulli_log_likelihood(x, targets), (logits,))
    assert check(lambda x, s: gaussian_log_likelihood(x, targets, s), (logits, scale))
    assert check(gaussian_kl, (mean, log_variance))
    assert check(importance_weighted_bound, (normal(12, 5, 3).requires_grad_(),))


def test_weights_are_the_ratio_of_the_densities():
    mean, log_variance, noise = normal(13, 3, 7), normal(14, 3, 7), normal(15, 5, 3, 7)
    scale = (0.5 * log_variance).exp()
    latent = mean + scale * noise
    log_likelihood = normal(16, 5, 3)
    prior, posterior = Normal(0.0, 1.0), Normal(mean, scale)
    expected = log_likelihood + prior.log_prob(latent).sum(-1) - posterior.log_prob(latent).sum(-1)
    found = log_importance_weight(log_likelihood, latent, noise, log_variance)
    torch.testing.assert_close(found, expected)


def test_the_bound_is_the_log_of_the_mean():
    weights = normal(17, 6, 4)
    torch.testing.assert_close(importance_weighted_bound(weights), weights.exp().mean(0).log())
    torch.testing.assert_close(importance_weighted_bound(weights[:1]), weights[0])


def test_the_bound_rises_with_draws_toward_the_truth():
    # x | z ~ N(z, 1), z ~ N(0, 1), so p(x) = N(x; 0, 2); the posterior used is a bad one.
    x = torch.tensor([0.5, -1.2, 2.0], dtype=torch.float64)
    truth = Normal(0.0, math.sqrt(2.0)).log_prob(x)
    log_variance = torch.zeros(3, 1, dtype=torch.float64)
    noise = normal(18, 40_000, 3, 1)
    latent = noise  # q = N(0, 1)
    log_likelihood = Normal(latent[..., 0], 1.0).log_prob(x)
    weights = log_importance_weight(log_likelihood, latent, noise, log_variance)
    bounds = [
        importance_weighted_bound(weights.view(k, -1, 3)).mean(dim=0) for k in (1, 4, 64, 40_000)
    ]
    for lower, higher in pairwise(bounds):
        assert (lower < higher).all()
    assert (bounds[2] <= truth).all()
    torch.testing.assert_close(bounds[3], truth, atol=0.03, rtol=0)
