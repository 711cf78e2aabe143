"""From noise and the embedding of a prompt to a style, with guidance."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from mezzotint.models.latent.layers import SLOPE, linear
from mezzotint.models.latent.spec import MappingSpec

EPSILON = 1e-8


class Mapping(nn.Module):
    """Map noise [N, Z] and embedding [N, D] to a style [N, W] (Karras et al. 2019, section 2).

    A graph of its own, so that styles can be averaged, guided, moved along directions and mixed
    stage by stage between the two networks.

    Example:
        >>> mapping = Mapping(MappingSpec())
        >>> mapping(torch.randn(2, 64), torch.zeros(2, 128), torch.ones(2, 1)).shape
        torch.Size([2, 128])
    """

    def __init__(self, spec: MappingSpec) -> None:
        super().__init__()
        self.embedding_scale = math.sqrt(spec.embedding_dim)  # unit length => unit variance
        self.enter = linear(spec.noise_dim + spec.embedding_dim, spec.style_dim)
        self.middle = linear(spec.style_dim, spec.style_dim)
        self.leave = linear(spec.style_dim, spec.style_dim, gain=1.0)

    def style(self, noise: Tensor, embedding: Tensor) -> Tensor:
        """Return w [N, W] without guidance; an embedding of zeros is no condition."""
        # Directions of z matter, lengths do not (Karras et al. 2018, section 4.1).
        noise = noise * (noise.square().mean(dim=1, keepdim=True) + EPSILON).rsqrt()
        both = torch.cat([noise, embedding * self.embedding_scale], dim=1)
        hidden = leaky_relu(self.enter(both), SLOPE)
        return self.leave(leaky_relu(self.middle(hidden), SLOPE))

    # w_null + s (w - w_null), w_null of the same z           (Hyun et al. 2025, GAT, section 3)
    def forward(self, noise: Tensor, embedding: Tensor, guidance: Tensor) -> Tensor:
        """Return w [N, W], led `guidance` [N, 1] times as far from no condition; 1 = as learnt."""
        null = self.style(noise, torch.zeros_like(embedding))
        return null + guidance * (self.style(noise, embedding) - null)
