"""Variational auto-encoders (Kingma & Welling 2014): fully connected and convolutional.

An encoder gives q(z | x) = N(mu(x), s(x)^2), a decoder paints from z ~ N(0, 1). The decoder's last
layer is unbounded: logits of a Bernoulli likelihood, or before the tanh of a Gaussian one.

"mlp" is the classic network of "Importance weighted autoencoders" (Burda et al. 2016, section 5,
one stochastic layer): 784-200-200-50, tanh. "convolutional" is the reader and the painter of
`residual.py`, for any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from mezzotint.models.residual import HalfSpec, Painter, Reader, linear

MIN_LOG_VARIANCE, MAX_LOG_VARIANCE = -12.0, 8.0  # keeps exp() and its gradient finite


@dataclass(frozen=True, kw_only=True)
class VaeSpec:
    """Fix the shape of a variational auto-encoder."""

    half: HalfSpec  # size, channels, and the widths of the convolutional layout
    layout: Literal["mlp", "convolutional"] = "convolutional"
    latent_dim: int = 50  # Z
    hidden_dim: int = 200  # of both hidden layers; mlp alone
    feature_dim: int = 256  # before mu and log s^2; convolutional alone
    num_classes: int = 0  # classes the decoder is told; 0 = none


class Posterior(NamedTuple):
    """Hold q(z | x), a diagonal Gaussian: both float32 [N, Z]."""

    mean: Tensor
    log_variance: Tensor

    def at(self, noise: Tensor) -> Tensor:
        """Return z = mu + s eps (Kingma & Welling 2014, Eq. 4) for noise [..., N, Z]."""
        return self.mean + (0.5 * self.log_variance).exp() * noise


# --- Fully connected ---------------------------------------------------------------------------


def hidden_layers(inputs: int, hidden: int) -> list[nn.Module]:
    """Make two tanh layers, weights from Glorot's uniform as in the paper's code."""
    layers = [nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh()]
    for layer in layers[::2]:
        glorot_(layer)
    return layers


def glorot_(layer: nn.Module) -> None:
    """Draw weights from Glorot's uniform, biases 0."""
    assert isinstance(layer, nn.Linear)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)


class MlpEncoder(nn.Module):
    """Encode pixels [N, C, H, W] through two hidden layers.

    Example:
        >>> spec = VaeSpec(half=HalfSpec(height_px=28, width_px=28, channels=1), layout="mlp")
        >>> MlpEncoder(spec)(torch.zeros(2, 1, 28, 28)).mean.shape
        torch.Size([2, 50])
    """

    def __init__(self, spec: VaeSpec) -> None:
        super().__init__()
        self.hidden = nn.Sequential(*hidden_layers(math.prod(_picture(spec)), spec.hidden_dim))
        self.mean = nn.Linear(spec.hidden_dim, spec.latent_dim)
        self.log_variance = nn.Linear(spec.hidden_dim, spec.latent_dim)
        glorot_(self.mean)
        glorot_(self.log_variance)

    def forward(self, pixels: Tensor) -> Posterior:
        """Return q(z | x)."""
        hidden = self.hidden(pixels.flatten(1))
        return _posterior(self.mean(hidden), self.log_variance(hidden))


class MlpDecoder(nn.Module):
    """Paint unbounded pixels from latents through two hidden layers.

    Example:
        >>> spec = VaeSpec(half=HalfSpec(height_px=28, width_px=28, channels=1), layout="mlp")
        >>> MlpDecoder(spec)(torch.zeros(2, 50)).shape
        torch.Size([2, 1, 28, 28])
    """

    def __init__(self, spec: VaeSpec) -> None:
        super().__init__()
        self.picture = _picture(spec)
        inputs = spec.latent_dim + spec.num_classes
        layers = hidden_layers(inputs, spec.hidden_dim)
        self.hidden = nn.Sequential(*layers)
        self.paint = nn.Linear(spec.hidden_dim, math.prod(self.picture))
        glorot_(self.paint)

    def forward(self, latent: Tensor, class_weights: Tensor | None = None) -> Tensor:
        """Return [N, C, H, W] from latents [N, Z] and, where there are classes, [N, K]."""
        if class_weights is not None:
            latent = torch.cat([latent, class_weights], dim=1)
        return self.paint(self.hidden(latent)).unflatten(1, self.picture)


# --- Convolutional -----------------------------------------------------------------------------


class ConvolutionalEncoder(Reader):
    """Encode pixels of any size.

    Example:
        >>> spec = VaeSpec(half=HalfSpec(height_px=32, width_px=48, channels=4))
        >>> ConvolutionalEncoder(spec)(torch.zeros(2, 4, 32, 48)).mean.shape
        torch.Size([2, 50])
    """

    def __init__(self, spec: VaeSpec) -> None:
        super().__init__(spec.half, feature_dim=spec.feature_dim)
        self.mean = linear(spec.feature_dim, spec.latent_dim)
        self.log_variance = linear(spec.feature_dim, spec.latent_dim)

    def forward(self, pixels: Tensor) -> Posterior:
        """Return q(z | x)."""
        features = self.features(pixels)
        return _posterior(self.mean(features), self.log_variance(features))


class ConvolutionalDecoder(Painter):
    """Paint unbounded pixels of any size.

    Example:
        >>> spec = VaeSpec(half=HalfSpec(height_px=32, width_px=48, channels=4))
        >>> ConvolutionalDecoder(spec)(torch.zeros(2, 50)).shape
        torch.Size([2, 4, 32, 48])
    """

    def __init__(self, spec: VaeSpec) -> None:
        super().__init__(spec.half, code_dim=spec.latent_dim, num_classes=spec.num_classes)

    def forward(self, code: Tensor, class_weights: Tensor | None = None) -> Tensor:
        """Return [N, C, H, W] from latents [N, Z] and, where there are classes, [N, K]."""
        return self.raw(code, class_weights)


# --- Choice ------------------------------------------------------------------------------------


def vae_networks(spec: VaeSpec) -> tuple[nn.Module, nn.Module]:
    """Make the encoder and the decoder of a layout."""
    if spec.layout == "mlp":
        return MlpEncoder(spec), MlpDecoder(spec)
    return ConvolutionalEncoder(spec), ConvolutionalDecoder(spec)


def _picture(spec: VaeSpec) -> tuple[int, int, int]:
    return spec.half.channels, spec.half.height_px, spec.half.width_px


def _posterior(mean: Tensor, log_variance: Tensor) -> Posterior:
    return Posterior(mean, log_variance.clamp(MIN_LOG_VARIANCE, MAX_LOG_VARIANCE))
