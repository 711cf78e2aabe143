"""Between pixels and the latents that the game is played in."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_unshuffle

from mezzotint.models.latent.identity import LatentsToPixels, PixelsToLatents
from mezzotint.training.latent.material import Material


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoded:
    """Hold a whole set as a learnt codec encodes it.

    Attributes:
        latents: float16 [N, c, h, w].
        material: The set.
    """

    latents: Tensor
    material: Material


@dataclass(frozen=True, kw_only=True, eq=False)
class Codec:
    """Hold a codec and, where encoding costs something, the training set encoded.

    Attributes:
        encoder: Pixels [N, C, H, W] -> latents [N, c, h, w].
        decoder: The way back.
        factor: f, px of a side to one position.
        mask_factor: Sub-positions of a side that the mask tells apart; 1 = none.
        encoded: None where latents are pixels, laid aside anew at each step.
    """

    encoder: nn.Module
    decoder: nn.Module
    factor: int
    mask_factor: int
    encoded: Encoded | None = None

    @torch.no_grad()
    def latents(self, material: Material, indices: Tensor) -> Tensor:
        """Return the latents of some pictures of a set, float32 [n, c, h, w]."""
        if self.encoded is None or self.encoded.material is not material:
            return self.encoder(material.pixels(indices))
        kept = self.encoded.latents
        return kept[indices.to(kept.device)].to(material.device).float()

    def decode(self, latents: Tensor) -> Tensor:
        """Return pixels [N, C, H, W] in [-1, 1]."""
        return self.decoder(latents)

    def for_words(self, material: Material, indices: Tensor) -> Tensor:
        """Return what the image encoder reads of a set: pixels, or what costs less, latents."""
        if self.encoded is None:
            return material.pixels(indices)
        return self.latents(material, indices)

    def painted_for_words(self, latents: Tensor) -> Tensor:
        """Return what the image encoder reads of generated latents."""
        return self.decoder(latents) if self.encoded is None else latents

    def lay_mask(self, mask: Tensor) -> Tensor:
        """Lay a mask [N, 1, h * mask_factor, w * mask_factor] aside as the latents are."""
        return pixel_unshuffle(mask, self.mask_factor) if self.mask_factor > 1 else mask


def identity_codec(factor: int) -> Codec:
    """Return the codec of small pictures, which has nothing to learn."""
    return Codec(
        encoder=PixelsToLatents(factor),
        decoder=LatentsToPixels(factor),
        factor=factor,
        mask_factor=factor,
    )


def picture_codec(encoder: nn.Module, decoder: nn.Module, factor: int, encoded: Encoded) -> Codec:
    """Return a learnt codec and the training set as it encodes it."""
    return Codec(encoder=encoder, decoder=decoder, factor=factor, mask_factor=1, encoded=encoded)
