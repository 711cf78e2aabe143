from __future__ import annotations

import pytest
import torch
from torch import nn

from mezzotint.models.residual import HalfSpec
from mezzotint.models.vae import Posterior, VaeSpec, vae_networks


def test_the_classic_network_is_784_200_200_50():
    half = HalfSpec(height_px=28, width_px=28, channels=1)
    encoder, decoder = vae_networks(VaeSpec(half=half, layout="mlp"))
    shapes = [
        [tuple(m.weight.shape) for m in network.modules() if isinstance(m, nn.Linear)]
        for network in (encoder, decoder)
    ]
    assert shapes[0] == [(200, 784), (200, 200), (50, 200), (50, 200)]
    assert shapes[1] == [(200, 50), (200, 200), (784, 200)]


@pytest.mark.parametrize("layout", ["mlp", "convolutional"])
@pytest.mark.parametrize("num_classes", [0, 3])
@pytest.mark.parametrize(
    ("height_px", "width_px", "channels"), [(28, 28, 1), (32, 64, 3), (48, 32, 4)]
)
def test_any_size_channels_and_classes(
    layout: str, num_classes: int, height_px: int, width_px: int, channels: int
):
    half = HalfSpec(height_px=height_px, width_px=width_px, channels=channels, width=4, max_width=8)
    spec = VaeSpec(half=half, layout=layout, latent_dim=5, hidden_dim=6, num_classes=num_classes)  # type: ignore[arg-type]
    encoder, decoder = vae_networks(spec)
    pixels = torch.randn(2, channels, height_px, width_px)
    posterior = encoder(pixels)
    assert posterior.mean.shape == posterior.log_variance.shape == (2, 5)
    classes = torch.eye(3)[:2] if num_classes else None
    assert decoder(posterior.mean, classes).shape == pixels.shape


def test_draws_have_the_posteriors_moments():
    posterior = Posterior(torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 2.0]]))
    draws = posterior.at(torch.randn(50_000, 1, 2, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(draws.mean(0), posterior.mean, atol=0.05, rtol=0)
    torch.testing.assert_close(draws.var(0).log(), posterior.log_variance, atol=0.05, rtol=0)


def test_the_class_changes_what_is_painted():
    half = HalfSpec(height_px=28, width_px=28, channels=1, width=4, max_width=8)
    _, decoder = vae_networks(VaeSpec(half=half, latent_dim=5, num_classes=3))
    latent = torch.zeros(2, 5)
    painted = decoder(latent, torch.eye(3)[:2])
    assert not torch.allclose(painted[0], painted[1])
