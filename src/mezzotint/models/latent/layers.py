"""What the latent networks are built of: padding that wraps, residual blocks, changes of size.

A block is R3GAN's (Huang et al. 2024, section 4): 1x1, grouped 3x3, 1x1, no normalisation, the last
convolution zero at the start, so that a deep net begins as an almost linear map.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, leaky_relu

SLOPE = 0.2  # of every LeakyReLU
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through a LeakyReLU (He et al. 2015)
STYLE_GAIN = 0.1  # styles begin to matter gently (Hyun et al. 2025)


# --- Layers ------------------------------------------------------------------------------------


def scaled_normal_(layer: nn.Conv2d | nn.Linear, gain: float = GAIN) -> None:
    """Draw weights from N(0, gain^2 / fan_in), biases 0 (He et al. 2015, Eq. 15)."""
    fan_in = math.prod(layer.weight.shape[1:])  # of a grouped convolution: of one group
    nn.init.normal_(layer.weight, std=gain / math.sqrt(fan_in))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def convolution(
    inputs: int,
    outputs: int,
    side: int = 1,
    *,
    groups: int = 1,
    bias: bool = True,
    gain: float = GAIN,
    padding: int = 0,
) -> nn.Conv2d:
    """Make a convolution with weights for its fan-in."""
    layer = nn.Conv2d(inputs, outputs, side, groups=groups, bias=bias, padding=padding)
    scaled_normal_(layer, gain)
    return layer


def linear(inputs: int, outputs: int, *, bias: bool = True, gain: float = GAIN) -> nn.Linear:
    """Make a fully connected layer with weights for its fan-in."""
    layer = nn.Linear(inputs, outputs, bias=bias)
    scaled_normal_(layer, gain)
    return layer


# --- Borders -----------------------------------------------------------------------------------


def pad_border(maps: Tensor, wrap: Tensor, *, repeat: bool = False) -> Tensor:
    """Surround maps with one position: what lies at the opposite border, or else zeros.

    Args:
        maps: [N, C, h, w].
        wrap: [N, 2], 1 = wraps round; vertically, horizontally.
        repeat: Whether the border itself takes the place of zeros.

    Example:
        >>> line = torch.tensor([1.0, 2.0, 3.0]).view(1, 1, 1, 3)
        >>> pad_border(line, torch.tensor([[0.0, 1.0]]))[0, 0, 1].tolist()
        [3.0, 1.0, 2.0, 3.0, 1.0]
    """
    for axis in (2, 3):
        first, last = maps.narrow(axis, 0, 1), maps.narrow(axis, maps.shape[axis] - 1, 1)
        share = wrap[:, axis - 2, None, None, None]
        before, after = last * share, first * share
        if repeat:  # exact, because the share is 0 or 1
            before, after = before + first * (1 - share), after + last * (1 - share)
        maps = torch.cat([before, maps, after], dim=axis)
    return maps


# --- Block -------------------------------------------------------------------------------------


class ResidualBlock(nn.Module):
    """Add W3 act(W2 act(W1 x)) to x; W2 looks at 3x3 positions in groups of channels.

    Args:
        width: Channels.
        expansion: Hidden channels, in widths.
        group_width: Hidden channels of a group; 0 = one group.
        total_blocks: Blocks of the whole net: their gains together stay 1 (Zhang et al. 2019).
    """

    def __init__(
        self, width: int, *, total_blocks: int, expansion: int = 1, group_width: int = 0
    ) -> None:
        super().__init__()
        hidden = width * expansion
        gain = GAIN * total_blocks**-0.25  # L^(-1/(2m-2)), m = 3 layers (Zhang et al. 2019)
        groups = hidden // group_width if group_width else 1
        self.enter = convolution(width, hidden, gain=gain)
        self.look = convolution(hidden, hidden, 3, groups=groups, gain=gain)
        self.leave = convolution(hidden, width, bias=False)
        nn.init.zeros_(self.leave.weight)

    def branch(self, features: Tensor, wrap: Tensor | None) -> Tensor:
        """Return what the block adds, from features as its first layer wants them."""
        hidden = leaky_relu(self.enter(features), SLOPE)
        if wrap is None:
            look = self.look
            hidden = conv2d(hidden, look.weight, look.bias, padding=1, groups=look.groups)
        else:
            hidden = self.look(pad_border(hidden, wrap))
        return self.leave(leaky_relu(hidden, SLOPE))

    def forward(self, features: Tensor) -> Tensor:
        """Map [N, width, h, w] to the same shape, zeros beyond the border."""
        return features + self.branch(features, None)


class StyledBlock(ResidualBlock):
    """A residual block whose first layer sees x (1 + a) + b, a and b linear in the style.

    The modulation of AdaLN (Peebles & Xie 2023, section 3.2) without its normalisation.
    """

    def __init__(
        self, width: int, style_dim: int, *, expansion: int, group_width: int, total_blocks: int
    ) -> None:
        super().__init__(
            width, expansion=expansion, group_width=group_width, total_blocks=total_blocks
        )
        self.style = linear(style_dim, 2 * width, gain=STYLE_GAIN)

    def forward(self, features: Tensor, style: Tensor, wrap: Tensor | None) -> Tensor:
        """Map [N, width, h, w] to the same shape under styles [N, W]."""
        scale, shift = self.style(style)[:, :, None, None].chunk(2, dim=1)
        return features + self.branch(features * (1 + scale) + shift, wrap)


# --- Changes of size ---------------------------------------------------------------------------


class Double(nn.Module):
    """Change the width, then double the map by bilinear interpolation: [N, C', 2h, 2w]."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.rewidth = convolution(coarse, fine, bias=False, gain=1.0)

    def forward(self, features: Tensor, wrap: Tensor) -> Tensor:
        """Double [N, C, h, w]; beyond the border lies the opposite one, or the border itself."""
        padded = pad_border(self.rewidth(features), wrap, repeat=True)
        doubled = interpolate(padded, scale_factor=2.0, mode="bilinear", align_corners=False)
        return doubled[:, :, 2:-2, 2:-2]


class Halve(nn.Module):
    """Average 2x2 positions, then change the width: [N, C', h/2, w/2]."""

    def __init__(self, fine: int, coarse: int) -> None:
        super().__init__()
        self.rewidth = convolution(fine, coarse, bias=False, gain=1.0)

    def forward(self, features: Tensor) -> Tensor:
        """Halve [N, C, h, w]."""
        return self.rewidth(avg_pool2d(features, 2))
