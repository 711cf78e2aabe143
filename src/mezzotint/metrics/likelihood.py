"""The log-likelihood of a VAE, estimated by importance sampling, in nats.

The ELBO is a loose bound; averaging k importance weights inside the logarithm tightens it (Burda
et al. 2016) and for large k it is the customary estimate of the likelihood itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from mezzotint.domain.card import MetricSpec

NUM_IMPORTANCE = 5000  # Burda et al. 2016, section 5
# (pictures [B, ...], number of draws) -> log p(x, z) - log q(z | x) of fresh draws z ~ q(z | x), as
# [draws, B] in nats.
LogWeights = Callable[[Tensor, int], Tensor]


@dataclass(frozen=True, kw_only=True)
class LikelihoodEstimate:
    """Hold the estimate over N test pictures.

    Attributes:
        log_likelihood_nats: Mean of log p(x) by k importance samples; a lower bound on average.
        standard_error_nats: Of that mean, over the pictures.
        elbo_nats: Mean evidence lower bound, from the same draws (k = 1).
        num_pictures: N.
        num_importance: k.
    """

    log_likelihood_nats: float
    standard_error_nats: float
    elbo_nats: float
    num_pictures: int
    num_importance: int

    def as_metrics(self) -> tuple[MetricSpec, MetricSpec]:
        """Return the entries for a model card; likelihoods have no floor."""
        return (
            MetricSpec(
                name=f"log-likelihood, importance sampled, k = {self.num_importance} (nats)",
                value=self.log_likelihood_nats,
                num_samples=self.num_pictures,
                real_floor=None,
                note=f"standard error {self.standard_error_nats:.3f} nats over the pictures",
            ),
            MetricSpec(
                name="evidence lower bound (nats)",
                value=self.elbo_nats,
                num_samples=self.num_pictures,
                real_floor=None,
            ),
        )


# log p(x) >= E log (1/k) sum_i w_i, w_i = p(x, z_i) / q(z_i | x)         (Burda et al. 2016, Eq. 8)
@torch.inference_mode()
def importance_sampled_likelihood(
    batches: Iterable[Tensor],
    log_weights: LogWeights,
    *,
    num_importance: int = NUM_IMPORTANCE,
    draws_at_a_time: int = 100,
) -> LikelihoodEstimate:
    """Estimate the mean log-likelihood of test pictures.

    Args:
        batches: Test pictures [B, ...], as the model takes them.
        log_weights: Draws from the posterior and weighs the draws.
        num_importance: k.
        draws_at_a_time: How many of the k draws are held in memory together.

    Example:
        >>> def exact_posterior(pictures, num_draws):  # then every weight is p(x) itself
        ...     return torch.full((num_draws, len(pictures)), -2.5)
        >>> estimate = importance_sampled_likelihood([torch.zeros(4, 1)], exact_posterior)
        >>> round(estimate.log_likelihood_nats, 9), estimate.elbo_nats
        (-2.5, -2.5)
    """
    log_likelihoods: list[Tensor] = []
    elbos: list[Tensor] = []
    for pictures in batches:
        log_sum = torch.full((len(pictures),), -math.inf, dtype=torch.float64)
        total = torch.zeros(len(pictures), dtype=torch.float64)
        for num_draws in _portions(num_importance, draws_at_a_time):
            # Sums of 5000 exponentials need more digits than float32 has.
            weights = log_weights(pictures, num_draws).double().cpu()
            log_sum = torch.logaddexp(log_sum, weights.logsumexp(dim=0))
            total += weights.sum(dim=0)
        log_likelihoods.append(log_sum - math.log(num_importance))
        elbos.append(total / num_importance)
    values = torch.cat(log_likelihoods)
    return LikelihoodEstimate(
        log_likelihood_nats=float(values.mean()),
        standard_error_nats=float(values.std() / math.sqrt(len(values)))
        if len(values) > 1
        else 0.0,
        elbo_nats=float(torch.cat(elbos).mean()),
        num_pictures=len(values),
        num_importance=num_importance,
    )


def _portions(total: int, largest: int) -> list[int]:
    whole, rest = divmod(total, largest)
    return [largest] * whole + ([rest] if rest else [])
