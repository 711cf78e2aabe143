"""Several processes on one run: each computes its part of every global batch.

Gradients are averaged by one explicit call (`Team.average`), so a step reads the same with one
process and with eight. Random draws are made for the global batch by every process, which then
takes its rows: two processes see the losses that one would see. Start with torchrun.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn


@dataclass(frozen=True, kw_only=True)
class Team:
    """Name this process among those that share a run.

    Attributes:
        rank: Of this process, from 0; rank 0 writes files and talks.
        size: How many processes there are.
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Return whether this process writes and talks."""
        return self.rank == 0

    def average(self, parameters: Sequence[nn.Parameter]) -> None:
        """Replace each gradient by its mean over all processes, in one exchange."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        start = 0
        for gradient in gradients:
            end = start + gradient.numel()
            gradient.copy_(flat[start:end].view(gradient.shape))
            start = end

    def mean(self, figures: Mapping[str, float]) -> dict[str, float]:
        """Return each figure's mean over all processes."""
        if self.size == 1:
            return dict(figures)
        values = torch.tensor(list(figures.values()), dtype=torch.float64, device=_device())
        dist.all_reduce(values)
        return dict(zip(figures, (values / self.size).tolist(), strict=True))

    def agree(self, value: float) -> float:
        """Return rank 0's value: what all processes must decide alike, such as the time."""
        if self.size == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64, device=_device())
        dist.broadcast(shared, src=0)
        return shared.item()

    def wait(self) -> None:
        """Wait until every process is here."""
        if self.size > 1:
            dist.barrier()


def _device() -> torch.device:
    """Return where the exchange wants its tensors: NCCL knows GPUs alone."""
    on_gpu = dist.get_backend() == "nccl"
    return torch.device("cuda", torch.cuda.current_device()) if on_gpu else torch.device("cpu")


@contextmanager
def join_team() -> Iterator[Team]:
    """Join the processes that torchrun started; alone where it did not.

    Example:
        >>> with join_team() as team:
        ...     team
        Team(rank=0, size=1)
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team()
        return
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if on_gpu else "gloo")
    try:
        yield Team(rank=dist.get_rank(), size=dist.get_world_size())
    finally:
        dist.destroy_process_group()
