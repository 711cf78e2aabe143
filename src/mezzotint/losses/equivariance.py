"""Latents that turn and shrink with their pictures, so that a generator has less to learn.

EQ-VAE (Kouzelis et al. 2025): moved latents should decode to the picture, moved alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

Decode = Callable[[Tensor], Tensor]  # latents [N, c, h, w] -> pixels [N, C, f h, f w]
Distance = Callable[[Tensor, Tensor], Tensor]  # painted, pixels -> scalar


@dataclass(frozen=True, kw_only=True)
class Move:
    """Say how pictures and latents are moved: shrunk, mirrored, turned, in this order.

    Attributes:
        quarter_turns: Counter-clockwise, 0 to 3.
        is_mirrored: Whether left and right change places.
        height: Rows of the latents afterwards, before turning.
        width: Columns, likewise.
    """

    quarter_turns: int
    is_mirrored: bool
    height: int
    width: int


def apply_move(maps: Tensor, move: Move, factor: int = 1) -> Tensor:
    """Move maps [N, C, H, W]; `factor` is how many of their positions are one of the latents'.

    Example:
        >>> move = Move(quarter_turns=1, is_mirrored=False, height=2, width=4)
        >>> apply_move(torch.zeros(1, 3, 32, 64), move, 8).shape
        torch.Size([1, 3, 32, 16])
    """
    size = (move.height * factor, move.width * factor)
    if tuple(maps.shape[2:]) != size:
        maps = interpolate(maps, size=size, mode="bilinear", antialias=True)
    if move.is_mirrored:
        maps = maps.flip(3)
    return torch.rot90(maps, move.quarter_turns, (2, 3))


# L = d(D(T z), T x)                                        (Kouzelis et al. 2025, Eq. 5)
def equivariance(
    decode: Decode,
    latents: Tensor,
    pixels: Tensor,
    *,
    move: Move,
    factor: int,
    distance: Distance,
) -> Tensor:
    """Return how far the decoder of moved latents is from the moved picture.

    Args:
        decode: The decoder.
        latents: Of the pictures, [N, c, h, w]; gradients flow into the encoder, too.
        pixels: [N, C, f h, f w].
        move: The same for the whole batch.
        factor: f.
        distance: Of pictures, `charbonnier` for example.
    """
    return distance(decode(apply_move(latents, move)), apply_move(pixels, move, factor))
