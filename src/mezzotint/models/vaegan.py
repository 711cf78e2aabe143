"""An auto-encoder whose decoder is judged by a discriminator (Larsen et al. 2016, "VAE/GAN").

    L = L_prior + L_reconstruction + L_GAN                      (Larsen et al. 2016, Eq. 8)

with L_prior = KL(q(z | x) | N(0, 1)). What is learned from is in `training/vaegan.py`.

Latents keep their place: a picture becomes a small map [c, H / f, W / f], so that the same net is a
picture codec, which other models can work behind (Rombach et al. 2022). Encoder and decoder are the
reader and the painter of `residual.py` without their dense layers. The discriminator judges patches
(Isola et al. 2017, section 3.2.2): what a reconstruction lacks is fine detail, which is local.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, pixel_shuffle, pixel_unshuffle

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.models.residual import (
    PATCH_PX,
    SLOPE,
    Double,
    HalfSpec,
    Halve,
    blocks,
    convolution,
    scaled_normal_,
)
from mezzotint.models.sizes import num_halvings, stage_widths
from mezzotint.models.vae import MAX_LOG_VARIANCE, MIN_LOG_VARIANCE, Posterior

NUM_JUDGE_LAYERS = 3  # that halve the map; the last verdicts then see 70x70 px
JUDGE_SIDE = 4  # of the discriminator's kernels


@dataclass(frozen=True, kw_only=True)
class VaeganSpec:
    """Fix the shape of an auto-encoder with a discriminator."""

    half: HalfSpec  # size, channels and widths of encoder and decoder
    latent_channels: int = 8  # c
    factor: int = 4  # f: pixels of a side that one latent position stands for
    discriminator_width: int = 32  # channels of its first layer; doubles with each

    @property
    def latent_shape(self) -> tuple[int, int, int]:
        """Return channels, height and width of a latent map.

        Raises:
            InputError: The factor does not divide the picture, or is no power of two from 2 on.
        """
        height_px, width_px = self.half.height_px, self.half.width_px
        num_halvings(height_px, width_px)  # refuses sizes that no family can have
        power = self.factor >= PATCH_PX and self.factor & (self.factor - 1) == 0
        if not power or height_px % self.factor or width_px % self.factor:
            raise InputError(
                "training.factor",
                Message(
                    "A factor of {factor} does not fit pictures of {width_px}x{height_px} px.",
                    factor=self.factor,
                    width_px=width_px,
                    height_px=height_px,
                ),
                Message("Choose 2, 4, 8 or 16, and sides that it divides."),
            )
        return self.latent_channels, height_px // self.factor, width_px // self.factor

    @property
    def widths(self) -> tuple[int, ...]:
        """Return the channels of each map, coarsest first."""
        halvings = self.factor.bit_length() - 2  # after the patch of 2x2 px
        return stage_widths(self.half.width, halvings, self.half.max_width)


# --- Encoder and decoder -----------------------------------------------------------------------


class VaeganEncoder(nn.Module):
    """Encode pixels [N, C, H, W] as the posterior of a latent map, both parts [N, c, h, w].

    Example:
        >>> half = HalfSpec(height_px=32, width_px=48, channels=3)
        >>> encoder = VaeganEncoder(VaeganSpec(half=half))
        >>> encoder(torch.zeros(2, 3, 32, 48)).mean.shape
        torch.Size([2, 8, 8, 12])
    """

    def __init__(self, spec: VaeganSpec) -> None:
        super().__init__()
        widths = spec.widths[::-1]
        self.look = convolution(spec.half.channels, spec.half.fine_width, 3)
        self.read = convolution(spec.half.fine_width * PATCH_PX**2, widths[0], 1)
        stages: list[nn.Module] = [blocks(widths[0], spec.half.num_blocks)]
        for fine, coarse in pairwise(widths):
            stages += [Halve(fine, coarse), blocks(coarse, spec.half.num_blocks)]
        self.stages = nn.Sequential(*stages)
        self.moments = convolution(widths[-1], 2 * spec.latent_channels, 1)

    def forward(self, pixels: Tensor) -> Posterior:
        """Return q(z | x)."""
        patches = pixel_unshuffle(leaky_relu(self.look(pixels), SLOPE), PATCH_PX)
        features = leaky_relu(self.stages(self.read(patches)), SLOPE)
        mean, log_variance = self.moments(features).chunk(2, dim=1)
        return Posterior(mean, log_variance.clamp(MIN_LOG_VARIANCE, MAX_LOG_VARIANCE))


class VaeganDecoder(nn.Module):
    """Paint latent maps [N, c, h, w] as pixels [N, C, H, W] in (-1, 1).

    Example:
        >>> half = HalfSpec(height_px=32, width_px=48, channels=3)
        >>> decoder = VaeganDecoder(VaeganSpec(half=half))
        >>> decoder(torch.zeros(2, 8, 8, 12)).shape
        torch.Size([2, 3, 32, 48])
    """

    def __init__(self, spec: VaeganSpec) -> None:
        super().__init__()
        widths = spec.widths
        stages: list[nn.Module] = [convolution(spec.latent_channels, widths[0], 3)]
        stages.append(blocks(widths[0], spec.half.num_blocks))
        for coarse, fine in pairwise(widths):
            stages += [Double(coarse, fine), blocks(fine, spec.half.num_blocks)]
        self.stages = nn.Sequential(*stages)
        self.patch = convolution(widths[-1], spec.half.fine_width * PATCH_PX**2, 3)
        self.paint = convolution(spec.half.fine_width, spec.half.channels, 3)

    def forward(self, latent: Tensor) -> Tensor:
        """Paint a latent map."""
        features = self.stages(latent.contiguous(memory_format=torch.channels_last))
        patches = pixel_shuffle(self.patch(leaky_relu(features, SLOPE)), PATCH_PX)
        return self.paint(leaky_relu(patches, SLOPE)).tanh()


# --- Discriminator -----------------------------------------------------------------------------


class PatchVerdict(NamedTuple):
    """Hold what a patch discriminator says and what it saw on the way.

    Attributes:
        logits: One a patch, [N, h, w].
        maps: What each layer saw, finest first, [N, width, h, w].
    """

    logits: Tensor
    maps: tuple[Tensor, ...]


class PatchDiscriminator(nn.Module):
    """Judge overlapping patches of pictures (Isola et al. 2017, appendix 6.1.2), without any norm.

    A picture below 70 px has fewer verdicts, each of which sees nearly all of it.

    Args:
        channels: Of the pictures.
        width: Channels of the first layer; each further one has twice as many.

    Example:
        >>> verdict = PatchDiscriminator(3, width=4)(torch.zeros(2, 3, 64, 96))
        >>> verdict.logits.shape, [len(seen[0]) for seen in verdict.maps]
        (torch.Size([2, 6, 10]), [4, 8, 16, 32])
    """

    def __init__(self, channels: int, *, width: int = 32) -> None:
        super().__init__()
        widths = [channels, *(width * 2**layer for layer in range(NUM_JUDGE_LAYERS))]
        layers = [_judge_layer(*pair, stride=2) for pair in pairwise(widths)]
        layers.append(_judge_layer(widths[-1], 2 * widths[-1], stride=1))
        self.layers = nn.ModuleList(layers)
        self.judge = _judge_layer(2 * widths[-1], 1, stride=1)

    def forward(self, pixels: Tensor) -> PatchVerdict:
        """Judge pixels [N, C, H, W] in [-1, 1], both sides at least 28 px."""
        maps: list[Tensor] = []
        seen = pixels
        for layer in self.layers:
            seen = leaky_relu(layer(seen), SLOPE)
            maps.append(seen)
        return PatchVerdict(self.judge(seen).squeeze(1), tuple(maps))


def _judge_layer(inputs: int, outputs: int, *, stride: int) -> nn.Conv2d:
    layer = nn.Conv2d(inputs, outputs, JUDGE_SIDE, stride, padding=1)
    scaled_normal_(layer, inputs * JUDGE_SIDE**2)
    return layer
