"""Where a run computes, and in which precision."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.training.config import Precision


def choose_device(name: str = "auto") -> torch.device:
    """Return the device by name; "auto" takes CUDA, then Apple's MPS, then the CPU.

    Raises:
        InputError: The device is not there.

    Example:
        >>> choose_device("cpu")
        device(type='cpu')
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next((kind for kind, available in there.items() if available), "cpu")
    kind = name.split(":")[0]
    if kind != "cpu" and not there.get(kind, False):
        raise InputError(
            "training.device",
            Message("There is no device '{name}' on this machine.", name=name),
            Message("Choose one of: {known}.", known="auto, cpu, cuda, cuda:1, mps"),
        )
    return torch.device(name)


def precision_context(
    precision: Precision, device: torch.device
) -> Callable[[], AbstractContextManager[object]]:
    """Return what opens the context that nets run in: automatic mixed precision, or nothing."""
    if precision == "float32":
        return nullcontext
    return partial(torch.autocast, device_type=device.type, dtype=torch.bfloat16)


def to_device(network: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """Move a net, its convolution weights channels last."""
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
