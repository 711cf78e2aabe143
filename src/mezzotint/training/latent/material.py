"""What every stage learns from: pictures, captions and flags as tensors, gathered by index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.order import BatchOrder
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.training.batches import Part, PictureShape, shape_of
from mezzotint.training.latent.caption_table import CaptionTable, caption_table
from mezzotint.training.latent.wrapping import find_wrapping


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Name the pictures of one step.

    Attributes:
        indices: int64 [n], positions in the set.
        part: Which part of the global batch this is; these stages take it whole.
    """

    indices: Tensor
    part: Part = Part()  # noqa: RUF009 - frozen, has no state


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Hold a set for training on one device.

    Attributes:
        levels: uint8 [N, C, H, W], alpha straight.
        captions: Of the pictures, on the CPU.
        wraps: float32 [N, 2], 1 where a picture goes on at the opposite border.
        shape: Of the pictures.
        device: Where nets and pixels are.
    """

    levels: Tensor
    captions: CaptionTable
    wraps: Tensor
    shape: PictureShape
    device: torch.device

    @property
    def num_images(self) -> int:
        """Return how many pictures there are."""
        return len(self.levels)

    @property
    def is_captioned(self) -> bool:
        """Return whether any picture has a caption."""
        return bool(self.captions.texts)

    def pixels(self, indices: Tensor) -> Tensor:
        """Return pictures as the nets want them: float32 [n, C, H, W] in [-1, 1], premultiplied."""
        levels = self.levels[indices.to(self.levels.device)].to(self.device).float()
        if levels.shape[1] == 4:
            levels[:, :3] *= levels[:, 3:] / 255
        return levels.div_(127.5).sub_(1.0).contiguous(memory_format=torch.channels_last)


def prepare_material(
    pictures: TrainingPictures, device: torch.device, *, on_device: bool = True
) -> Material:
    """Lay a set out for training.

    Args:
        pictures: The set.
        device: Where nets will be.
        on_device: Whether pixels are kept there, too; else they are moved batch by batch.
    """
    levels = torch.from_numpy(np.ascontiguousarray(pictures.pixels.transpose(0, 3, 1, 2)))
    return Material(
        levels=levels.to(device) if on_device else levels,
        captions=caption_table(pictures),
        wraps=torch.from_numpy(find_wrapping(pictures.pixels)).float(),
        shape=shape_of(pictures),
        device=device,
    )


class RowSource:
    """Return the rows of a step, as one part; a pure function of seed and step."""

    def __init__(self, num_images: int, batch_size: int, seed: int) -> None:
        self._order = BatchOrder(num_images=num_images, batch_size=batch_size, seed=seed)

    def __call__(self, step: int) -> list[Rows]:
        """Return which pictures the step sees."""
        return [Rows(indices=torch.from_numpy(self._order.indices(step)))]
