"""Guards: what can go wrong in training, how it is seen, and what is changed then.

Each guard is a pure function of what was measured. A run that one of them stops goes back to the
last good state, changes what the guard says, and goes on; after three tries it ends with advice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from mezzotint.domain.message import Message
from mezzotint.training.checkup import Checkup
from mezzotint.training.state import RunState

MAX_TRIES = 3
MIN_DIVERSITY = 0.35  # share of the real pictures' spread, below which samples are one picture
MAX_REAL_ABOVE_FAKE = 0.995  # share of pairs that D orders right, above which G learns nothing
MAX_CHECKUPS_LOST = 3  # checks in a row at which D was right so often
MIN_NEAREST_RATIO = 0.5  # samples that near to training pictures are copies
MAX_CHECKUPS_WITHOUT_GAIN = 10
MIN_GAIN = 0.01  # share of the score that counts as a gain
MIN_PROGRESS = 0.1  # of the schedule, before which variety and D's lead may be what they like

Kind = Literal["not_a_number", "collapse", "discriminator_won", "memorising", "stalled"]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Say what a guard saw and what is changed for the next try.

    Attributes:
        kind: Which guard.
        seen: What it saw, in words.
        change: What is changed, in words.
        advice: What the user can do if three changes did not help.
        lr_factor: The learning rates are multiplied by it.
        gamma_factor: The gradient penalty is multiplied by it.
        augment_extra: Added to the probability of augmentation.
    """

    kind: Kind
    seen: Message
    change: Message
    advice: Message
    lr_factor: float = 1.0
    gamma_factor: float = 1.0
    augment_extra: float = 0.0


def not_a_number(figures: Mapping[str, float]) -> Trouble | None:
    """Watch for losses that are no longer numbers."""
    broken = [name for name, value in figures.items() if not math.isfinite(value)]
    if not broken:
        return None
    return Trouble(
        kind="not_a_number",
        seen=Message("The {name} is no longer a number.", name=broken[0]),
        change=Message("The learning rate is halved."),
        advice=Message("Start again with a tenth of the learning rate, or precision=float32."),
        lr_factor=0.5,
    )


def collapse(checkup: Checkup, progress: float) -> Trouble | None:
    """Watch for samples that all look alike."""
    if progress < MIN_PROGRESS or checkup.diversity >= MIN_DIVERSITY:
        return None
    return Trouble(
        kind="collapse",
        seen=Message(
            "The samples all look alike: their variety is {share} % of that of the pictures.",
            share=round(100 * checkup.diversity),
        ),
        change=Message("The gradient penalty is doubled and the learning rate halved."),
        advice=Message("Start again with a larger gamma, another seed, or loss=relativistic."),
        lr_factor=0.5,
        gamma_factor=2.0,
    )


def discriminator_won(figures: Mapping[str, float], state: RunState) -> Trouble | None:
    """Watch for a discriminator that is never wrong, so that nothing can be learned from it."""
    share = figures.get("real_above_fake", 0.0)
    if state.progress < MIN_PROGRESS or state.checkups_lost < MAX_CHECKUPS_LOST:
        return None
    return Trouble(
        kind="discriminator_won",
        seen=Message(
            "The discriminator tells real from generated in {share} % of the pairs.",
            share=round(100 * share, 1),
        ),
        change=Message("The gradient penalty is quadrupled."),
        advice=Message("Start again with a larger gamma or a smaller discriminator_width."),
        gamma_factor=4.0,
    )


def memorising(checkup: Checkup, progress: float) -> Trouble | None:
    """Watch for samples that lie nearer to training pictures than real pictures do."""
    ratio = checkup.nearest_ratio
    if progress < MIN_PROGRESS or ratio is None or ratio >= MIN_NEAREST_RATIO:
        return None
    return Trouble(
        kind="memorising",
        seen=Message(
            "The samples are copies: they lie {times} times nearer to training pictures than "
            "held-out pictures do.",
            times=round(1 / max(ratio, 1e-3), 1),
        ),
        change=Message("More of the pictures are augmented, and the learning rate is halved."),
        advice=Message("Add pictures, train for a shorter time, or choose a smaller network."),
        lr_factor=0.5,
        augment_extra=0.2,
    )


def stalled(state: RunState) -> Trouble | None:
    """Watch for a score that has not become better for long."""
    if state.checkups_without_gain < MAX_CHECKUPS_WITHOUT_GAIN:
        return None
    return Trouble(
        kind="stalled",
        seen=Message(
            "The score has not become better for {count} checks.",
            count=state.checkups_without_gain,
        ),
        change=Message("The learning rate is halved."),
        advice=Message("More time does not help: use a larger network or more pictures."),
        lr_factor=0.5,
    )


def trouble_in(
    checkup: Checkup | None,
    figures: Mapping[str, float],
    state: RunState,
    *,
    adversarial: bool = True,
) -> Trouble | None:
    """Return what the first guard says that has something to say, the most urgent one first.

    Args:
        checkup: Of the samples; None where only losses are looked at.
        figures: Mean losses and statistics since the last line of the log.
        state: Where the run stands.
        adversarial: Whether a game is all that samples are learned from, and so can collapse. An
            auto-encoder has every picture to reproduce; its samples begin alike and grow apart.
    """
    found = not_a_number(figures)
    if found is not None or checkup is None:
        return found
    broken = {"score": checkup.score, "diversity": checkup.diversity}
    return (
        not_a_number(broken)
        or (collapse(checkup, state.progress) if adversarial else None)
        or discriminator_won(figures, state)
        or memorising(checkup, state.progress)
        or stalled(state)
    )


def after_checkup(state: RunState, checkup: Checkup, figures: Mapping[str, float]) -> RunState:
    """Return the state with the score and D's lead taken into account."""
    lost = figures.get("real_above_fake", 0.0) > MAX_REAL_ABOVE_FAKE
    gained = state.best_score is None or checkup.score < state.best_score * (1 - MIN_GAIN)
    best = state.best_score is None or checkup.score < state.best_score
    return replace(
        state,
        best_score=checkup.score if best else state.best_score,
        best_step=state.step if best else state.best_step,
        checkups_without_gain=0 if gained else state.checkups_without_gain + 1,
        checkups_lost=state.checkups_lost + 1 if lost else 0,
    )


def next_try(good: RunState, trouble: Trouble, failed: RunState) -> RunState:
    """Return the last good state, changed as the guard says; time spent stays spent."""
    return replace(
        good,
        tries=failed.tries + 1,
        elapsed_s=failed.elapsed_s,
        checkups_without_gain=0,
        checkups_lost=0,
        lr_factor=failed.lr_factor * trouble.lr_factor,
        gamma_factor=failed.gamma_factor * trouble.gamma_factor,
        augment_extra=failed.augment_extra + trouble.augment_extra,
    )
