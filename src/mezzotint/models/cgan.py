"""A conditional GAN: a class embedding into G, a projection discriminator, G and D mirror images.

The layers, and why there is no normalisation, are in `residual.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from mezzotint.models.residual import HalfSpec, Painter, Reader, linear
from mezzotint.models.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class CganSpec:
    """Fix the shape of a conditional GAN."""

    generator: HalfSpec
    discriminator: HalfSpec
    num_classes: int
    noise_dim: int = 64  # Z
    class_dim: int = 64  # size of a class embedding in G
    stem_width: int = 32  # channels of G's coarsest map as the dense layer paints it
    feature_dim: int = 128  # size of D's feature vector, which the class projects on


class CganGenerator(Painter):
    """Paint pictures G(z, y) from noise [N, Z] and class weights [N, K].

    Example:
        >>> import torch
        >>> half = HalfSpec(height_px=32, width_px=48, channels=3)
        >>> spec = CganSpec(generator=half, discriminator=half, num_classes=2)
        >>> CganGenerator(spec)(torch.randn(3, 64), torch.eye(2)[[0, 1, 0]]).shape
        torch.Size([3, 3, 32, 48])
    """

    def __init__(self, spec: CganSpec) -> None:
        super().__init__(
            spec.generator,
            code_dim=spec.noise_dim,
            num_classes=spec.num_classes,
            class_dim=spec.class_dim,
            stem_width=spec.stem_width,
        )


class CganDiscriminator(Reader):
    """Judge pictures of a stated class: D(x, y) = u.h(x) + <h(x), e(y)>   (Miyato & Koyama 2018).

    Example:
        >>> import torch
        >>> half = HalfSpec(height_px=32, width_px=48, channels=3)
        >>> spec = CganSpec(generator=half, discriminator=half, num_classes=2)
        >>> discriminator = CganDiscriminator(spec)
        >>> discriminator(torch.zeros(3, 3, 32, 48), torch.eye(2)[[0, 1, 0]]).logits.shape
        torch.Size([3])
    """

    def __init__(self, spec: CganSpec) -> None:
        super().__init__(spec.discriminator, feature_dim=spec.feature_dim)
        self.judge = linear(spec.feature_dim, 1)
        self.embed = nn.Linear(spec.num_classes, spec.feature_dim, bias=False)
        nn.init.normal_(self.embed.weight, std=spec.feature_dim**-0.5)

    def forward(self, pixels: Tensor, class_weights: Tensor) -> Verdict:
        """Judge pixels [N, C, H, W] in [-1, 1] given class weights [N, K]."""
        features = self.features(pixels)
        projection = (features * self.embed(class_weights)).sum(dim=1)
        return Verdict(self.judge(features).squeeze(1) + projection)
