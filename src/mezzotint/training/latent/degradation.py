"""Mild damage of small pictures: what an upscaler meets in the world."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d, pad

BLOCK_PX = 8  # of JPEG
BLUR = (0.25, 0.5, 0.25)
MAX_NOISE = 0.04  # deviation, of pixels in [-1, 1]
STEPS = (2.0, 16.0)  # of 255: quantisation of the lowest and the highest frequency, at most


def degrade(pixels: Tensor, random: torch.Generator) -> Tensor:
    """Halve pictures and damage each by chance: blur before, JPEG-like blocks and noise after.

    Args:
        pixels: [N, C, H, W] in [-1, 1], sides multiples of 2.
        random: On the CPU.

    Returns:
        [N, C, H/2, W/2] in [-1, 1].

    Example:
        >>> grey = torch.zeros(2, 3, 16, 16)
        >>> bool((degrade(grey, torch.Generator().manual_seed(1)).abs() < 0.5).all())
        True
    """
    count, device = len(pixels), pixels.device

    def share() -> Tensor:
        return torch.rand(count, 1, 1, 1, generator=random).to(device)

    small = avg_pool2d(torch.lerp(pixels, _blurred(pixels), share()), 2)
    small = torch.lerp(small, _blocks(small, share()), (share() < 0.5).float())
    noise = torch.randn(small.shape, generator=random).to(device)
    strength = MAX_NOISE * share() * (share() < 0.5)
    return (small + strength * noise).clamp(-1, 1)


def _blurred(pixels: Tensor) -> Tensor:
    row = torch.tensor(BLUR, device=pixels.device)
    planes = pad(pixels, (1, 1, 1, 1), mode="replicate").flatten(0, 1)[:, None]
    return conv2d(planes, torch.outer(row, row)[None, None]).view_as(pixels)


# Quantised coefficients of the 8x8 cosine transform, coarser for high frequencies (Wallace 1992)
def _blocks(pixels: Tensor, strength: Tensor) -> Tensor:
    """Return pictures as a JPEG-like codec gives them back; sides that do not fit are padded."""
    height, width = pixels.shape[2:]
    down, right = -height % BLOCK_PX, -width % BLOCK_PX
    padded = pad(pixels, (0, right, 0, down), mode="replicate")
    cosine = _cosine_transform().to(pixels.device)
    blocks = padded.unfold(2, BLOCK_PX, BLOCK_PX).unfold(3, BLOCK_PX, BLOCK_PX)
    frequency = torch.arange(BLOCK_PX, device=pixels.device) / (BLOCK_PX - 1)
    height_of = (frequency[:, None] + frequency) / 2
    steps = STEPS[0] + (STEPS[1] - STEPS[0]) * height_of
    steps = strength[..., None, None] * steps * BLOCK_PX / 255 + 1e-4
    coefficients = (cosine @ blocks @ cosine.T / steps).round() * steps
    restored = cosine.T @ coefficients @ cosine  # [N, C, rows, columns, 8, 8]
    rows, columns = restored.shape[2:4]
    whole = restored.transpose(3, 4).reshape(*pixels.shape[:2], rows * BLOCK_PX, columns * BLOCK_PX)
    return whole[:, :, :height, :width]


def _cosine_transform() -> Tensor:
    """Return the orthonormal matrix of the transform, [8, 8]."""
    position = torch.arange(BLOCK_PX)
    angles = math.pi / BLOCK_PX * (position + 0.5) * position[:, None]
    scale = torch.full((BLOCK_PX, 1), math.sqrt(2 / BLOCK_PX))
    scale[0] = math.sqrt(1 / BLOCK_PX)
    return angles.cos() * scale
