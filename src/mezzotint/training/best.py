"""The best snapshot of a run: the averaged nets in one file that carries its own checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from mezzotint.training.checkpoint import DamagedCheckpoint
from mezzotint.training.files import write_durably

BEST_FILE = "best.safetensors"


def write_best(folder: Path, averages: Mapping[str, nn.Module]) -> None:
    """Write the averaged nets into a run's folder, in place of the best ones before.

    Raises:
        FailedError: The disk is full or does not allow it; the file before is untouched.
    """
    tensors = _tensors_of(averages)
    content = save(tensors, metadata={"sha256": _checksum(tensors)})
    write_durably(folder / BEST_FILE, content)


def read_best(folder: Path, averages: Mapping[str, nn.Module]) -> bool:
    """Put the best snapshot into the averaged nets, which a damaged file leaves as they are.

    Returns:
        Whether there was one.

    Raises:
        DamagedCheckpoint: The file is not what was written, or belongs to another network.
    """
    path = folder / BEST_FILE
    if not path.exists():
        return False
    try:
        with safe_open(path, framework="pt") as file:
            checksum = (file.metadata() or {}).get("sha256")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise DamagedCheckpoint("tensors not readable") from error
    if _checksum(tensors) != checksum:
        raise DamagedCheckpoint("wrong checksum")
    wanted = {name: tensor.shape for name, tensor in _tensors_of(averages).items()}
    if {name: tensor.shape for name, tensor in tensors.items()} != wanted:
        raise DamagedCheckpoint("it belongs to another network")
    for name, average in averages.items():
        prefix = f"{name}/"
        average.load_state_dict(
            {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
        )
    return True


def _tensors_of(averages: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    return {
        f"{name}/{key}": tensor.detach().cpu().contiguous()
        for name, average in averages.items()
        for key, tensor in average.state_dict().items()
    }


def _checksum(tensors: Mapping[str, Tensor]) -> str:
    """Hash what the file would be without metadata, which is a function of the tensors alone."""
    return hashlib.sha256(save(dict(tensors))).hexdigest()
