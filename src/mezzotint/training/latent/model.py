"""A model as all its stages left it: what a bundle is exported from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mezzotint.domain.card import MetricSpec, WordSpec
from mezzotint.training.batches import PictureShape
from mezzotint.training.latent.codec import Codec
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.gan import LatentGanLearner, Painter
from mezzotint.training.latent.graphs import plan_graphs
from mezzotint.training.latent.networks import image_spec
from mezzotint.training.onnx_graph import GraphPlan


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentModel:
    """Hold every network of a finished run; a learner that learns no more.

    Attributes:
        config: Of the run.
        shape: Of the pictures.
        codec: Between pixels and latents.
        words: Text and image encoder; None for pictures without captions.
        gan: The learner of the GAN stage, its averages the best ones.
        upscaler: None where there is none.
        extra_files: Further files of the bundle: tokenizer, reference.
        vocabulary: The words of the captions with counts.
        metrics: What the stages measured.
    """

    config: LatentConfig
    shape: PictureShape
    codec: Codec
    words: nn.Module | None
    gan: LatentGanLearner
    upscaler: nn.Module | None
    extra_files: Mapping[str, bytes]
    vocabulary: tuple[WordSpec, ...]
    metrics: tuple[MetricSpec, ...]

    @property
    def painter(self) -> Painter:
        """Return mapping and generator, averaged."""
        painter = self.gan.average
        assert isinstance(painter, Painter)
        return painter

    @property
    def image_stride_px(self) -> int:
        """Return what both sides of a picture that is embedded must be multiples of."""
        stride = image_spec(self.config, self.shape).stride_px
        return stride if self.codec.encoded is None else stride * self.codec.factor

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Return every net by name."""
        nets: dict[str, nn.Module] = {
            "encoder": self.codec.encoder,
            "decoder": self.codec.decoder,
            "painter": self.gan.average,
            "discriminator": self.gan.discriminator,
        }
        if self.words is not None:
            nets["words"] = self.words
        if self.upscaler is not None:
            nets["upscaler"] = self.upscaler
        return nets

    @property
    def averages(self) -> Mapping[str, nn.Module]:
        """Return the same: what a bundle's weights hold, D too, to train further from."""
        return self.modules

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Return none: nothing is learnt any more."""
        return {}

    def graphs(self) -> tuple[GraphPlan, ...]:
        """Return what the bundle's graphs are made from."""
        return plan_graphs(self)

    def step(self, batches: Sequence[object], moment: object) -> Mapping[str, Tensor]:
        """Refuse: the stages have learners of their own."""
        raise NotImplementedError("a finished model does not learn; its stages did")

    def sample(self, seed: int, count: int) -> Tensor:
        """Return pixels [count, C, H, W] in [-1, 1]."""
        return self.gan.sample(seed, count)
