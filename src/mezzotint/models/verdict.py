"""What a discriminator says about a batch, whatever its architecture."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Verdict(NamedTuple):
    """Hold a discriminator's answer.

    Attributes:
        logits: float32 [N]; larger = more like a real picture.
        class_logits: float32 [N, K], what an auxiliary classifier sees; None without one.
    """

    logits: Tensor
    class_logits: Tensor | None = None
