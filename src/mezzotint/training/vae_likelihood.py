"""The likelihood that a variational auto-encoder gives pictures it has not seen, in nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.metrics.likelihood import (
    NUM_IMPORTANCE,
    LikelihoodEstimate,
    importance_sampled_likelihood,
)
from mezzotint.training.batches import to_tensor
from mezzotint.training.randomness import Draw, stream
from mezzotint.training.vae import VaeLearner, binarised

BATCH_PICTURES = 20


@dataclass(frozen=True, kw_only=True)
class LikelihoodRequest:
    """Say how exactly to estimate.

    Attributes:
        num_pictures: Test pictures, evenly taken; None = all.
        num_importance: k, draws a picture.
        seed: Of the draws, and of the binarisation.
    """

    num_pictures: int | None = None
    num_importance: int = NUM_IMPORTANCE
    seed: int = 0


def vae_likelihood(
    learner: VaeLearner, held_out: TrainingPictures, request: LikelihoodRequest
) -> LikelihoodEstimate:
    """Estimate the mean of log p(x), or of log p(x | y) where the decoder is told the class.

    Under a Bernoulli likelihood pictures are drawn black or white first, each pixel with the
    probability that its grey value gives, and log p is that of a black and white picture. Under a
    Gaussian one it is the logarithm of a density of pixels in [-1, 1], which may be above 0.

    Args:
        learner: Its averaged nets are measured.
        held_out: Test pictures of the learner's shape.
        request: How exactly.
    """
    total = len(held_out.pixels)
    count = min(request.num_pictures or total, total)
    chosen = np.linspace(0, total - 1, count).astype(np.int64)
    pixels = to_tensor(held_out.pixels[chosen])
    if learner.config.likelihood == "bernoulli":
        random = stream(request.seed, 0, Draw.BINARISATION)
        pixels = binarised(pixels, torch.rand(pixels.shape, generator=random))
    classes = None
    if learner.num_classes:
        assert held_out.labels is not None
        labels = torch.from_numpy(held_out.labels[chosen])
        classes = one_hot(labels, learner.num_classes).float()
    random = stream(request.seed, 0, Draw.POSTERIOR)

    def log_weights(rows: Tensor, num_draws: int) -> Tensor:
        told = None if classes is None else classes[rows].to(learner.device)
        return learner.log_weights(pixels[rows].to(learner.device), num_draws, random, told)

    return importance_sampled_likelihood(
        torch.arange(count).split(BATCH_PICTURES),
        log_weights,
        num_importance=request.num_importance,
    )
