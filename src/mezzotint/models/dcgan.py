"""The unconditional convolutional GAN, in two layouts.

"radford": any size, as in "Unsupervised representation learning with deep convolutional generative
adversarial networks" (Radford, Metz & Chintala 2016, section 3): transposed convolutions, batch
norm in both nets but for D's first layer and G's last, ReLU in G, LeakyReLU in D, N(0, 0.02).

"tutorial": the 28x28 network of the best-known TensorFlow tutorial, layer for layer, with Keras's
conventions: padding "same", LeakyReLU 0.3, batch norm with epsilon 1e-3 and momentum 0.99 (1 - 0.99
in torch's terms), Glorot's uniform weights, maps flattened channels last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d, pad

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.models.sizes import num_halvings, stage_widths
from mezzotint.models.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class DcganSpec:
    """Fix the shape of a DCGAN; the widths are those of the "radford" layout alone."""

    height_px: int
    width_px: int
    channels: int  # 1 grey, 3 RGB, 4 RGBA
    layout: Literal["radford", "tutorial"] = "radford"
    noise_dim: int = 100  # Z
    generator_width: int = 32  # channels of the finest hidden map; doubles with each halving
    discriminator_width: int = 32  # the same, of D
    max_width: int = 256  # no map is wider

    @property
    def num_doublings(self) -> int:
        """Count how often G doubles its map."""
        return num_halvings(self.height_px, self.width_px)

    @property
    def base_shape(self) -> tuple[int, int]:
        """Return height and width of the coarsest map."""
        return self.height_px >> self.num_doublings, self.width_px >> self.num_doublings


# --- Keras's conventions -----------------------------------------------------------------------

KERAS_SLOPE = 0.3
KERAS_EPSILON = 1e-3
KERAS_MOMENTUM = 1 - 0.99


class SameConv2d(nn.Conv2d):
    """Convolve with padding "same": the odd pixel of padding goes to the bottom and the right."""

    def forward(self, features: Tensor) -> Tensor:
        """Map [N, C, h, w] to [N, C', ceil(h / stride), ceil(w / stride)]."""
        (top, bottom), (left, right) = (
            _same_padding(size, side, stride)
            for size, side, stride in zip(
                features.shape[2:], self.kernel_size, self.stride, strict=True
            )
        )
        return super().forward(pad(features, (left, right, top, bottom)))


def _same_padding(size: int, side: int, stride: int) -> tuple[int, int]:
    total = max((math.ceil(size / stride) - 1) * stride + side - size, 0)
    return total // 2, total - total // 2


class SameConvTranspose2d(nn.ConvTranspose2d):
    """Transpose `SameConv2d`: [N, C, h, w] to [N, C', h * stride, w * stride]."""

    def forward(self, features: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Paint without the rows and columns that "same" padding had added, as it lies around."""
        height_px, width_px = (
            size * stride for size, stride in zip(features.shape[2:], self.stride, strict=True)
        )
        top = _same_padding(height_px, self.kernel_size[0], self.stride[0])[0]
        left = _same_padding(width_px, self.kernel_size[1], self.stride[1])[0]
        # What lies before is never computed; the odd row and column after are cut off.
        painted = conv_transpose2d(features, self.weight, self.bias, self.stride, (top, left))
        return painted[:, :, :height_px, :width_px]


def keras_weights_(network: nn.Module) -> None:
    """Draw every dense and convolution kernel from Glorot's uniform, biases 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


# --- Tutorial layout ---------------------------------------------------------------------------


class TutorialGenerator(nn.Module):
    """Paint 28x28 grey pictures from noise [N, 100].

    Example:
        >>> TutorialGenerator(noise_dim=100)(torch.randn(2, 100)).shape
        torch.Size([2, 1, 28, 28])
    """

    def __init__(self, noise_dim: int, channels: int = 1) -> None:
        super().__init__()
        self.dense = nn.Linear(noise_dim, 7 * 7 * 256, bias=False)
        self.norm1 = nn.BatchNorm1d(7 * 7 * 256, KERAS_EPSILON, KERAS_MOMENTUM)
        self.conv1 = SameConvTranspose2d(256, 128, 5, stride=1, bias=False)
        self.norm2 = nn.BatchNorm2d(128, KERAS_EPSILON, KERAS_MOMENTUM)
        self.conv2 = SameConvTranspose2d(128, 64, 5, stride=2, bias=False)
        self.norm3 = nn.BatchNorm2d(64, KERAS_EPSILON, KERAS_MOMENTUM)
        self.conv3 = SameConvTranspose2d(64, channels, 5, stride=2, bias=False)
        self.relu = nn.ReLU()
        self.leaky = nn.LeakyReLU(KERAS_SLOPE)
        keras_weights_(self)

    def forward(self, noise: Tensor) -> Tensor:
        """Return pixels [N, 1, 28, 28] in (-1, 1)."""
        dense = self.norm1(self.relu(self.dense(noise)))
        features = dense.unflatten(1, (7, 7, 256)).permute(0, 3, 1, 2)  # NHWC => NCHW
        features = self.leaky(self.norm2(self.conv1(features)))  # 7x7
        features = self.leaky(self.norm3(self.conv2(features)))  # 14x14
        return self.conv3(features).tanh()  # 28x28


class TutorialDiscriminator(nn.Module):
    """Judge 28x28 grey pictures.

    Example:
        >>> TutorialDiscriminator()(torch.zeros(2, 1, 28, 28)).logits.shape
        torch.Size([2])
    """

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        self.conv1 = SameConv2d(channels, 64, 5, stride=2)
        self.conv2 = SameConv2d(64, 128, 5, stride=2)
        self.dense = nn.Linear(7 * 7 * 128, 1)
        self.leaky = nn.LeakyReLU(KERAS_SLOPE)
        self.dropout = nn.Dropout(0.3)
        keras_weights_(self)

    def forward(self, pixels: Tensor) -> Verdict:
        """Judge pixels [N, 1, 28, 28] in [-1, 1]."""
        return Verdict(self.dense(self.features(pixels)).squeeze(1))

    def features(self, pixels: Tensor) -> Tensor:
        """Return [N, 7 * 7 * 128], what the dense layer judges by."""
        features = self.dropout(self.leaky(self.conv1(pixels)))  # 14x14
        features = self.dropout(self.leaky(self.conv2(features)))  # 7x7
        return features.permute(0, 2, 3, 1).flatten(1)  # NCHW => NHWC


# --- Radford layout ----------------------------------------------------------------------------


def radford_weights_(network: nn.Module) -> None:
    """Draw weights from N(0, 0.02), scales of batch norm from N(1, 0.02)."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, std=0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, mean=1.0, std=0.02)


class DcganGenerator(nn.Module):
    """Paint pictures of any size from noise.

    Example:
        >>> spec = DcganSpec(height_px=64, width_px=48, channels=4)
        >>> DcganGenerator(spec)(torch.randn(2, 100)).shape
        torch.Size([2, 4, 64, 48])
    """

    def __init__(self, spec: DcganSpec) -> None:
        super().__init__()
        # Hidden maps from the coarsest to half the picture's size; then the picture itself.
        widths = stage_widths(spec.generator_width, spec.num_doublings - 1, spec.max_width)
        self.base = (widths[0], *spec.base_shape)
        self.dense = nn.Linear(spec.noise_dim, math.prod(self.base), bias=False)
        layers: list[nn.Module] = [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for coarse, fine in pairwise(widths):
            doubling = nn.ConvTranspose2d(coarse, fine, 4, 2, padding=1, bias=False)
            layers += [doubling, nn.BatchNorm2d(fine), nn.ReLU()]
        layers += [nn.ConvTranspose2d(widths[-1], spec.channels, 4, 2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        radford_weights_(self)

    def forward(self, noise: Tensor) -> Tensor:
        """Return pixels [N, C, H, W] in (-1, 1) from noise [N, Z]."""
        features = self.dense(noise).unflatten(1, self.base)
        return self.layers(features.contiguous(memory_format=torch.channels_last))


class DcganDiscriminator(nn.Module):
    """Judge pictures of any size.

    Example:
        >>> spec = DcganSpec(height_px=64, width_px=48, channels=4)
        >>> DcganDiscriminator(spec)(torch.zeros(2, 4, 64, 48)).logits.shape
        torch.Size([2])
    """

    def __init__(self, spec: DcganSpec) -> None:
        super().__init__()
        widths = stage_widths(spec.discriminator_width, spec.num_doublings - 1, spec.max_width)
        widths = (spec.channels, *widths[::-1])
        layers: list[nn.Module] = []
        for index, (fine, coarse) in enumerate(pairwise(widths)):
            normed = index > 0
            layers.append(nn.Conv2d(fine, coarse, 4, 2, padding=1, bias=not normed))
            layers += [nn.BatchNorm2d(coarse)] * normed + [nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.judge = nn.Linear(math.prod((widths[-1], *spec.base_shape)), 1)
        radford_weights_(self)

    def forward(self, pixels: Tensor) -> Verdict:
        """Judge pixels [N, C, H, W] in [-1, 1]."""
        return Verdict(self.judge(self.layers(pixels).flatten(1)).squeeze(1))


# --- Choice ------------------------------------------------------------------------------------


def dcgan_networks(spec: DcganSpec) -> tuple[nn.Module, nn.Module]:
    """Make the generator and the discriminator of a layout.

    Raises:
        InputError: The tutorial layout was asked for another size than 28x28.
    """
    if spec.layout == "radford":
        return DcganGenerator(spec), DcganDiscriminator(spec)
    if (spec.height_px, spec.width_px) != (28, 28):
        raise InputError(
            "training.size",
            Message(
                "The tutorial network paints 28x28 px, and these pictures have {width_px}x"
                "{height_px} px.",
                width_px=spec.width_px,
                height_px=spec.height_px,
            ),
            Message("Choose the recipe 'dcgan', which takes any size."),
        )
    return TutorialGenerator(spec.noise_dim, spec.channels), TutorialDiscriminator(spec.channels)
