"""The codec of small pictures: pixels laid aside, nothing lost (space to depth).

A latent is the f x f pixels of a position, one channel each, so that a mask can be exact to the
pixel. Latents are pixels in [-1, 1]; there is nothing to learn.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle


class PixelsToLatents(nn.Module):
    """Lay the pixels of f x f squares aside: [N, C, H, W] to [N, C f^2, H/f, W/f].

    Example:
        >>> import torch
        >>> PixelsToLatents(2)(torch.zeros(1, 4, 6, 8)).shape
        torch.Size([1, 16, 3, 4])
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, pixels: Tensor) -> Tensor:
        """Return latents; a mask [N, 1, H, W] becomes [N, f^2, h, w] in the same way."""
        return pixel_unshuffle(pixels, self.factor)


class LatentsToPixels(nn.Module):
    """Put pixels back: [N, C f^2, h, w] to [N, C, H, W].

    Example:
        >>> import torch
        >>> LatentsToPixels(2)(torch.zeros(1, 16, 3, 4)).shape
        torch.Size([1, 4, 6, 8])
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, latents: Tensor) -> Tensor:
        """Return pixels."""
        return pixel_shuffle(latents, self.factor)
