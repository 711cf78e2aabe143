"""What keeps a discriminator smooth: gradient penalties, exact and by finite differences.

R1 and R2 are one function called twice: on real pictures it is R1, on generated ones R2. Both are
squared Euclidean norms *summed* over C, H, W and averaged over the batch.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Judge = Callable[[Tensor], Tensor]  # pixels [N, C, H, W] -> logits [N]


def pixel_gradient(judge: Judge, pixels: Tensor) -> Tensor:
    """Return d D(x_n) / d x_n for each picture [N, C, H, W], itself differentiable in D."""
    pixels = pixels.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(judge(pixels).sum(), pixels, create_graph=True)
    return gradient


# R(x) = E |grad_x D(x)|^2                          (Mescheder et al. 2018, Eq. 9, without gamma/2)
def exact_gradient_penalty(judge: Judge, pixels: Tensor) -> Tensor:
    """Return the zero-centred gradient penalty by true double backward.

    Args:
        judge: The discriminator, its condition bound: pixels [N, C, H, W] -> logits [N].
        pixels: Real pictures for R1, generated ones for R2; before augmentation.
    """
    return pixel_gradient(judge, pixels).square().sum(dim=(1, 2, 3)).mean()


# E_n ((D(x) - D(x + sigma n)) / sigma)^2 -> |grad_x D(x)|^2 as sigma -> 0, n ~ N(0, I), since
# E (g.n)^2 = |g|^2: an unbiased estimate that needs no second derivative   (Hyun et al. 2025, GAT)
def finite_difference_penalty(logits: Tensor, nudged_logits: Tensor, sigma: float) -> Tensor:
    """Return the zero-centred gradient penalty from logits at x and at x + sigma * n.

    Args:
        logits: D(x), [N].
        nudged_logits: D(x + sigma * n) with n standard normal, [N], same conditions.
        sigma: Size of the nudge; at least 0.01 where bfloat16 is used.
    """
    return ((logits - nudged_logits) / sigma).square().mean()


# E (|grad_u D(u)| - 1)^2 at u = t x + (1 - t) G(z), t ~ U(0, 1)    (Gulrajani et al. 2017, Eq. 3)
def wgan_gradient_penalty(judge: Judge, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Return the one-centred penalty of WGAN-GP between paired real and generated pictures.

    Args:
        judge: The critic, its condition bound.
        real: [N, C, H, W].
        fake: [N, C, H, W].
        mix: t above, uniform in [0, 1], [N, 1, 1, 1].
    """
    gradient = pixel_gradient(judge, torch.lerp(fake.detach(), real, mix))
    return (gradient.square().sum(dim=(1, 2, 3)).sqrt() - 1).square().mean()


# E (D(x) + D(G(z)))^2: pins the free constant of a relativistic D         (Lin et al. 2025, AFM)
def logit_centring(real: Tensor, fake: Tensor) -> Tensor:
    """Return how far the logits of each pair have drifted from being centred on zero, squared."""
    return (real + fake).square().mean()
