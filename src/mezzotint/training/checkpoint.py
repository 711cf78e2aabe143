"""Checkpoints: safetensors, atomic, rotated, each with a checksum; a damaged one is skipped.

`step-00001200.safetensors` holds every tensor: nets, their average, optimisers; what is above 15 MB
goes on in `step-00001200.01.safetensors` and so on, so that a run can be carried anywhere.
`step-00001200.json` holds the position, the configuration and the other files' sha256; it is
written last, so a checkpoint whose writing was cut off does not exist.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from mezzotint.domain.card import Scalar
from mezzotint.domain.message import Message
from mezzotint.training.files import write_durably
from mezzotint.training.learner import Learner
from mezzotint.training.shards import split_tensors
from mezzotint.training.state import RunState

FORMAT_VERSION = 1
NUM_KEPT = 3


class DamagedCheckpoint(Exception):
    """Say why a checkpoint cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Hold what never changes within a run."""

    seed: int
    config: dict[str, Scalar]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Hold where the newest sound checkpoint stands, and a word on each damaged one.

    Attributes:
        state: Of the checkpoint that is now in the learner; None if there is no sound one.
        warnings: What was skipped.
    """

    state: RunState | None
    warnings: tuple[Message, ...]


def save_checkpoint(
    folder: Path, learner: Learner, state: RunState, config: dict[str, Scalar]
) -> Path:
    """Write a checkpoint, remove all but the newest three, and return the manifest's path.

    Raises:
        FailedError: The disk is full or does not allow it; older checkpoints are untouched.
    """
    name = f"step-{state.step:08d}"
    path = folder / f"{name}.json"
    hashes: list[str] = []
    for index, shard in enumerate(split_tensors(_all_tensors(learner))):
        content = save(shard)
        write_durably(_shard_path(path, index), content)
        hashes.append(hashlib.sha256(content).hexdigest())
    manifest = {
        "format_version": FORMAT_VERSION,
        "sha256": hashes[0],
        "further_sha256": hashes[1:],
        "state": dataclasses.asdict(state),
        "config": config,
    }
    write_durably(path, json.dumps(manifest, indent=1).encode())
    for old in _manifests(folder)[NUM_KEPT:]:
        _remove(old)
    return path


def _shard_path(manifest: Path, index: int) -> Path:
    return manifest.with_suffix(f".{index:02d}.safetensors" if index else ".safetensors")


def _remove(manifest: Path) -> None:
    manifest.unlink(missing_ok=True)  # first: what is left is no checkpoint
    for path in manifest.parent.glob(f"{manifest.stem}.*safetensors"):
        path.unlink(missing_ok=True)


def forget_after(folder: Path, step: int) -> None:
    """Remove checkpoints of later steps, which a run has gone back behind."""
    for path in _manifests(folder):
        if int(path.stem.removeprefix("step-")) > step:
            _remove(path)


def newest_settings(folder: Path) -> Settings | None:
    """Return the settings of the run whose checkpoints these are; None if it has none."""
    for path in _manifests(folder):
        try:
            state, config, _ = _read_manifest(path)
        except DamagedCheckpoint:
            continue
        return Settings(seed=state.seed, config=config)
    return None


def load_newest(folder: Path, learner: Learner) -> Loaded:
    """Put the newest sound checkpoint into the learner.

    A damaged checkpoint is skipped and named in `warnings`. The learner is changed only by a
    checkpoint that has been read and checked completely.
    """
    warnings: list[Message] = []
    for path in _manifests(folder):
        try:
            state, _, hashes = _read_manifest(path)
            tensors: dict[str, Tensor] = {}
            for index, sha256 in enumerate(hashes):
                tensors |= _read_tensors(_shard_path(path, index), sha256)
            _put_tensors(learner, tensors)
        except DamagedCheckpoint as damage:
            warnings.append(
                Message(
                    "The checkpoint {name} is damaged ({reason}) and is skipped.",
                    name=path.stem,
                    reason=str(damage),
                )
            )
            continue
        return Loaded(state=state, warnings=tuple(warnings))
    if warnings:
        warnings.append(Message("No sound checkpoint is left: training starts from the beginning."))
    return Loaded(state=None, warnings=tuple(warnings))


def _manifests(folder: Path) -> list[Path]:
    """Return the manifests, newest first."""
    return sorted(folder.glob("step-*.json"), reverse=True)


def _read_manifest(path: Path) -> tuple[RunState, dict[str, Scalar], list[str]]:
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format_version"] != FORMAT_VERSION:
            raise DamagedCheckpoint("another format version")
        hashes = [manifest["sha256"], *manifest.get("further_sha256", ())]
        return RunState(**manifest["state"]), manifest["config"], hashes
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedCheckpoint("manifest not readable") from error


def _read_tensors(path: Path, sha256: str) -> dict[str, Tensor]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedCheckpoint("tensors missing") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedCheckpoint("wrong checksum")
    try:
        return load(content)
    except SafetensorError as error:
        raise DamagedCheckpoint("tensors not readable") from error


# --- Tensors of a learner ----------------------------------------------------------------------


def _all_tensors(learner: Learner) -> dict[str, Tensor]:
    """Return every tensor by a flat name, on the CPU, contiguous as safetensors wants."""
    tensors: dict[str, Tensor] = {}
    for name, module in learner.modules.items():
        for key, tensor in module.state_dict().items():
            tensors[f"{name}/{key}"] = tensor
    for name, optimiser in learner.optimisers.items():
        for index, values in optimiser.state_dict()["state"].items():
            for key, value in values.items():
                tensors[f"optimiser.{name}/{index}/{key}"] = torch.as_tensor(value)
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def _put_tensors(learner: Learner, tensors: dict[str, Tensor]) -> None:
    """Copy tensors into the learner, having checked that nets and names fit."""
    wanted = {
        f"{name}/{key}": tensor.shape
        for name, module in learner.modules.items()
        for key, tensor in module.state_dict().items()
    }
    found = {name: t.shape for name, t in tensors.items() if not name.startswith("optimiser.")}
    if wanted != found:
        raise DamagedCheckpoint("it belongs to another network")
    for name, module in learner.modules.items():
        prefix = f"{name}/"
        module.load_state_dict(
            {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
        )
    for name, optimiser in learner.optimisers.items():
        _put_optimiser(optimiser, f"optimiser.{name}/", tensors)


def _put_optimiser(
    optimiser: torch.optim.Optimizer, prefix: str, tensors: dict[str, Tensor]
) -> None:
    groups = optimiser.state_dict()["param_groups"]
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith(prefix):
            index, key = name.removeprefix(prefix).split("/")
            state.setdefault(int(index), {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": groups})
    # The fused kernel walks weight and moments side by side in memory: same layout, or nonsense.
    for parameter, values in optimiser.state.items():
        for key, value in values.items():
            if value.shape == parameter.shape:
                values[key] = torch.empty_like(parameter).copy_(value)
