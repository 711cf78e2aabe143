"""Mapping, generator and discriminator: shapes, exact known parts, wrapping, the prompt."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from mezzotint.models.latent.coordinates import coordinate_features
from mezzotint.models.latent.discriminator import Discriminator
from mezzotint.models.latent.generator import Generator
from mezzotint.models.latent.mapping import Mapping
from mezzotint.models.latent.spec import (
    GAN_PRESETS,
    DiscriminatorSpec,
    GeneratorSpec,
    LatentSpace,
    MappingSpec,
    Trunk,
    pixel_space,
)

TRUNK = Trunk(widths=(8, 6, 4), group_width=4, pixel_width=3)
LATENTS = LatentSpace(channels=5)
SPACES = (LATENTS, pixel_space(1), pixel_space(3), pixel_space(4))
STYLE_DIM, FIELD, EMBEDDING_DIM = 7, 3, 6


def generator(space: LatentSpace, trunk: Trunk = TRUNK, seed: int = 0) -> Generator:
    spec = GeneratorSpec(space=space, trunk=trunk, style_dim=STYLE_DIM, field_channels=FIELD)
    return awake(Generator(spec), seed)


def discriminator(space: LatentSpace) -> Discriminator:
    spec = DiscriminatorSpec(space=space, trunk=TRUNK, embedding_dim=EMBEDDING_DIM, feature_dim=9)
    return awake(Discriminator(spec), 1)


def awake(net: torch.nn.Module, seed: int):
    """Fill the layers that start at zero, so that every path has an effect."""
    random = torch.Generator().manual_seed(seed)
    for parameter in net.parameters():
        parameter.data = 0.4 * torch.randn(parameter.shape, generator=random)
    return net.eval()


def canvas(
    space: LatentSpace, height: int = 8, width: int = 12, rows: int = 2, seed: int = 0
) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=random)

    return {
        "styles": normal(rows, 1 + len(TRUNK.widths), STYLE_DIM),
        "field": normal(rows, FIELD, height // 4, width // 4),
        "known": normal(rows, space.channels, height, width),
        "mask": (normal(rows, space.mask_channels, height, width) > 0).float(),
        "wrap": torch.zeros(rows, 2),
    }


# --- Shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(("height", "width"), [(4, 4), (8, 20), (12, 4)])
def test_any_aspect_and_channels(space: LatentSpace, height: int, width: int):
    inputs = canvas(space, height, width)
    with torch.no_grad():
        latents = generator(space)(**inputs)
        logits = discriminator(space)(latents, inputs["mask"], torch.zeros(2, EMBEDDING_DIM))
    assert latents.shape == (2, space.channels, height, width)
    assert logits.shape == (2,)


@pytest.mark.parametrize("name", GAN_PRESETS)
@pytest.mark.parametrize("space", [LatentSpace(channels=16), pixel_space(4)])
def test_presets_fit_together(name: str, space: LatentSpace):
    spec = GAN_PRESETS[name](space)
    mapping, paint = Mapping(spec.mapping), Generator(spec.generator)
    judge = Discriminator(spec.discriminator)
    with torch.no_grad():
        style = mapping(torch.randn(1, 64), torch.zeros(1, 128), torch.ones(1, 1))
        known = torch.zeros(1, space.channels, 16, 16)
        mask = torch.zeros(1, space.mask_channels, 16, 16)
        styles = style[:, None].expand(-1, spec.generator.num_styles, -1)
        latents = paint(styles, torch.randn(1, 4, 4, 4), known, mask, torch.zeros(1, 2))
        logits = judge(latents, mask, torch.zeros(1, 128))
    assert 0.2 < latents.std() < 2  # neither vanishes nor explodes before training
    assert logits.abs().max() < 20


def test_every_style_has_an_effect():
    inputs = canvas(LATENTS)
    paint = generator(LATENTS)
    with torch.no_grad():
        before = paint(**inputs)
        for number in range(inputs["styles"].shape[1]):
            styles = inputs["styles"].clone()
            styles[:, number] += 1
            assert not torch.equal(paint(**{**inputs, "styles": styles}), before), number


def test_each_picture_is_painted_alone():
    inputs = canvas(LATENTS, rows=3)
    paint = generator(LATENTS)
    with torch.no_grad():
        together = paint(**inputs)
        alone = [paint(**{k: v[i : i + 1] for k, v in inputs.items()}) for i in range(3)]
    torch.testing.assert_close(together, torch.cat(alone))


# --- What is known -----------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(space=st.sampled_from(SPACES), seed=st.integers(0, 2**31))
def test_known_latents_come_back_bit_for_bit(space: LatentSpace, seed: int):
    inputs = canvas(space, seed=seed)
    inputs["known"].view(-1)[:3] = torch.tensor([-0.0, 1e-42, 3e38])  # nothing is too odd to keep
    with torch.no_grad():
        latents = generator(space)(**inputs)
    mask = inputs["mask"].repeat(1, space.channels // space.mask_channels, 1, 1) > 0.5
    found, wanted = latents[mask].view(torch.int32), inputs["known"][mask].view(torch.int32)
    assert torch.equal(found, wanted)


def test_what_is_not_known_is_not_seen():
    inputs = canvas(LATENTS)
    hidden = torch.where(inputs["mask"] > 0.5, inputs["known"], 7.0)
    paint = generator(LATENTS)
    with torch.no_grad():
        assert torch.equal(paint(**inputs), paint(**{**inputs, "known": hidden}))


def test_what_is_known_guides_the_rest():
    inputs = canvas(LATENTS)
    own = (inputs["mask"] < 0.5).expand_as(inputs["known"])
    paint = generator(LATENTS)
    with torch.no_grad():
        change = paint(**inputs) - paint(**{**inputs, "known": -inputs["known"]})
    assert change[own].abs().max() > 1e-3


def test_a_mask_channel_covers_its_own_pixels():
    # Channel j of the mask is sub-position j of the square, in every picture channel.
    space = pixel_space(3, 2)
    inputs = canvas(space)
    pixels = torch.randn(2, 3, 16, 24)
    pixel_mask = (torch.rand(2, 1, 16, 24) > 0.5).float()
    inputs["known"] = torch.nn.functional.pixel_unshuffle(pixels, 2)
    inputs["mask"] = torch.nn.functional.pixel_unshuffle(pixel_mask, 2)
    with torch.no_grad():
        painted = torch.nn.functional.pixel_shuffle(generator(space)(**inputs), 2)
    is_known = (pixel_mask > 0.5).expand_as(pixels)
    assert torch.equal(painted[is_known], pixels[is_known])
    assert painted[~is_known].abs().max() <= 1


# --- Wrapping ----------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(
    space=st.sampled_from([LATENTS, pixel_space(4)]),
    wrap=st.sampled_from([(1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]),
    steps=st.tuples(st.integers(0, 2), st.integers(0, 4)),
)
def test_a_wrapped_axis_has_no_seam(
    space: LatentSpace, wrap: tuple[float, float], steps: tuple[int, int]
):
    inputs = canvas(space, 12, 20)
    inputs["wrap"] = torch.tensor([wrap, wrap])
    steps = tuple(step * int(flag) for step, flag in zip(steps, wrap, strict=True))
    paint = generator(space)

    def turn(maps: Tensor, stride: int) -> Tensor:
        return maps.roll((steps[0] * stride, steps[1] * stride), (2, 3))

    coordinates = coordinate_features(inputs["field"], inputs["wrap"])
    turned = {
        **inputs,
        "coordinates": turn(coordinates, 1),
        "field": turn(inputs["field"], 1),
        "known": turn(inputs["known"], 4),
        "mask": turn(inputs["mask"], 4),
    }
    with torch.no_grad():
        expected = turn(paint.own(**inputs, coordinates=coordinates), 4)
        torch.testing.assert_close(paint.own(**turned), expected, rtol=1e-4, atol=1e-4)


def test_an_axis_that_does_not_wrap_has_borders():
    inputs = canvas(LATENTS)
    paint = generator(LATENTS)
    with torch.no_grad():
        flat = paint(**inputs)
        wrapped = paint(**{**inputs, "wrap": torch.tensor([[0.0, 0.0], [0.0, 1.0]])})
    torch.testing.assert_close(flat[0], wrapped[0])
    assert not torch.allclose(flat[1], wrapped[1], atol=1e-3)


@pytest.mark.parametrize(("height", "width"), [(4, 4), (3, 7), (6, 2), (1, 1)])
def test_coordinates_go_on_at_the_opposite_border(height: int, width: int):
    features = coordinate_features(torch.zeros(1, 1, height, width), torch.ones(1, 2))
    doubled = torch.cat([features, features], dim=3)
    # A wave with a whole number of periods: its spectrum over two canvases has even bins only.
    spectrum = torch.fft.rfft(doubled, dim=3).abs()[..., 1::2]
    assert spectrum.max() < 1e-4
    # And neighbours across the seam differ as much as neighbours inside.
    steps = (features.roll(-1, 3) - features).square().sum(dim=1)
    torch.testing.assert_close(steps, steps.mean().expand_as(steps), rtol=1e-3, atol=1e-4)


def test_coordinates_tell_all_places_of_a_plain_canvas_apart():
    features = coordinate_features(torch.zeros(1, 1, 4, 12), torch.zeros(1, 2))[0].flatten(1).T
    distance = torch.cdist(features, features) + torch.eye(len(features))
    assert distance.min() > 0.1


def test_a_longer_canvas_keeps_the_scale_of_its_short_side():
    square = coordinate_features(torch.zeros(1, 1, 4, 4), torch.zeros(1, 2))
    wide = coordinate_features(torch.zeros(1, 1, 4, 12), torch.zeros(1, 2))
    torch.testing.assert_close(wide[..., 4:8], square)


# --- Prompts -----------------------------------------------------------------------------------


def mapping() -> Mapping:
    spec = MappingSpec(noise_dim=4, embedding_dim=EMBEDDING_DIM, style_dim=STYLE_DIM)
    return awake(Mapping(spec), 2)


def test_guidance_moves_along_the_line_from_no_condition():
    noise, embedding = torch.randn(3, 4), torch.randn(3, EMBEDDING_DIM)
    net = mapping()
    with torch.no_grad():
        null, plain, twice = (net(noise, embedding, torch.full((3, 1), g)) for g in (0.0, 1.0, 2.0))
        torch.testing.assert_close(plain, net.style(noise, embedding))
        torch.testing.assert_close(null, net.style(noise, torch.zeros_like(embedding)))
    torch.testing.assert_close(twice - plain, plain - null)
    assert (plain - null).abs().max() > 1e-3


def test_the_length_of_the_noise_does_not_matter():
    noise, embedding = torch.randn(3, 4), torch.randn(3, EMBEDDING_DIM)
    net = mapping()
    with torch.no_grad():
        torch.testing.assert_close(net.style(noise, embedding), net.style(3 * noise, embedding))


def test_the_prompt_is_a_projection():
    judge = discriminator(LATENTS)
    latents, mask = torch.randn(2, 5, 8, 12), torch.ones(2, 1, 8, 12)
    one, other = torch.randn(2, EMBEDDING_DIM), torch.randn(2, EMBEDDING_DIM)
    with torch.no_grad():
        none, first, second, mixed = (
            judge(latents, mask, e) for e in (torch.zeros_like(one), one, other, one + other)
        )
    torch.testing.assert_close(mixed - none, (first - none) + (second - none))
    assert (first - second).abs().min() > 0


def test_the_discriminator_sees_the_mask():
    judge = discriminator(LATENTS)
    latents, embedding = torch.randn(2, 5, 8, 12), torch.zeros(2, EMBEDDING_DIM)
    with torch.no_grad():
        known, unknown = (
            judge(latents, torch.full((2, 1, 8, 12), m), embedding) for m in (1.0, 0.0)
        )
    assert (known - unknown).abs().min() > 0


def test_the_end_of_the_discriminator_keeps_full_precision():
    # Logits a finite-difference penalty apart must not fall on the same 16-bit number.
    judge = discriminator(LATENTS)
    latents, mask = torch.randn(2, 5, 8, 12), torch.ones(2, 1, 8, 12)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        logits = judge(latents, mask, torch.zeros(2, EMBEDDING_DIM))
    assert logits.dtype == torch.float32
    assert not torch.equal(logits, logits.bfloat16().float())
