"""What the loop needs from a family, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from mezzotint.training.batches import Batch, PictureShape
from mezzotint.training.config import TrainingConfig
from mezzotint.training.onnx_graph import GraphPlan


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Say where a run stands.

    Attributes:
        seed: Of the run.
        step: Steps done, from 0.
        progress: Share of the schedule that is done, 0 to 1.
        lr_factor: What the guards multiply the learning rates by.
        gamma_factor: What the guards multiply the gradient penalty by.
        augment_p: Probability of augmentation where it adapts; None = as scheduled.
        augment_extra: Added to either.
    """

    seed: int
    step: int
    progress: float
    lr_factor: float = 1.0
    gamma_factor: float = 1.0
    augment_p: float | None = None
    augment_extra: float = 0.0


class Learner(Protocol):
    """Hold the nets of a run and change them one step at a time."""

    config: TrainingConfig
    shape: PictureShape

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return every net by name: what a checkpoint keeps."""
        ...

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the averaged nets, by the name of the net each stands for: what is exported."""
        ...

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return every optimiser by name."""
        ...

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return what a bundle's graphs are made from: copies of the averaged nets."""
        ...

    def step(self, batches: Sequence[Batch], moment: Moment) -> Mapping[str, Tensor]:
        """Learn from one global batch, given in parts, and return scalars to report."""
        ...

    def sample(self, seed: int, count: int) -> Tensor:
        """Return pixels [count, C, H, W] in [-1, 1], the same ones for the same weights and seed.

        Classes, where there are any, take turns.
        """
        ...


def count_parameters(network: nn.Module) -> int:
    """Count the weights of a net that training changes."""
    return sum(parameter.numel() for parameter in network.parameters())
