"""Pictures in, features out: what every figure of this package is computed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from torch.nn.functional import interpolate

from mezzotint.metrics.feature_net_training import BLOCK_PICTURES, to_signed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mezzotint.metrics.feature_net import FeatureNet
    from mezzotint.metrics.feature_net_file import FrozenNet


@dataclass(frozen=True, kw_only=True, eq=False)
class Observation:
    """Hold what a ruler sees in N pictures.

    Attributes:
        features: float32 [N, D].
        answers: The likeliest answer to each question, int64 [N, number of questions].
    """

    features: NDArray[np.float32]
    answers: NDArray[np.int64]


class Ruler(Protocol):
    """Turn pictures into features; figures on two rulers are never comparable."""

    @property
    def title(self) -> str:
        """Return what the figures' names carry: "feature net grey28 1a2b3c4d"."""
        ...

    @property
    def questions(self) -> tuple[tuple[str, ...], ...]:
        """Return the answers known to each question; empty if the ruler answers none."""
        ...

    def observe(self, pixels: NDArray[np.uint8]) -> Observation:
        """Look at pictures, uint8 [N, H, W, C] in [0, 255]."""
        ...


class NetRuler:
    """Look at pictures through a frozen feature net, a block at a time.

    Pictures of another size are resized with antialiasing, grey ones shown as RGB, transparent
    ones laid on mid grey, where the net asks for it.
    """

    def __init__(self, net: FeatureNet, *, title: str, device: str = "cpu") -> None:
        self._net = net.eval().to(device)
        self._title = title
        self._device = device

    @property
    def title(self) -> str:
        """Return what the figures' names carry."""
        return self._title

    @property
    def questions(self) -> tuple[tuple[str, ...], ...]:
        """Return the answers of each of the net's questions."""
        return tuple(question.answers for question in self._net.spec.questions)

    @torch.inference_mode()
    def observe(self, pixels: NDArray[np.uint8]) -> Observation:
        """Return features and answers of pictures, uint8 [N, H, W, C]."""
        features: list[NDArray[np.float32]] = []
        answers: list[NDArray[np.int64]] = []
        for start in range(0, len(pixels), BLOCK_PICTURES):
            seen = self._net.features(self._fit(pixels[start : start + BLOCK_PICTURES]))
            likeliest = [logits.argmax(dim=1) for logits in self._net.answers(seen)]
            features.append(seen.cpu().numpy())
            answers.append(torch.stack(likeliest, dim=1).cpu().numpy())
        return Observation(features=np.concatenate(features), answers=np.concatenate(answers))

    def _fit(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        spec = self._net.spec
        signed = to_channels(to_signed(pixels).to(self._device), spec.channels)
        size = (spec.height_px, spec.width_px)
        if signed.shape[2:] == size:
            return signed
        return interpolate(signed, size=size, mode="bilinear", antialias=True).clamp(-1, 1)


def net_ruler(frozen: FrozenNet, *, device: str = "cpu") -> NetRuler:
    """Return the ruler of a frozen net; its title carries the net's name and hash."""
    return NetRuler(frozen.net, title=f"feature net {frozen.title}", device=device)


def to_channels(pixels: torch.Tensor, channels: int) -> torch.Tensor:
    """Convert float [N, 1|3|4, H, W] in [-1, 1] to 1 or 3 channels; alpha is laid on mid grey."""
    if pixels.shape[1] == 4:
        alpha = (pixels[:, 3:] + 1) / 2
        pixels = pixels[:, :3] * alpha  # mid grey is 0
    if pixels.shape[1] == channels:
        return pixels
    if channels == 3:
        return pixels.expand(-1, 3, -1, -1)
    luma = pixels.new_tensor([0.299, 0.587, 0.114])  # ITU-R BT.601
    return torch.einsum("nchw,c->nhw", pixels, luma)[:, None]
