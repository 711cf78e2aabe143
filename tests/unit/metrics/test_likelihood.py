import math

import pytest
import torch

from mezzotint.metrics.likelihood import importance_sampled_likelihood


def gaussian_weights(seed: int):
    """Weigh draws of a toy model whose log weights are normal with spread 1."""
    generator = torch.Generator().manual_seed(seed)

    def log_weights(pictures: torch.Tensor, num_draws: int) -> torch.Tensor:
        return pictures[:, 0] + torch.randn(num_draws, len(pictures), generator=generator)

    return log_weights


BATCHES = [torch.linspace(-3, 0, 8)[:, None], torch.linspace(-2, 2, 5)[:, None]]


def test_more_draws_tighten_the_bound_up_to_the_known_value() -> None:
    # E exp(N(m, 1)) = exp(m + 1/2)
    mean = float(torch.cat(BATCHES).mean())
    estimates = [
        importance_sampled_likelihood(BATCHES, gaussian_weights(k), num_importance=k)
        for k in (1, 20, 5000)
    ]
    values = [estimate.log_likelihood_nats for estimate in estimates]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(mean + 0.5, abs=0.03)
    assert estimates[-1].elbo_nats == pytest.approx(mean, abs=0.03)
    assert estimates[0].log_likelihood_nats == pytest.approx(estimates[0].elbo_nats)


def test_portions_do_not_change_the_estimate() -> None:
    weights = torch.randn(30, 4, generator=torch.Generator().manual_seed(0))

    def take_next(consumed: list[int]):
        def log_weights(pictures: torch.Tensor, num_draws: int) -> torch.Tensor:
            start = sum(consumed)
            consumed.append(num_draws)
            return weights[start : start + num_draws]

        return log_weights

    estimates = []
    for portion in (30, 7, 1):
        consumed: list[int] = []
        estimates.append(
            importance_sampled_likelihood(
                [torch.zeros(4, 1)],
                take_next(consumed),
                num_importance=30,
                draws_at_a_time=portion,
            )
        )
        assert sum(consumed) == 30
        assert max(consumed) <= portion
    for estimate in estimates[1:]:
        assert estimate.log_likelihood_nats == pytest.approx(
            estimates[0].log_likelihood_nats, rel=1e-12
        )


def test_weights_far_below_the_smallest_float_survive() -> None:
    estimate = importance_sampled_likelihood(
        [torch.zeros(3, 1)], lambda pictures, k: torch.full((k, len(pictures)), -5000.0)
    )
    assert estimate.log_likelihood_nats == pytest.approx(-5000, abs=1e-6)
    assert math.isfinite(estimate.standard_error_nats)


def test_card_entries_carry_k_and_the_count() -> None:
    estimate = importance_sampled_likelihood(BATCHES, gaussian_weights(0), num_importance=10)
    likelihood, bound = estimate.as_metrics()
    assert "k = 10" in likelihood.name
    assert likelihood.num_samples == bound.num_samples == 13
    assert bound.value < likelihood.value
