"""What a variational auto-encoder learns by: likelihoods, the divergence from the prior, bounds.

Everything is in nats and *per picture*: sums over pixels and latent dimensions, no mean over the
batch, so that a bound can be added up from its terms and averaged last.
"""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn.functional import softplus

LOG_TWO_PI = math.log(2 * math.pi)


# log Bernoulli(x; sigmoid(l)) = x l - softplus(l)           (Kingma & Welling 2014, appendix C.1)
def bernoulli_log_likelihood(logits: Tensor, targets: Tensor) -> Tensor:
    """Return log p(x | z) of pictures in [0, 1] under logits: [..., C, H, W] -> [...]."""
    return (targets * logits - softplus(logits)).sum(dim=(-3, -2, -1))


# log N(x; mu, s^2) = -1/2 ((x - mu)^2 / s^2 + 2 log s + log 2 pi) (Kingma & Welling 2014, C.2)
def gaussian_log_likelihood(mean: Tensor, targets: Tensor, log_scale: Tensor) -> Tensor:
    """Return log p(x | z) of pictures under a Gaussian: [..., C, H, W] -> [...].

    Args:
        mean: What the decoder paints.
        targets: The pictures.
        log_scale: log s, one number for all pixels, or of the pictures' shape.
    """
    squared = ((targets - mean) * (-log_scale).exp()).square()
    return -0.5 * (squared + 2 * log_scale + LOG_TWO_PI).sum(dim=(-3, -2, -1))


# KL(N(mu, s^2) | N(0, 1)) = 1/2 sum (mu^2 + s^2 - 1 - log s^2)  (Kingma & Welling 2014, Eq. 10)
def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the divergence of a diagonal Gaussian from the standard one, per dimension.

    Sum over the latent dimensions for the term of the ELBO; the single dimensions tell which of
    them are in use.
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def standard_normal_log_density(value: Tensor) -> Tensor:
    """Return log N(z; 0, 1) per dimension."""
    return -0.5 * (value.square() + LOG_TWO_PI)


# log w = log p(x | z) + log p(z) - log q(z | x), z = mu + s eps    (Burda et al. 2016, Eq. 8)
def log_importance_weight(
    log_likelihood: Tensor, latent: Tensor, noise: Tensor, log_variance: Tensor
) -> Tensor:
    """Return log p(x, z) / q(z | x) of draws from the posterior.

    Args:
        log_likelihood: log p(x | z), [k, N].
        latent: z, [k, N, Z].
        noise: The standard normal draw eps that made z, [k, N, Z].
        log_variance: Of the posterior, [N, Z].
    """
    log_prior = standard_normal_log_density(latent).sum(dim=-1)
    log_posterior = (standard_normal_log_density(noise) - 0.5 * log_variance).sum(dim=-1)
    return log_likelihood + log_prior - log_posterior


# L_k = E log (1/k) sum_i w_i; k = 1 is the ELBO                      (Burda et al. 2016, Eq. 8)
def importance_weighted_bound(log_weights: Tensor) -> Tensor:
    """Return the bound on log p(x) from k draws: [k, N] -> [N]."""
    return log_weights.logsumexp(dim=0) - math.log(len(log_weights))
