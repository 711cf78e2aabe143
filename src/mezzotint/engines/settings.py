"""How an engine computes; what it computes does not depend on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

Provider = Literal["cpu", "cuda", "coreml", "directml"]


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """Choose where pictures are computed and how many at a time."""

    provider: Provider = "cpu"
    num_threads: int | None = None  # CPU: pictures side by side. None = one a usable core
    batch_nimg: int = 16  # other providers: pictures in one pass

    def __post_init__(self) -> None:
        if self.batch_nimg < 1 or (self.num_threads is not None and self.num_threads < 1):
            raise ValueError("num_threads and batch_nimg must be at least 1.")

    def count_threads(self) -> int:
        """Return how many pictures the CPU computes side by side."""
        return self.num_threads or count_usable_cores()


def count_usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
