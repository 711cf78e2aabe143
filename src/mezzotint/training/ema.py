"""The exponential moving average of the weights, which is what samples, metrics and bundles use."""

from __future__ import annotations

import copy

import torch
from torch import nn


def averaged_copy(network: nn.Module) -> nn.Module:
    """Return a frozen copy of the network that starts as its own average."""
    return copy.deepcopy(network).requires_grad_(False).eval()


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move every weight: average <- decay * average + (1 - decay) * weight.

    Buffers (running statistics) are averages already and are copied.
    """
    torch._foreach_lerp_(
        list(average.parameters()), [p.detach() for p in network.parameters()], 1.0 - decay
    )
    for old, new in zip(average.buffers(), network.buffers(), strict=True):
        old.copy_(new)
