"""Shapes of the codec and its judge, with sides that all differ."""

from __future__ import annotations

import pytest
import torch

from mezzotint.domain.errors import InputError
from mezzotint.models.residual import HalfSpec
from mezzotint.models.vaegan import (
    PatchDiscriminator,
    VaeganDecoder,
    VaeganEncoder,
    VaeganSpec,
)


def spec_of(height_px: int, width_px: int, channels: int, factor: int = 4) -> VaeganSpec:
    half = HalfSpec(height_px=height_px, width_px=width_px, channels=channels, width=4, max_width=8)
    return VaeganSpec(half=half, latent_channels=3, factor=factor)


@pytest.mark.parametrize("factor", [2, 4, 8])
@pytest.mark.parametrize(("height_px", "width_px", "channels"), [(32, 64, 3), (48, 32, 4)])
def test_a_latent_stands_for_factor_by_factor_pixels(
    height_px: int, width_px: int, channels: int, factor: int
):
    spec = spec_of(height_px, width_px, channels, factor)
    pixels = torch.rand(2, channels, height_px, width_px) * 2 - 1
    posterior = VaeganEncoder(spec)(pixels)
    assert posterior.mean.shape == (2, 3, height_px // factor, width_px // factor)
    assert spec.latent_shape == posterior.mean.shape[1:]
    assert posterior.log_variance.shape == posterior.mean.shape
    painted = VaeganDecoder(spec)(posterior.mean)
    assert painted.shape == pixels.shape
    assert painted.abs().max() <= 1


@pytest.mark.parametrize("factor", [0, 1, 3, 8])
def test_a_factor_that_does_not_fit_is_refused(factor: int):
    with pytest.raises(InputError, match=f"factor of {factor}"):
        _ = spec_of(28, 28, 1, factor).latent_shape


@pytest.mark.parametrize(("height_px", "width_px"), [(20, 20), (300, 64), (30, 28)])
def test_a_size_that_no_family_has_is_refused(height_px: int, width_px: int):
    with pytest.raises(InputError, match="px"):
        _ = spec_of(height_px, width_px, 1, 2).latent_shape


def test_latents_keep_their_place():
    # Changing one corner of the latents leaves the opposite corner of a large picture alone.
    decoder = VaeganDecoder(spec_of(128, 128, 1)).eval()
    latent = torch.zeros(1, 3, 32, 32)
    moved = latent.clone()
    moved[..., 0, 0] = 3.0
    with torch.no_grad():
        difference = (decoder(moved) - decoder(latent)).abs()[0, 0]
    assert difference[:8, :8].max() > 0
    assert difference[64:, 64:].max() == 0


@pytest.mark.parametrize(
    ("sides", "patches"), [((28, 28), (1, 1)), ((64, 96), (6, 10)), ((256, 256), (30, 30))], ids=str
)
def test_a_judge_has_a_verdict_for_each_patch(sides: tuple[int, int], patches: tuple[int, int]):
    verdict = PatchDiscriminator(3, width=2)(torch.zeros(2, 3, *sides))
    assert verdict.logits.shape == (2, *patches)
    assert [seen.shape[1] for seen in verdict.maps] == [2, 4, 8, 16]


def test_a_verdict_sees_seventy_pixels():
    # The receptive field that Isola et al. 2017 name.
    pixels = torch.zeros(1, 1, 128, 128, requires_grad=True)
    verdict = PatchDiscriminator(1, width=2)(pixels + torch.linspace(0, 1, 128))
    verdict.logits[0, 7, 7].backward()
    assert pixels.grad is not None
    touched = pixels.grad[0, 0].abs().sum(dim=0).nonzero().flatten()
    assert int(touched[-1] - touched[0]) + 1 == 70
