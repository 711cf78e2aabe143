"""A GAN with an auxiliary classifier (Odena, Olah & Shlens 2017): D also names the class.

D is never told the class: one feature vector, two linear heads. It answers "real or generated?"
and "which class?", and G is paid for pictures whose class D reads as asked.
"""

from __future__ import annotations

from torch import Tensor

from mezzotint.models.cgan import CganGenerator, CganSpec
from mezzotint.models.residual import Reader, linear
from mezzotint.models.verdict import Verdict


class AcganGenerator(CganGenerator):
    """Paint pictures G(z, y), as in the conditional GAN."""


class AcganDiscriminator(Reader):
    """Judge pictures and name their class: S(x) = u.h(x), log C(y | x) = log softmax(V h(x)).

    Example:
        >>> import torch
        >>> from mezzotint.models.residual import HalfSpec
        >>> half = HalfSpec(height_px=32, width_px=48, channels=3)
        >>> spec = CganSpec(generator=half, discriminator=half, num_classes=2)
        >>> verdict = AcganDiscriminator(spec)(torch.zeros(3, 3, 32, 48), torch.eye(2)[[0, 1, 0]])
        >>> verdict.logits.shape, verdict.class_logits.shape
        (torch.Size([3]), torch.Size([3, 2]))
    """

    def __init__(self, spec: CganSpec) -> None:
        super().__init__(spec.discriminator, feature_dim=spec.feature_dim)
        self.judge = linear(spec.feature_dim, 1)
        self.name = linear(spec.feature_dim, spec.num_classes)

    def forward(self, pixels: Tensor, class_weights: Tensor | None = None) -> Verdict:
        """Judge pixels [N, C, H, W] in [-1, 1]; the class weights are not looked at."""
        features = self.features(pixels)
        return Verdict(self.judge(features).squeeze(1), self.name(features))
