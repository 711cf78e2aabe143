"""The learnt codec, the judge of its pictures, the upscaler."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from mezzotint.models.latent.codec import PictureDecoder, PictureEncoder
from mezzotint.models.latent.patch_judge import PatchJudge
from mezzotint.models.latent.spec import CODEC_PRESETS, CodecSpec, PatchSpec, UpscalerSpec
from mezzotint.models.latent.upscaler import Upscaler


def small(channels: int = 3, maps: int = 2) -> CodecSpec:
    widths = (4, 6, 8)[:maps]
    return CodecSpec(
        channels=channels,
        latent_channels=5,
        encoder_widths=widths,
        decoder_widths=widths[::-1],
        patch_px=2,
        encoder_pixel_width=3,
        decoder_pixel_width=3,
    )


def awake(net: nn.Module) -> nn.Module:
    """Fill the layers that start at zero."""
    random = torch.Generator().manual_seed(0)
    for parameter in net.parameters():
        parameter.data = 0.3 * torch.randn(parameter.shape, generator=random)
    return net.eval()


# --- Codec -------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("maps", [1, 2, 3])
def test_any_aspect_and_channels(channels: int, maps: int):
    spec = small(channels, maps)
    height, width = 3, 5
    pixels = torch.randn(2, channels, height * spec.factor, width * spec.factor)
    with torch.no_grad():
        latents = PictureEncoder(spec)(pixels)
        painted = PictureDecoder(spec)(latents)
    assert latents.shape == (2, 5, height, width)
    assert painted.shape == pixels.shape
    assert painted.abs().max() <= 1


def test_presets_are_f8_and_f16():
    assert {name: make(3).factor for name, make in CODEC_PRESETS.items()} == {"cpu": 8, "gpu": 16}


def test_whitening_is_undone_by_the_decoder():
    spec = small()
    encoder, decoder = awake(PictureEncoder(spec)), awake(PictureDecoder(spec))
    pixels = torch.randn(6, 3, 16, 24)
    with torch.no_grad():
        raw, _ = encoder.moments(pixels)
        before = decoder(encoder(pixels))
        mean, std = raw.mean(dim=(0, 2, 3)), raw.std(dim=(0, 2, 3))
        for net in (encoder, decoder):
            net.whitening.set(mean, std)
        latents = encoder(pixels)
        after = decoder(latents)
    torch.testing.assert_close(latents.mean(dim=(0, 2, 3)), torch.zeros(5), atol=1e-5, rtol=0)
    torch.testing.assert_close(latents.std(dim=(0, 2, 3)), torch.ones(5))
    torch.testing.assert_close(before, after, atol=1e-5, rtol=1e-4)


def test_a_constant_channel_stays_finite():
    encoder = PictureEncoder(small())
    encoder.whitening.set(torch.zeros(5), torch.zeros(5))
    with torch.no_grad():
        assert encoder(torch.randn(1, 3, 8, 8)).isfinite().all()


def test_the_variance_begins_small_and_is_bounded():
    encoder = PictureEncoder(small())
    with torch.no_grad():
        _, log_variance = encoder.moments(torch.randn(2, 3, 8, 8))
        assert (log_variance == -6).all()
        encoder.log_variance.bias.fill_(1e9)
        _, log_variance = encoder.moments(torch.randn(2, 3, 8, 8))
    assert log_variance.max() <= 4


def test_a_decoded_pixel_depends_on_its_margin_alone():
    # So a canvas that wraps round can be decoded by padding its latents with their other side.
    spec = small()
    decoder = awake(PictureDecoder(spec))
    margin, factor = spec.decoder_margin, spec.factor
    latents = torch.randn(1, 5, 3, 24)
    around = torch.cat([latents[..., -margin:], latents, latents[..., :margin]], dim=3)
    cut = factor * margin
    with torch.no_grad():
        pixels = decoder(around)[..., cut:-cut]
        rolled = decoder(torch.cat([around[..., 2 * margin :], around], dim=3))
        start = rolled.shape[3] - cut - pixels.shape[3]
        torch.testing.assert_close(pixels, rolled[..., start : start + pixels.shape[3]])
        turned = latents.roll(7, 3)
        again = torch.cat([turned[..., -margin:], turned, turned[..., :margin]], dim=3)
        torch.testing.assert_close(decoder(again)[..., cut:-cut], pixels.roll(7 * factor, 3))


def test_it_can_learn_a_picture():
    torch.manual_seed(0)
    spec = small(maps=1)
    encoder, decoder = PictureEncoder(spec), PictureDecoder(spec)
    rough = torch.rand(4, 3, 2, 2) - 0.5
    pixels = nn.functional.interpolate(rough, scale_factor=4, mode="bilinear")
    optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-2)
    errors: list[float] = []
    for _ in range(60):
        error = (decoder.paint(encoder.moments(pixels)[0]) - pixels).square().mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        errors.append(error.item())
    assert errors[-1] < 0.5 * errors[0]


# --- Judge of patches --------------------------------------------------------------------------


def test_the_judge_shows_what_it_sees():
    judge = PatchJudge(PatchSpec(channels=4, widths=(4, 6, 8)))
    pixels = torch.randn(2, 4, 16, 40)
    with torch.no_grad():
        maps = judge.maps(pixels)
        patches = judge.patch_logits(maps)
        assert [m.shape[1:] for m in maps] == [(4, 8, 20), (6, 4, 10), (8, 2, 5)]
        assert patches.shape == (2, 2, 5)
        torch.testing.assert_close(judge(pixels), patches.mean(dim=(1, 2)))


# --- Upscaler ----------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_upscaling_doubles_both_sides(channels: int):
    upscale = Upscaler(UpscalerSpec(channels=channels, width=4))
    with torch.no_grad():
        assert upscale(torch.zeros(2, channels, 6, 10)).shape == (2, channels, 12, 20)


def test_flat_areas_stay_flat_whatever_was_learnt():
    upscale = awake(Upscaler(UpscalerSpec(channels=3, width=6)))
    colour = torch.tensor([-0.9, 0.1, 0.7]).view(1, 3, 1, 1)
    with torch.no_grad():
        large = upscale(colour.expand(1, 3, 8, 12))
        torch.testing.assert_close(large, colour.expand(1, 3, 16, 24), atol=1e-5, rtol=0)
        # And far from the only edge of a picture.
        step = torch.full((1, 3, 48, 8), -0.5)
        step[:, :, :8] = 0.5
        lower = upscale(step)[:, :, 64:]
    torch.testing.assert_close(lower, torch.full_like(lower, -0.5), atol=1e-5, rtol=0)


def test_what_is_added_grows_with_contrast():
    upscale = awake(Upscaler(UpscalerSpec(channels=3, width=6)))
    pixels = 0.1 * torch.randn(1, 3, 8, 12)
    with torch.no_grad():
        once, twice = upscale.residual(pixels), upscale.residual(2 * pixels)
    assert once.abs().max() > 1e-3
    torch.testing.assert_close(twice, 2 * once)


def test_it_begins_as_lanczos_interpolation():
    levels = (torch.rand(9 * 2, 14, generator=torch.Generator().manual_seed(3)) * 0.8 + 0.1) * 2 - 1
    upscale = Upscaler(UpscalerSpec(channels=1, width=4))
    with torch.no_grad():
        found = upscale(levels[None, None])[0, 0]
    image = Image.fromarray(levels.numpy())
    expected = torch.tensor(np.array(image.resize((28, 36), Image.Resampling.LANCZOS)))
    inner = (slice(6, -6), slice(6, -6))  # beyond the border the two differ
    torch.testing.assert_close(found[inner], expected[inner].clamp(-1, 1), atol=1e-5, rtol=0)
