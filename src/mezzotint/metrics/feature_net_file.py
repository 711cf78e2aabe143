"""Feature nets on disk: safetensors with a card as JSON in the metadata, and a hash of all of it.

Convolution and linear weights are stored in 16 bits, the rest in 32; everything is computed in 32.
The hash covers the card and every tensor, so a net that gives another figure has another name.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from mezzotint.domain.errors import FailedError, InputError
from mezzotint.domain.message import Message
from mezzotint.metrics.feature_net import FeatureNet, FeatureNetSpec, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SHIPPED_FOLDER = Path(__file__).resolve().parent / "nets"
# The nets this version measures with; scenes96 judges painted scenes and measures no distances.
# A new net is a new name, never a new file under an old one.
SHIPPED_SHA256 = {
    "colour64": "71a856d3da7ded1288cf79c2a8d03062e5ca1235f9e3cededc40c3e78c0b0565",
    "grey28": "94fdb003f33b3df75b3d87f043bab8ed47d82bad0d72e5bd0432b56028bdd6bf",
    "scenes96": "f21c84b8a759e5cbc53f050683adb5fb9bf301a5199d8c1409ce4523e9c62499",
}
CARD_KEY = "mezzotint"
HASH_KEY = "sha256"
NUM_NAME_DIGITS = 8  # of the hash, in the name of a figure


@dataclass(frozen=True, kw_only=True)
class FeatureNetCard:
    """Say what a feature net is, what it was trained on and how good it is."""

    spec: FeatureNetSpec
    data_name: str  # "Fashion-MNIST"
    data_sha256: str  # of pixels and labels as uint8 and int64, in order
    data_licence: str
    num_training_pictures: int
    num_test_pictures: int
    test_accuracy: tuple[float, ...]  # a question each, of the weights as stored
    seed: int
    epochs: int
    software: str  # "mezzotint 0.1.0, torch 2.13.0"


@dataclass(frozen=True, kw_only=True, eq=False)
class FrozenNet:
    """Hold a feature net as loaded: frozen weights, its card and its hash."""

    net: FeatureNet
    card: FeatureNetCard
    sha256: str

    @property
    def title(self) -> str:
        """Return the name that figures carry: "grey28 1a2b3c4d"."""
        return f"{self.card.spec.name} {self.sha256[:NUM_NAME_DIGITS]}"


def freeze(net: FeatureNet) -> None:
    """Round the weights to what the file holds, and take them out of training."""
    net.eval().requires_grad_(False)
    for name, tensor in net.state_dict().items():
        if _is_short(name, tensor):
            tensor.copy_(tensor.half().float())


def save_feature_net(net: FeatureNet, card: FeatureNetCard, path: Path) -> str:
    """Write a net and its card, whole or not at all.

    Args:
        net: A net that went through `freeze`.
        card: Its card.
        path: The file; replaced if there is one.

    Returns:
        The sha256 over card and tensors.

    Raises:
        FailedError: `metrics.net.write`: the disk is full or does not allow it.
    """
    tensors = {
        name: (tensor.half() if _is_short(name, tensor) else tensor).contiguous().numpy()
        for name, tensor in net.state_dict().items()
        if not name.endswith("num_batches_tracked")  # counts batches; no figure depends on it
    }
    card_json = json.dumps(asdict(card), sort_keys=True, ensure_ascii=False)
    sha256 = content_sha256(card_json, tensors)
    content = save(tensors, metadata={CARD_KEY: card_json, HASH_KEY: sha256})
    try:
        _write_whole(path, content)
    except OSError as error:
        raise FailedError(
            "metrics.net.write",
            Message(
                "The feature net could not be written to {path}: {reason}.",
                path=str(path),
                reason=error.strerror or str(error),
            ),
            Message("Make room or choose another place."),
        ) from error
    return sha256


def load_feature_net(path: Path, *, expected_sha256: str | None = None) -> FrozenNet:
    """Read a net and check its hash.

    Args:
        path: The file.
        expected_sha256: What its hash must be; None takes the hash that the file states.

    Raises:
        InputError: `metrics.net.damaged`: not a feature net, cut short, or with another hash.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            metadata: Mapping[str, str] = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
        card_json, stated_sha256 = metadata[CARD_KEY], metadata[HASH_KEY]
        sha256 = content_sha256(card_json, tensors)
        if sha256 != stated_sha256 or expected_sha256 not in (None, sha256):
            raise _damaged(path)
        card = _parse_card(card_json)
        return FrozenNet(net=_rebuild(card.spec, tensors), card=card, sha256=sha256)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise _damaged(path) from error


def shipped_net(name: str) -> FrozenNet:
    """Load a feature net that comes with the package.

    Args:
        name: "grey28", "colour64" or "scenes96".

    Raises:
        InputError: `metrics.net.unknown`, `metrics.net.damaged`.

    Example:
        >>> shipped_net("grey28").card.spec.feature_dim
        64
    """
    if name not in SHIPPED_SHA256:
        raise InputError(
            "metrics.net.unknown",
            Message("There is no feature net called {name}.", name=name),
            Message("There are: {names}.", names=", ".join(sorted(SHIPPED_SHA256))),
        )
    path = SHIPPED_FOLDER / f"{name}.safetensors"
    return load_feature_net(path, expected_sha256=SHIPPED_SHA256[name])


def content_sha256(card_json: str, tensors: Mapping[str, NDArray[np.generic]]) -> str:
    """Hash a card and its tensors, each with name, type and shape, in the order of the names."""
    digest = hashlib.sha256(card_json.encode())
    for name in sorted(tensors):
        tensor = np.ascontiguousarray(tensors[name])
        digest.update(f"\n{name} {tensor.dtype.str} {tensor.shape}\n".encode())
        digest.update(tensor.tobytes())
    return digest.hexdigest()


def _is_short(name: str, tensor: torch.Tensor) -> bool:
    return name.endswith("weight") and tensor.dim() >= 2


def _rebuild(spec: FeatureNetSpec, tensors: Mapping[str, NDArray[np.generic]]) -> FeatureNet:
    net = FeatureNet(spec)
    weights = {name: torch.from_numpy(tensor).float() for name, tensor in tensors.items()}
    missing, unexpected = net.load_state_dict(weights, strict=False)
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"missing {missing}, unexpected {unexpected}")
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _parse_card(card_json: str) -> FeatureNetCard:
    values = json.loads(card_json)
    spec = values.pop("spec")
    questions = tuple(
        Question(name=question["name"], answers=tuple(question["answers"]))
        for question in spec.pop("questions")
    )
    widths = tuple(spec.pop("widths"))
    accuracy = tuple(values.pop("test_accuracy"))
    return FeatureNetCard(
        spec=FeatureNetSpec(**spec, widths=widths, questions=questions),
        test_accuracy=accuracy,
        **values,
    )


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _damaged(path: Path) -> InputError:
    return InputError(
        "metrics.net.damaged",
        Message("{path} is not an intact feature net.", path=str(path)),
        Message("Install mezzotint again, or train the net again."),
    )
