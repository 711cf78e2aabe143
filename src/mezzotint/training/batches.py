"""Batches of a run: which pictures each step sees, and pixels as the nets want them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot

from mezzotint.data.training_pictures import TrainingPictures


@dataclass(frozen=True, kw_only=True)
class Part:
    """Name one of `count` equal parts of a global batch: every `count`-th row from `index` on.

    Processes and accumulated micro-batches each take a part of the same global draws, so that how
    a batch is split changes neither the pictures nor the noise.
    """

    index: int = 0
    count: int = 1

    def of(self, rows: Tensor) -> Tensor:
        """Return this part of a tensor whose first dimension is the global batch."""
        return rows[self.index :: self.count] if self.count > 1 else rows


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Hold what one step learns from.

    Attributes:
        pixels: float32 [n, C, H, W] in [-1, 1], channels last in memory.
        class_weights: float32 [n, K], one-hot; None for unlabelled pictures.
        part: Which part of the global batch this is.
    """

    pixels: Tensor
    class_weights: Tensor | None
    part: Part


@dataclass(frozen=True, kw_only=True)
class PictureShape:
    """Hold what the nets must know about a data set."""

    height_px: int
    width_px: int
    channels: int
    num_classes: int  # 0 = unlabelled


def shape_of(pictures: TrainingPictures) -> PictureShape:
    """Return the shape of the pictures and how many classes they have."""
    height_px, width_px, channels = pictures.pixels.shape[1:]
    return PictureShape(
        height_px=height_px,
        width_px=width_px,
        channels=channels,
        num_classes=len(pictures.classes) if pictures.labels is not None else 0,
    )


def parts_of(rank: int, num_processes: int, num_rounds: int) -> tuple[Part, ...]:
    """Return the parts that one process computes, a round each.

    Example:
        >>> [part.index for part in parts_of(1, 2, 3)]
        [1, 3, 5]
    """
    count = num_processes * num_rounds
    return tuple(Part(index=i, count=count) for i in range(rank, count, num_processes))


def read_batch(
    pictures: TrainingPictures, indices: NDArray[np.int64], part: Part, device: torch.device
) -> Batch:
    """Fetch the part's pictures of a global batch."""
    chosen = indices[part.index :: part.count]
    pixels = to_tensor(pictures.pixels[chosen])
    weights = None
    if pictures.labels is not None:
        labels = torch.from_numpy(pictures.labels[chosen])
        weights = one_hot(labels, len(pictures.classes)).float().to(device)
    return Batch(pixels=pixels.to(device), class_weights=weights, part=part)


def to_tensor(pixels: NDArray[np.uint8]) -> Tensor:
    """Convert pictures for the nets, channels last in memory.

    uint8 [0, 255] NHWC, alpha straight => float32 [-1, 1] NCHW, alpha premultiplied: where nothing
    shows there is no colour to learn. `engines.pixels.to_pixels` is the way back.
    """
    levels = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    if levels.shape[1] == 4:
        levels[:, :3] *= levels[:, 3:] / 255
    return levels.div_(127.5).sub_(1.0)


def to_array(tensor: Tensor) -> NDArray[np.float32]:
    """Return what a net painted as an array, for `engines.pixels.to_pixels`."""
    return tensor.detach().float().cpu().numpy()
