"""What keeps a conditional generator from painting one picture for each prompt."""

from __future__ import annotations

from torch import Tensor

EPSILON = 1e-5


# L = 1 / (E |G(z1, t) - G(z2, t)| / E |z1 - z2| + epsilon)      (Mao et al. 2019, MSGAN, Eq. 3)
def mode_seeking(one: Tensor, other: Tensor, noise: Tensor, other_noise: Tensor) -> Tensor:
    """Return what falls as two pictures of the same prompts grow apart with their noise.

    Args:
        one: Pictures or latents, [N, ...].
        other: Of the same prompts under other noise.
        noise: Of the first, [N, Z].
        other_noise: Of the second.

    Example:
        >>> import torch
        >>> zeros, ones = torch.zeros(2, 3), torch.ones(2, 3)
        >>> round(mode_seeking(zeros, 0.5 * ones, zeros, ones).item(), 3)
        2.0
    """
    ratio = (one - other).abs().mean() / (noise - other_noise).abs().mean().clamp(min=EPSILON)
    return 1 / (ratio + EPSILON)
