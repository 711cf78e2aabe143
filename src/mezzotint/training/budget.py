"""How long a run may take, in minutes or in images."""

from __future__ import annotations

from dataclasses import dataclass

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.state import RunState


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Stop a run at whichever comes first; both count all sessions of the run together.

    Attributes:
        minutes: Wall-clock minutes of training; None = no limit.
        images: Real pictures seen; None = no limit.

    Example:
        >>> Budget(images=1000).share_spent(RunState(seed=1, schedule_images=1000, images_seen=250))
        0.25
    """

    minutes: float | None = None
    images: int | None = None

    def __post_init__(self) -> None:
        limits = [limit for limit in (self.minutes, self.images) if limit is not None]
        if not limits or any(limit <= 0 for limit in limits):
            raise InputError(
                "training.budget",
                Message("Training needs an end."),
                Message("Give --minutes or --images, more than 0."),
            )

    def share_spent(self, state: RunState) -> float:
        """Return the share of the budget that is spent; 1 or more = done."""
        shares = [0.0]
        if self.minutes is not None:
            shares.append(state.elapsed_s / (self.minutes * 60))
        if self.images is not None:
            shares.append(state.images_seen / self.images)
        return max(shares)

    def seconds_left(self, state: RunState, images_per_s: float) -> float | None:
        """Return the time left at this speed; None before the speed is known."""
        left: list[float] = []
        if self.minutes is not None:
            left.append(self.minutes * 60 - state.elapsed_s)
        if self.images is not None and images_per_s > 0:
            left.append((self.images - state.images_seen) / images_per_s)
        return max(min(left), 0.0) if left else None
