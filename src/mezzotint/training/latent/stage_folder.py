"""The folder of one stage: checkpoints while it runs, nets and a mark when it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from torch import nn

from mezzotint.domain.errors import FailedError
from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.files import write_durably
from mezzotint.training.shards import read_shards, write_shards

MARK_FILE = "done.json"
NETS = "nets"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Say that a stage is done, and what it took.

    Attributes:
        minutes: Budget it was done within; None = was not limited so.
        images: The same in pictures.
        elapsed_s: Seconds it took, all sessions together.
        images_seen: Pictures it saw.
        figures: What was measured at its end.
    """

    minutes: float | None
    images: int | None
    elapsed_s: float = 0.0
    images_seen: int = 0
    figures: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def is_gift(self) -> bool:
        """Return whether the stage was taken over done, and so took nothing of the budget."""
        return self.images_seen == 0

    def covers(self, budget: Budget | None) -> bool:
        """Return whether the stage was given at least this budget."""
        if budget is None:
            return True
        pairs = ((self.minutes, budget.minutes), (self.images, budget.images))
        return all(had is None or (asked is not None and asked <= had) for had, asked in pairs)


class StageFolder:
    """Read and write what a stage leaves.

    Args:
        path: Of the stage within the run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def mark(self) -> Mark | None:
        """Return the mark; None while the stage is not done."""
        try:
            return Mark(**json.loads((self.path / MARK_FILE).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def finish(self, nets: Mapping[str, nn.Module], mark: Mark) -> None:
        """Write nets, then the mark: a stage that was cut off in between is not done."""
        tensors = {
            f"{name}/{key}": tensor.detach().cpu().contiguous()
            for name, net in nets.items()
            for key, tensor in net.state_dict().items()
        }
        write_shards(self.path, NETS, tensors)
        write_durably(self.path / MARK_FILE, json.dumps(asdict(mark), indent=1).encode())

    def load_into(self, nets: Mapping[str, nn.Module]) -> None:
        """Put the nets that the stage left into place.

        Raises:
            FailedError: They are missing or belong to other networks.
        """
        try:
            tensors = read_shards(self.path, NETS)
            for name, net in nets.items():
                prefix = f"{name}/"
                net.load_state_dict(
                    {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
                )
        except (OSError, ValueError, RuntimeError) as error:
            raise FailedError(
                "training.stage_nets",
                Message("What the stage in {path} left cannot be read.", path=str(self.path)),
                Message("Remove that folder; the same command makes it again."),
            ) from error
