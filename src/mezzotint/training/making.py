"""From a configuration to a learner: the one place that knows every family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from mezzotint.data.order import BatchOrder
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.batches import Batch, parts_of, read_batch, shape_of
from mezzotint.training.config import GanConfig, TrainingConfig, VaeConfig, VaeganConfig
from mezzotint.training.gan import GanLearner
from mezzotint.training.learner import Learner
from mezzotint.training.team import Team
from mezzotint.training.vae import VaeLearner
from mezzotint.training.vaegan import VaeganLearner

NextBatches = Callable[[int], Sequence[Batch]]


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Say what computes; none of it changes what is computed, but for rounding.

    Attributes:
        device: Where tensors live.
        num_rounds: Micro-batches that a process splits its share of a batch into.
        team: The processes that share the run.
    """

    device: torch.device
    num_rounds: int = 1
    team: Team = field(default_factory=Team)


def make_learner(
    config: TrainingConfig, pictures: TrainingPictures, hardware: Hardware, *, seed: int
) -> Learner:
    """Make the nets and optimisers of a configuration, weights drawn from the seed.

    Raises:
        InputError: Pictures and recipe do not fit.
    """
    if isinstance(config, GanConfig):
        return GanLearner(
            config, shape_of(pictures), seed=seed, device=hardware.device, team=hardware.team
        )
    if isinstance(config, VaeConfig):
        return VaeLearner(
            config, shape_of(pictures), seed=seed, device=hardware.device, team=hardware.team
        )
    if isinstance(config, VaeganConfig):
        return VaeganLearner(
            config, shape_of(pictures), seed=seed, device=hardware.device, team=hardware.team
        )
    raise AssertionError(config.family)


def batch_source(
    config: TrainingConfig, pictures: TrainingPictures, hardware: Hardware, *, seed: int
) -> NextBatches:
    """Return step -> this process's share of the global batch, in rounds; a pure function.

    Raises:
        InputError: The batch does not divide evenly.
    """
    parts = parts_of(hardware.team.rank, hardware.team.size, hardware.num_rounds)
    if config.batch_size % parts[0].count:
        raise InputError(
            "training.batch_size",
            Message(
                "A batch of {batch_size} does not split into {count} equal parts.",
                batch_size=config.batch_size,
                count=parts[0].count,
            ),
            Message("Choose batch_size as a multiple of processes times rounds."),
        )
    order = BatchOrder(num_images=len(pictures.pixels), batch_size=config.batch_size, seed=seed)

    def batches(step: int) -> Sequence[Batch]:
        indices = order.indices(step)
        return [read_batch(pictures, indices, part, hardware.device) for part in parts]

    return batches
