"""Tensors in several small files: what travels by mail, git or a slow line goes in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from mezzotint.training.files import write_durably

MAX_SHARD_BYTES = 15_000_000
_HEADER_BYTES = 512  # reserved for each tensor's entry in the header, generously


def split_tensors(
    tensors: Mapping[str, Tensor], max_bytes: int = MAX_SHARD_BYTES
) -> Iterator[dict[str, Tensor]]:
    """Divide tensors among files of at most `max_bytes`, in order; none is cut.

    Example:
        >>> import torch
        >>> three = {name: torch.zeros(100) for name in "abc"}
        >>> [list(shard) for shard in split_tensors(three, 2000)]
        [['a', 'b'], ['c']]
    """
    shard: dict[str, Tensor] = {}
    size = 0
    for name, tensor in tensors.items():
        needed = tensor.numel() * tensor.element_size() + _HEADER_BYTES
        if shard and size + needed > max_bytes:
            yield shard
            shard, size = {}, 0
        shard[name] = tensor
        size += needed
    yield shard


def write_shards(folder: Path, name: str, tensors: Mapping[str, Tensor]) -> tuple[Path, ...]:
    """Write `name-00.safetensors`, `name-01.safetensors`, ... and remove what is left of before.

    Raises:
        FailedError: The disk is full or does not allow it.
    """
    paths: list[Path] = []
    for index, shard in enumerate(split_tensors(tensors)):
        path = folder / f"{name}-{index:02d}.safetensors"
        write_durably(path, save(shard))
        paths.append(path)
    for old in folder.glob(f"{name}-*.safetensors"):
        if old not in paths:
            old.unlink()
    return tuple(paths)


def read_shards(folder: Path, name: str) -> dict[str, Tensor]:
    """Read all tensors that `write_shards` wrote.

    Raises:
        OSError: There are none.
        ValueError: One is damaged.
    """
    paths = sorted(folder.glob(f"{name}-*.safetensors"))
    if not paths:
        raise FileNotFoundError(folder / f"{name}-00.safetensors")
    tensors: dict[str, Tensor] = {}
    for path in paths:
        try:
            tensors |= load(path.read_bytes())
        except SafetensorError as error:
            raise ValueError(f"{path.name} is damaged") from error
    return tensors
