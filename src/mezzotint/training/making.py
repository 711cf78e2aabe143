"""From a configuration to a learner: the one place that knows every family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn

from mezzotint.data.order import BatchOrder
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.batches import Batch, PictureShape, parts_of, read_batch, shape_of
from mezzotint.training.config import GanConfig, TrainingConfig, VaeConfig, VaeganConfig
from mezzotint.training.gan import GanLearner
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.material import RowSource
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
        compiled: Whether the nets go through torch.compile.
    """

    device: torch.device
    num_rounds: int = 1
    team: Team = field(default_factory=Team)
    compiled: bool = False


def make_learner(
    config: TrainingConfig, pictures: TrainingPictures, hardware: Hardware, *, seed: int
) -> Learner:
    """Make the nets and optimisers of a configuration, weights drawn from the seed.

    Raises:
        InputError: Pictures and recipe do not fit.
    """
    if isinstance(config, LatentConfig):
        # Its stages make their own learners; what is asked for here is what the longest costs.
        from mezzotint.training.latent.trial import trial_learner

        return trial_learner(config, pictures, hardware.device, seed=seed)
    learner = _learner(config, shape_of(pictures), hardware, seed)
    if hardware.compiled:
        compile_nets(learner)
    return learner


def _learner(config: TrainingConfig, shape: PictureShape, hardware: Hardware, seed: int) -> Learner:
    device, team = hardware.device, hardware.team
    if isinstance(config, GanConfig):
        return GanLearner(config, shape, seed=seed, device=device, team=team)
    if isinstance(config, VaeConfig):
        return VaeLearner(config, shape, seed=seed, device=device, team=team)
    if isinstance(config, VaeganConfig):
        return VaeganLearner(config, shape, seed=seed, device=device, team=team)
    raise AssertionError(config.family)


def compile_nets(learner: Learner) -> None:
    """Compile the nets that training calls, in place: names of weights stay, averages stay plain.

    A batch has few sizes (a step's, and the penalised share of it), so each gets its own kernels.
    """
    for name, module in learner.modules.items():
        if name == "average":
            continue
        called = type(module).forward is not nn.Module.forward
        for network in (module,) if called else module.children():
            network.compile(dynamic=False)


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
    if isinstance(config, LatentConfig):
        return RowSource(len(pictures.pixels), config.batch_size, seed)
    order = BatchOrder(num_images=len(pictures.pixels), batch_size=config.batch_size, seed=seed)

    def batches(step: int) -> Sequence[Batch]:
        indices = order.indices(step)
        return [read_batch(pictures, indices, part, hardware.device) for part in parts]

    return batches
