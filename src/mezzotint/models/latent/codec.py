"""The learnt codec: pictures become a small map of latents, and come back.

An auto-encoder whose encoder gives mean and log-variance while it is trained (Kingma & Welling
2014) and the whitened mean afterwards. What costs most in such a net is its finest map, so blocks
stop at a quarter of the resolution: from there each position paints a patch (sub-pixel convolution,
Shi et al. 2016), which one convolution at full resolution joins; the encoder begins the same way.
Between maps every number keeps its place: space to depth and back (Chen et al. 2025, "Deep
compression autoencoder", section 3.1).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, pixel_shuffle, pixel_unshuffle

from mezzotint.models.latent.layers import SLOPE, ResidualBlock, convolution
from mezzotint.models.latent.spec import CodecSpec

LOG_VARIANCE_BOUNDS = (-20.0, 4.0)
FIRST_LOG_VARIANCE = -6.0  # little noise at first, so that the mean is worth learning
MIN_STD = 1e-4  # of a channel that is the same everywhere


class Whitening(nn.Module):
    """Bring each latent channel to mean 0 and deviation 1, and back; measured, not learnt."""

    mean: Tensor
    std: Tensor

    def __init__(self, latent_channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(latent_channels, 1, 1))
        self.register_buffer("std", torch.ones(latent_channels, 1, 1))

    def set(self, mean: Tensor, std: Tensor) -> None:
        """Keep what was measured over the training set, each [c]."""
        self.mean.copy_(mean.view_as(self.mean))
        self.std.copy_(std.view_as(self.std).clamp(min=MIN_STD))

    def whiten(self, raw: Tensor) -> Tensor:
        """Map [N, c, h, w] as the encoder makes it to mean 0, deviation 1."""
        return (raw - self.mean) / self.std

    def colour(self, latents: Tensor) -> Tensor:
        """Undo `whiten`."""
        return latents * self.std + self.mean


# --- Encoder -----------------------------------------------------------------------------------


class PictureEncoder(nn.Module):
    """Encode pixels [N, C, H, W] in [-1, 1], premultiplied, as latents [N, c, H/f, W/f].

    Example:
        >>> encode = PictureEncoder(CodecSpec(channels=3))
        >>> encode(torch.zeros(1, 3, 32, 64)).shape
        torch.Size([1, 4, 4, 8])
    """

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        widths = spec.encoder_widths
        self.patch_px = spec.patch_px
        self.look = convolution(spec.channels, spec.encoder_pixel_width, 3, padding=1)
        self.read = convolution(spec.encoder_pixel_width * spec.patch_px**2, widths[0], gain=1.0)
        stages: list[nn.Module] = list(_blocks(widths[0], spec.encoder_blocks, widths))
        for fine, coarse in pairwise(widths):
            stages += [Fold(fine, coarse), *_blocks(coarse, spec.encoder_blocks, widths)]
        self.stages = nn.Sequential(*stages)
        self.mean = convolution(widths[-1], spec.latent_channels, gain=1.0)
        self.log_variance = convolution(widths[-1], spec.latent_channels, gain=0.0)
        nn.init.constant_(self.log_variance.bias, FIRST_LOG_VARIANCE)
        self.whitening = Whitening(spec.latent_channels)

    def features(self, pixels: Tensor) -> Tensor:
        """Return the coarsest map, [N, width, h, w]."""
        patches = pixel_unshuffle(leaky_relu(self.look(pixels), SLOPE), self.patch_px)
        return leaky_relu(self.stages(self.read(patches)), SLOPE)

    def moments(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of q(z | x), each [N, c, h, w], not whitened."""
        features = self.features(pixels)
        return self.mean(features), self.log_variance(features).clamp(*LOG_VARIANCE_BOUNDS)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the whitened mean."""
        return self.whitening.whiten(self.mean(self.features(pixels)))


# --- Decoder -----------------------------------------------------------------------------------


class PictureDecoder(nn.Module):
    """Decode latents [N, c, h, w] to pixels [N, C, H, W] in [-1, 1].

    Example:
        >>> decode = PictureDecoder(CodecSpec(channels=3))
        >>> decode(torch.zeros(1, 4, 4, 8)).shape
        torch.Size([1, 3, 32, 64])
    """

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        widths = spec.decoder_widths
        self.patch_px = spec.patch_px
        self.whitening = Whitening(spec.latent_channels)
        self.read = convolution(spec.latent_channels, widths[0], 3, padding=1, gain=1.0)
        stages: list[nn.Module] = list(_blocks(widths[0], spec.decoder_blocks, widths))
        for coarse, fine in pairwise(widths):
            stages += [Unfold(coarse, fine), *_blocks(fine, spec.decoder_blocks, widths)]
        self.stages = nn.Sequential(*stages)
        self.patch = convolution(widths[-1], spec.decoder_pixel_width * spec.patch_px**2)
        self.join = convolution(spec.decoder_pixel_width, spec.channels, 3, padding=1, gain=1.0)

    def paint(self, raw: Tensor) -> Tensor:
        """Return unbounded pixels from latents that are not whitened: what training compares."""
        features = leaky_relu(self.stages(self.read(raw)), SLOPE)
        patches = pixel_shuffle(self.patch(features), self.patch_px)
        return self.join(leaky_relu(patches, SLOPE))

    @property
    def last_layer(self) -> Tensor:
        """Return the weight by which adaptive losses compare gradients (Esser et al. 2021)."""
        return self.join.weight

    def forward(self, latents: Tensor) -> Tensor:
        """Return pixels of whitened latents."""
        return self.paint(self.whitening.colour(latents)).clamp(-1.0, 1.0)


# --- Between maps ------------------------------------------------------------------------------


class Fold(nn.Module):
    """Halve a map, each 2x2 positions one: [N, C, h, w] to [N, C', h/2, w/2]."""

    def __init__(self, fine: int, coarse: int) -> None:
        super().__init__()
        self.rewidth = convolution(4 * fine, coarse, gain=1.0)

    def forward(self, features: Tensor) -> Tensor:
        """Return the halved map."""
        return self.rewidth(pixel_unshuffle(features, 2))


class Unfold(nn.Module):
    """Double a map, each position 2x2 of them: [N, C, h, w] to [N, C', 2h, 2w]."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.rewidth = convolution(coarse, 4 * fine, gain=1.0)

    def forward(self, features: Tensor) -> Tensor:
        """Return the doubled map."""
        return pixel_shuffle(self.rewidth(features), 2)


def _blocks(width: int, count: int, widths: tuple[int, ...]) -> list[nn.Module]:
    return [ResidualBlock(width, total_blocks=count * len(widths)) for _ in range(count)]
