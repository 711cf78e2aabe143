"""The ruler: a small convolutional net whose features measure how alike two sets of pictures are.

It is a classifier. The values before its last non-linearity are the features; on them the Frechet
distance, coverage and the other figures of this package are computed, as papers do on Inception.
Figures on two different nets are never comparable, so a net is frozen, hashed and named in
every figure.

Layout: float32 [N, C, H, W] in [-1, 1] => features [N, D], standardised on the training pictures
=> one row of logits for each question.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, relu

POOLED_SIDE = 2  # the last map is averaged to 2x2, so that features know above from below


@dataclass(frozen=True, kw_only=True)
class Question:
    """Name one thing the net tells apart, and the answers it knows."""

    name: str  # "class", "season"
    answers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FeatureNetSpec:
    """Fix the shape of a feature net."""

    name: str  # "grey28"
    height_px: int
    width_px: int
    channels: int  # 1 grey, 3 RGB
    widths: tuple[int, ...]  # channels of each stage; each stage halves the side of the map
    feature_dim: int = 64  # D
    questions: tuple[Question, ...]


class ConvNorm(nn.Sequential):
    """Convolve without bias, then normalise over the batch."""

    def __init__(self, in_channels: int, out_channels: int, kernel_px: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel_px, stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )


class ResidualBlock(nn.Module):
    """Add two 3x3 convolutions to the identity (He et al. 2016, Fig. 2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = ConvNorm(channels, channels, kernel_px=3, stride=1)
        self.second = ConvNorm(channels, channels, kernel_px=3, stride=1)

    def forward(self, maps: Tensor) -> Tensor:
        """[N, C, h, w] => [N, C, h, w]."""
        return relu(maps + self.second(relu(self.first(maps))))


class Stage(nn.Module):
    """Halve the side of the maps, then refine them."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        # 4x4 windows at stride 2 weigh every pixel alike; 3x3 ones would favour the even pixels.
        self.halve = ConvNorm(in_channels, out_channels, kernel_px=4, stride=2)
        self.refine = ResidualBlock(out_channels)

    def forward(self, maps: Tensor) -> Tensor:
        """[N, C, h, w] => [N, C', h // 2, w // 2]."""
        return self.refine(relu(self.halve(maps)))


class FeatureNet(nn.Module):
    """Map pictures to features, and features to answers.

    Example:
        >>> net = FeatureNet(grey28_spec(("shirt", "bag")))
        >>> features = net.features(torch.zeros(3, 1, 28, 28))
        >>> tuple(features.shape), [tuple(logits.shape) for logits in net.answers(features)]
        ((3, 64), [(3, 2)])
    """

    feature_mean: Tensor
    feature_scale: Tensor

    def __init__(self, spec: FeatureNetSpec) -> None:
        super().__init__()
        self.spec = spec
        widths = (spec.channels, *spec.widths)
        self.stages = nn.Sequential(*(Stage(before, after) for before, after in pairwise(widths)))
        self.project = nn.Linear(spec.widths[-1] * POOLED_SIDE**2, spec.feature_dim)
        self.heads = nn.ModuleList(
            nn.Linear(spec.feature_dim, len(question.answers)) for question in spec.questions
        )
        self.register_buffer("feature_mean", torch.zeros(spec.feature_dim))
        self.register_buffer("feature_scale", torch.ones(()))

    def features(self, pixels: Tensor) -> Tensor:
        """Return standardised features.

        Args:
            pixels: float32 [N, C, H, W] in [-1, 1], of the spec's size.

        Returns:
            [N, D]; mean 0 and mean variance 1 over the net's own training pictures, so that the
            total variance is D and a Frechet distance reads on the same scale for every net.
        """
        return (self.raw_features(pixels) - self.feature_mean) / self.feature_scale

    def raw_features(self, pixels: Tensor) -> Tensor:
        """[N, C, H, W] => [N, D], before standardising."""
        pooled = adaptive_avg_pool2d(self.stages(pixels), POOLED_SIDE)
        return self.project(pooled.flatten(start_dim=1))

    def answers(self, features: Tensor) -> tuple[Tensor, ...]:
        """Return the logits of each question from standardised features [N, D]."""
        return self.raw_answers(features * self.feature_scale + self.feature_mean)

    def raw_answers(self, raw_features: Tensor) -> tuple[Tensor, ...]:
        """[N, D] => one [N, number of answers] a question."""
        active = relu(raw_features)
        return tuple(head(active) for head in self.heads)


def initialise(module: nn.Module, generator: torch.Generator) -> None:
    """Draw all weights: He's normal for what a ReLU follows, zero biases (He et al. 2015)."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            fan_in = layer.weight[0].numel()
            nn.init.normal_(layer.weight, std=math.sqrt(2 / fan_in), generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


# --- The nets of the project -------------------------------------------------------------------


def grey28_spec(classes: tuple[str, ...]) -> FeatureNetSpec:
    """Return the net for 28x28 grey pictures: 0.13 M parameters, 8.6 M multiply-adds."""
    return FeatureNetSpec(
        name="grey28",
        height_px=28,
        width_px=28,
        channels=1,
        widths=(32, 64),
        questions=(Question(name="class", answers=classes),),
    )


def colour64_spec(questions: tuple[Question, ...]) -> FeatureNetSpec:
    """Return the net for every other picture, seen at 64x64 RGB: 0.43 M parameters."""
    return FeatureNetSpec(
        name="colour64",
        height_px=64,
        width_px=64,
        channels=3,
        widths=(16, 32, 64, 96),
        questions=questions,
    )


def scenes96_spec(questions: tuple[Question, ...]) -> FeatureNetSpec:
    """Return the judge of painted scenes, seen at 96x96 RGB: 0.34 M parameters.

    It measures nothing but whether a picture shows what was asked for. Being another net at another
    size, trained on other pictures from another seed, it shares no mistakes with the ruler.
    """
    return FeatureNetSpec(
        name="scenes96",
        height_px=96,
        width_px=96,
        channels=3,
        widths=(12, 24, 48, 96),
        questions=questions,
    )
