"""The discriminator: the generator's mirror, with the prompt as a projection."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, pixel_shuffle, pixel_unshuffle

from mezzotint.models.latent.coordinates import NUM_COORDINATES, coordinate_features
from mezzotint.models.latent.generator import spread
from mezzotint.models.latent.layers import SLOPE, Halve, ResidualBlock, convolution, linear
from mezzotint.models.latent.spec import DiscriminatorSpec, LatentSpace


class Discriminator(nn.Module):
    """Judge latents under a prompt, knowing what had been known of them.

    D(x, m, e) = u.h + <h, P e> / sqrt(d), h = h(x, m)   (Miyato & Koyama 2018, Eq. 3); e = 0 judges
    the picture alone. Generated latents are composited, so x * m is what was known, for both.

    Example:
        >>> from mezzotint.models.latent.spec import LatentSpace
        >>> judge = Discriminator(DiscriminatorSpec(space=LatentSpace(channels=5)))
        >>> latents = torch.zeros(2, 5, 8, 12)
        >>> judge(latents, latents[:, :1], torch.zeros(2, 128)).shape
        torch.Size([2])
    """

    def __init__(self, spec: DiscriminatorSpec) -> None:
        super().__init__()
        space, trunk = spec.space, spec.trunk
        widths = trunk.widths[::-1]
        entry = PixelEntry if space.is_pixels else LatentEntry
        self.entry = entry(space, widths[0], trunk.pixel_width)
        stages: list[nn.Module] = []
        for index, width in enumerate(widths):
            stages += [
                ResidualBlock(
                    width,
                    expansion=trunk.expansion,
                    group_width=trunk.group_width,
                    total_blocks=trunk.total_blocks,
                )
                for _ in range(trunk.num_blocks)
            ]
            if index + 1 < len(widths):
                stages.append(Halve(width, widths[index + 1]))
        self.stages = nn.Sequential(*stages)
        self.num_blocks = trunk.num_blocks
        self.gather = Gather(widths[-1], spec.feature_dim)
        self.judge = linear(spec.feature_dim, 1, gain=1.0)
        # A unit vector becomes one of length sqrt(d): h . P e / sqrt(d) has the size of one h.
        self.project = linear(spec.embedding_dim, spec.feature_dim, bias=False, gain=1.0)
        self.embedding_scale = math.sqrt(spec.embedding_dim / spec.feature_dim)

    def freeze_first(self, is_frozen: bool) -> None:
        """Let the entry and the finest stage learn, or keep them (Mo et al. 2020, FreezeD)."""
        for part in (self.entry, *self.stages[: self.num_blocks]):
            part.requires_grad_(not is_frozen)

    def features(self, latents: Tensor, mask: Tensor) -> Tensor:
        """Return h(x, m), [N, d].

        Args:
            latents: [N, c, h, w].
            mask: [N, m, h, w], 1 = was known.
        """
        return self.gather(self.stages(self.entry(latents, mask)))

    def logits(self, features: Tensor, embedding: Tensor) -> Tensor:
        """Judge features [N, d] under embeddings [N, D], so that one look serves two prompts."""
        with full_precision(features):
            projection = (features * self.project(embedding)).sum(dim=1) * self.embedding_scale
            return self.judge(features).squeeze(1) + projection

    def forward(self, latents: Tensor, mask: Tensor, embedding: Tensor) -> Tensor:
        """Return logits [N]."""
        return self.logits(self.features(latents, mask), embedding)


def full_precision(like: Tensor) -> torch.autocast:
    """Return a context without autocast.

    A finite-difference penalty takes logits apart that are nearly equal: 16 bits do not do.
    """
    return torch.autocast(like.device.type, enabled=False)


class LatentEntry(nn.Module):
    """Read latents, what of them was known, and the mask."""

    def __init__(self, space: LatentSpace, width: int, pixel_width: int) -> None:
        super().__init__()
        self.read = convolution(2 * space.channels + space.mask_channels, width, gain=1.0)

    def forward(self, latents: Tensor, mask: Tensor) -> Tensor:
        """Return [N, width, h, w]."""
        return self.read(torch.cat([latents, latents * spread(mask, latents), mask], dim=1))


class PixelEntry(nn.Module):
    """The same for latents that are pixels laid aside: the first look is at full resolution."""

    def __init__(self, space: LatentSpace, width: int, pixel_width: int) -> None:
        super().__init__()
        self.factor = space.pixel_factor
        picture_channels = space.channels // space.mask_channels
        self.look = convolution(2 * picture_channels + 1, pixel_width, 3, padding=1)
        self.read = convolution(pixel_width * space.mask_channels, width, gain=1.0)

    def forward(self, latents: Tensor, mask: Tensor) -> Tensor:
        """Return [N, width, h, w]."""
        pixels, known = pixel_shuffle(latents, self.factor), pixel_shuffle(mask, self.factor)
        seen = self.look(torch.cat([pixels, pixels * known, known], dim=1))
        return self.read(pixel_unshuffle(leaky_relu(seen, SLOPE), self.factor))


class Gather(nn.Module):
    """Sum a map over the canvas, each place weighted by a learned basis: the stem's mirror."""

    def __init__(self, width: int, feature_dim: int) -> None:
        super().__init__()
        self.locate = convolution(NUM_COORDINATES, width)
        self.basis = convolution(width, width, gain=1.0)
        self.feature = linear(width, feature_dim)

    def forward(self, maps: Tensor) -> Tensor:
        """Return features [N, d], float32, of maps [N, width, h, w]."""
        with full_precision(maps):
            # D sees no border that wraps: pairs that do are rolled by chance before it looks.
            unwrapped = torch.zeros_like(maps[:1, :2, 0, 0], dtype=torch.float32)
            coordinates = coordinate_features(maps, unwrapped)
            basis = self.basis(leaky_relu(self.locate(coordinates), SLOPE))
            num_positions = maps.shape[2] * maps.shape[3]
            vector = (maps.float() * basis).flatten(2).sum(dim=2) / math.sqrt(num_positions)
            return leaky_relu(self.feature(vector), SLOPE)
