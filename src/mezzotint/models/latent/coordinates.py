"""Where each position lies on the canvas, as waves: what G and D have instead of a learned grid.

Fourier features (Tancik et al. 2020, Eq. 5; as a generator's input: Karras et al. 2021, section
3.2) make any size and aspect possible: the short side always spans [-1, 1]. Along an axis that
wraps round each frequency moves to the nearest whole number of waves a canvas, so that the
features themselves have no seam.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

FREQUENCIES = (0.25, 0.5, 1.0, 2.0)  # in half waves a unit, the short side being two units
NUM_COORDINATES = 2 * 2 * len(FREQUENCIES) + 2  # two axes, sine and cosine; where it wraps


def coordinate_features(like: Tensor, wrap: Tensor) -> Tensor:
    """Return waves across a canvas, [N, 18, h, w].

    Args:
        like: [N, any, h, w], a map of the canvas's coarsest positions.
        wrap: [N, 2], 1 = wraps round; vertically, horizontally.

    Example:
        >>> features = coordinate_features(torch.zeros(2, 1, 4, 6), torch.tensor([[0.0, 1.0]] * 2))
        >>> features.shape
        torch.Size([2, 18, 4, 6])
    """
    # Sizes are counted by tensors, so that an exported graph follows any size.
    ones = torch.ones_like(like[0, 0], dtype=torch.float32)
    rows, columns = ones[:, 0].cumsum(0), ones[0].cumsum(0)
    shorter = torch.minimum(rows[-1], columns[-1])
    vertical = _waves(rows, shorter, wrap[:, 0])[:, :, :, None]
    horizontal = _waves(columns, shorter, wrap[:, 1])[:, :, None, :]
    flags = wrap[:, :, None, None] * ones
    return torch.cat(
        [vertical * ones[0], horizontal * ones[:, :1], flags.to(vertical.dtype)], dim=1
    )


def _waves(counted: Tensor, shorter: Tensor, wrap: Tensor) -> Tensor:
    """Return sine and cosine along an axis, [N, 8, L], from positions counted 1, 2 .. L."""
    num_positions = counted[-1]
    position = (2 * counted - 1 - num_positions) / shorter  # the short side spans [-1, 1]
    frequency = counted.new_tensor(FREQUENCIES)
    # A canvas is 2 L / shorter units long: frequency L / shorter waves, rounded, at least one.
    waves = (frequency * num_positions / shorter).round().clamp(min=1)
    periodic = waves * shorter / num_positions
    chosen = torch.where(wrap[:, None] > 0.5, periodic, frequency)  # [N, frequencies]
    phase = math.pi * chosen[:, :, None] * position
    return torch.cat([phase.sin(), phase.cos()], dim=1)
