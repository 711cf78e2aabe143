"""Between pixels and the latents that the game is played in."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_unshuffle

from mezzotint.models.latent.identity import LatentsToPixels, PixelsToLatents
from mezzotint.training.latent.material import Material


@dataclass(frozen=True, kw_only=True, eq=False)
class Codec:
    """Hold a trained codec and, where encoding costs something, the whole set encoded.

    Attributes:
        encoder: Pixels [N, C, H, W] -> latents [N, c, h, w].
        decoder: The way back.
        factor: f, px of a side to one position.
        mask_factor: Sub-positions of a side that the mask tells apart; 1 = none.
        encoded: float16 [N, c, h, w]; None where latents are made from pixels at each step.
    """

    encoder: nn.Module
    decoder: nn.Module
    factor: int
    mask_factor: int
    encoded: Tensor | None = None

    def latents(self, material: Material, indices: Tensor) -> Tensor:
        """Return the latents of some pictures of the set, float32 [n, c, h, w]."""
        if self.encoded is None:
            with torch.no_grad():
                return self.encoder(material.pixels(indices))
        return self.encoded[indices.to(self.encoded.device)].to(material.device).float()

    def decode(self, latents: Tensor) -> Tensor:
        """Return pixels [N, C, H, W] in [-1, 1]."""
        return self.decoder(latents)

    def for_words(self, latents: Tensor) -> Tensor:
        """Return what the image encoder reads: pixels if they are at hand, else the latents."""
        return latents if self.encoded is not None else self.decoder(latents)

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
