"""Where a run stands: the numbers beside the weights that a resumed run needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class RunState:
    """Hold a run's position. Data order and random draws are functions of (seed, step).

    Attributes:
        seed: Of the run.
        step: Steps done.
        images_seen: Real pictures seen.
        schedule_images: Images seen when the schedules end.
        elapsed_s: Wall-clock seconds of all sessions together.
        log_bytes: Length of metrics.jsonl that belongs to this state.
        figures: Sums of the figures since the last line of the log, by name.
        figures_count: How many steps those sums hold.
        tries: How often a guard has sent the run back.
        lr_factor: What the guards multiply the learning rates by.
        gamma_factor: What the guards multiply the gradient penalty by.
        augment_extra: What the guards add to the probability of augmentation.
        augment_p: Probability of augmentation where it adapts; None where a schedule sets it.
        best_score: Of the best snapshot; None before the first check.
        best_step: When that was.
        checkups_without_gain: Checks since the score last became better.
        checkups_lost: Checks in a row at which the discriminator was never wrong.
    """

    seed: int
    step: int = 0
    images_seen: int = 0
    schedule_images: int
    elapsed_s: float = 0.0
    log_bytes: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    figures_count: int = 0
    tries: int = 0
    lr_factor: float = 1.0
    gamma_factor: float = 1.0
    augment_extra: float = 0.0
    augment_p: float | None = None
    best_score: float | None = None
    best_step: int = 0
    checkups_without_gain: int = 0
    checkups_lost: int = 0

    @property
    def progress(self) -> float:
        """Return which share of the schedule is done, 0 to 1."""
        return min(self.images_seen / max(self.schedule_images, 1), 1.0)
