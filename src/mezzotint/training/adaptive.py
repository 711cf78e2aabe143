"""Adaptive augmentation: augment more while the discriminator overfits, less while it does not.

Karras et al. 2020 ("Training generative adversarial networks with limited data", section 3) watch
r = E sign D(x), which is near 1 when D has learned the real pictures by heart, and hold it at 0.6.
A relativistic D has no zero to compare with, so the sign is that of the pair: r = 2 share - 1,
where the share is that of the pairs which D orders right. r = 0.6 is a share of 0.8.
"""

from __future__ import annotations

from dataclasses import replace

from mezzotint.training.state import RunState

IMAGES_TO_FULL = 100_000  # from p = 0 to 1 if D overfits all the time; the paper has 500,000
MAX_P = 0.8  # beyond it G learns the augmentation itself (Karras et al. 2020, Figure 3)


def adapt(state: RunState, *, share: float, target: float, num_images: int) -> RunState:
    """Return the state with p moved by one step toward where the share meets the target.

    Args:
        state: Where the run stands.
        share: Of the pairs that D ordered right since the last call.
        target: The share to hold.
        num_images: Pictures seen since the last call.

    Example:
        >>> state = RunState(seed=0, schedule_images=1)
        >>> adapt(state, share=0.95, target=0.8, num_images=10_000).augment_p
        0.1
    """
    step = num_images / IMAGES_TO_FULL * (1 if share > target else -1 if share < target else 0)
    return replace(state, augment_p=min(max((state.augment_p or 0.0) + step, 0.0), MAX_P))
