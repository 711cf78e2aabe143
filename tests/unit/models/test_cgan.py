from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from mezzotint.models.cgan import CganDiscriminator, CganGenerator, CganSpec
from mezzotint.models.residual import HalfSpec, ResidualBlock


def small(height_px: int = 28, width_px: int = 28, channels: int = 1) -> CganSpec:
    half = HalfSpec(height_px=height_px, width_px=width_px, channels=channels, width=4, max_width=8)
    return CganSpec(
        generator=half,
        discriminator=replace(half, width=6),
        num_classes=3,
        stem_width=4,
        noise_dim=5,
    )


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize(("height_px", "width_px"), [(28, 28), (64, 48), (32, 128)])
def test_any_size_and_channels(height_px: int, width_px: int, channels: int):
    spec = small(height_px=height_px, width_px=width_px, channels=channels)
    weights = torch.eye(3)[[0, 2]]
    pixels = CganGenerator(spec)(torch.randn(2, 5), weights)
    assert pixels.shape == (2, channels, height_px, width_px)
    assert pixels.abs().max() <= 1
    assert CganDiscriminator(spec)(pixels, weights).logits.shape == (2,)


def test_blocks_begin_as_the_identity():
    features = torch.randn(2, 6, 5, 4)
    assert torch.equal(ResidualBlock(6)(features), features)


def test_classes_can_be_mixed_and_move_continuously():
    generator = CganGenerator(small()).eval()
    noise, one, two = torch.randn(1, 5), torch.eye(3)[[0]], torch.eye(3)[[1]]
    with torch.no_grad():
        pictures = [generator(noise, torch.lerp(one, two, t)) for t in (0.0, 0.5, 0.51, 1.0)]
    whole = (pictures[3] - pictures[0]).abs().mean()
    little = (pictures[2] - pictures[1]).abs().mean()
    assert whole > 0
    assert little < 0.1 * whole


def test_the_projection_is_linear_in_the_class():
    discriminator = CganDiscriminator(small())
    pixels, one, two = torch.randn(2, 1, 28, 28), torch.eye(3)[[0, 0]], torch.eye(3)[[1, 1]]
    judged = [discriminator(pixels, w).logits for w in (one, two, 0.25 * one + 0.75 * two)]
    torch.testing.assert_close(judged[2], 0.25 * judged[0] + 0.75 * judged[1])


def test_each_picture_is_judged_alone():
    discriminator = CganDiscriminator(small())
    pixels, weights = torch.randn(4, 1, 28, 28), torch.eye(3)[[0, 1, 2, 0]]
    together = discriminator(pixels, weights).logits
    alone = [discriminator(p[None], w[None]).logits for p, w in zip(pixels, weights, strict=True)]
    torch.testing.assert_close(together, torch.cat(alone))
