"""Adam, and the settings of it that change while training runs."""

from __future__ import annotations

import torch
from torch import nn

from mezzotint.training.config import TrainingConfig
from mezzotint.training.learner import Moment
from mezzotint.training.schedules import cosine


def make_adam(network: nn.Module, config: TrainingConfig) -> torch.optim.Adam:
    """Make the optimiser of one net: Adam (Kingma & Ba 2015), one fused kernel."""
    return torch.optim.Adam(
        [parameter for parameter in network.parameters() if parameter.requires_grad],
        lr=config.lr,
        betas=(config.beta1, config.beta2),
        eps=config.epsilon,
        fused=True,
    )


def set_rates(optimiser: torch.optim.Optimizer, config: TrainingConfig, moment: Moment) -> None:
    """Set learning rate and beta2 to their value at this moment of the schedule."""
    lr = cosine(config.lr, config.lr_final, moment.progress) * moment.lr_factor
    beta2 = cosine(config.beta2, config.beta2_final, moment.progress)
    for group in optimiser.param_groups:
        group["lr"] = lr
        group["betas"] = (config.beta1, beta2)
