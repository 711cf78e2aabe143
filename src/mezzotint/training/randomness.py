"""Random numbers of a run: one stream a step and purpose, a pure function of (seed, step).

Nothing has to be saved to resume: the step number is the state. Adding a draw for a new purpose
shifts none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import torch


class Draw(IntEnum):
    """Name what a stream of a step is for. Numbers are part of every run: never reuse one."""

    WEIGHTS = 0
    NOISE = 1
    GENERATOR_NOISE = 2
    PENALTY = 3
    AUGMENTATION = 4
    DROPOUT = 5
    SAMPLE_SHEET = 6
    POSTERIOR = 7
    MIXING = 8
    BINARISATION = 9
    CAPTIONS = 10
    MASKS = 11
    FIELD = 12
    WRAPPING = 13
    CONDITION = 14
    DEGRADATION = 15
    EQUIVARIANCE = 16
    KNOWLEDGE = 17
    VARIETY = 18


def stream_seed(seed: int, step: int, draw: Draw) -> int:
    """Hash seed, step and purpose into 63 bits (the finaliser of SplitMix64, Steele et al. 2014).

    Example:
        >>> stream_seed(1, 0, Draw.NOISE) != stream_seed(1, 1, Draw.NOISE)
        True
    """
    mask = (1 << 64) - 1
    value = (seed * 0x9E3779B97F4A7C15 + step * 0xD1B54A32D192ED03 + int(draw)) & mask
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
    return (value ^ (value >> 31)) >> 1


def stream(seed: int, step: int, draw: Draw) -> torch.Generator:
    """Open the stream of one step for one purpose.

    Draws are made on the CPU and moved, so that a seed means the same on every device.
    """
    return torch.Generator().manual_seed(stream_seed(seed, step, draw))


@contextmanager
def pinned_global_stream(seed: int, step: int, draw: Draw) -> Iterator[None]:
    """Pin torch's global stream for what only draws from there (dropout, weight initialisation).

    The global stream is put back afterwards, so a caller's own numbers are not disturbed.
    """
    with torch.random.fork_rng(devices=_cuda_devices()):
        torch.manual_seed(stream_seed(seed, step, draw))
        yield


def _cuda_devices() -> list[int]:
    return [torch.cuda.current_device()] if torch.cuda.is_available() else []
