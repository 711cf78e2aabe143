"""A ruler without a net: the principal components of small copies of the pictures.

For pictures that no shipped net was made for. It is fitted to the real training pictures, so its
figures compare models of one data set with each other, and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import adaptive_avg_pool2d

from mezzotint.metrics.feature_extraction import Observation

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL_SIDE_PX = 16  # a copy of this size keeps shapes and colours, not texture
NUM_COMPONENTS = 64
MAX_FITTED = 10_000  # pictures the components are fitted to, taken evenly over the set
BLOCK_PICTURES = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelRuler:
    """Project small copies of pictures onto fixed directions.

    Attributes:
        title: Carries a hash of the pictures it was fitted to.
        mean: float64 [P], P = values of a small copy.
        directions: float64 [P, D], scaled to a mean variance of 1 over the fitted pictures.
    """

    title: str
    mean: NDArray[np.float64]
    directions: NDArray[np.float64]

    @property
    def questions(self) -> tuple[tuple[str, ...], ...]:
        """Return nothing: this ruler answers no questions."""
        return ()

    def observe(self, pixels: NDArray[np.uint8]) -> Observation:
        """Return the features of pictures, uint8 [N, H, W, C]."""
        features = (small_copies(pixels) - self.mean) @ self.directions
        return Observation(
            features=features.astype(np.float32),
            answers=np.zeros((len(pixels), 0), dtype=np.int64),
        )


def fit_pixel_ruler(pixels: NDArray[np.uint8]) -> PixelRuler:
    """Fit a ruler to real training pictures.

    Args:
        pixels: uint8 [N, H, W, C], two different ones or more.

    Example:
        >>> pixels = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 3), dtype=np.uint8)
        >>> fit_pixel_ruler(pixels).observe(pixels[:2]).features.shape
        (2, 29)
    """
    step = -(-len(pixels) // MAX_FITTED)
    copies = small_copies(pixels[::step])
    mean = copies.mean(axis=0)
    centred = copies - mean
    variances, components = np.linalg.eigh(centred.T @ centred / (len(copies) - 1))
    # Centred rows have one rank less than there are pictures.
    num_components = min(NUM_COMPONENTS, len(copies) - 1, copies.shape[1])
    leading = components[:, ::-1][:, :num_components]
    mean_variance = variances[::-1][:num_components].mean()
    digest = hashlib.sha256(copies.astype("<f4").tobytes()).hexdigest()
    return PixelRuler(
        title=f"pixel components {digest[:8]}",
        mean=mean,
        directions=leading / np.sqrt(mean_variance),
    )


def small_copies(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Shrink pictures by area to 16 px at most a side, colour times opacity, and flatten them.

    uint8 [0, 255] [N, H, W, C] => float64 [0, 1] [N, P].
    """
    height_px, width_px = (min(side, SMALL_SIDE_PX) for side in pixels.shape[1:3])
    blocks: list[NDArray[np.float64]] = []
    for start in range(0, len(pixels), BLOCK_PICTURES):
        block = torch.from_numpy(np.array(pixels[start : start + BLOCK_PICTURES])).double() / 255
        if block.shape[3] == 4:  # invisible colours must not count
            block[..., :3] *= block[..., 3:]
        small = adaptive_avg_pool2d(block.permute(0, 3, 1, 2), (height_px, width_px))
        blocks.append(small.flatten(start_dim=1).numpy())
    return np.concatenate(blocks)
