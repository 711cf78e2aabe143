"""The tutorial network layer for layer, Keras's padding by hand, and every size and channel."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mezzotint.domain.errors import InputError
from mezzotint.models.dcgan import (
    DcganSpec,
    SameConv2d,
    SameConvTranspose2d,
    TutorialDiscriminator,
    TutorialGenerator,
    dcgan_networks,
)


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(parameter.shape) for name, parameter in network.named_parameters()}


def test_tutorial_generator_has_exactly_the_tutorials_weights():
    assert shapes(TutorialGenerator(noise_dim=100)) == {
        "dense.weight": (12544, 100),
        "norm1.weight": (12544,),
        "norm1.bias": (12544,),
        "conv1.weight": (256, 128, 5, 5),
        "norm2.weight": (128,),
        "norm2.bias": (128,),
        "conv2.weight": (128, 64, 5, 5),
        "norm3.weight": (64,),
        "norm3.bias": (64,),
        "conv3.weight": (64, 1, 5, 5),
    }


def test_tutorial_discriminator_has_exactly_the_tutorials_weights():
    assert shapes(TutorialDiscriminator()) == {
        "conv1.weight": (64, 1, 5, 5),
        "conv1.bias": (64,),
        "conv2.weight": (128, 64, 5, 5),
        "conv2.bias": (128,),
        "dense.weight": (1, 6272),
        "dense.bias": (1,),
    }


def test_kerass_numbers_hold():
    generator, discriminator = TutorialGenerator(noise_dim=100), TutorialDiscriminator()
    norms = [m for m in generator.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert [norm.eps for norm in norms] == [1e-3] * 3
    assert [norm.momentum for norm in norms] == [pytest.approx(0.01)] * 3
    assert generator.leaky.negative_slope == discriminator.leaky.negative_slope == 0.3
    assert discriminator.dropout.p == 0.3


def test_same_padding_puts_the_odd_pixel_after():
    # One impulse and a kernel that only looks at its first cell: output (i, j) sees input
    # (2i - 1, 2j - 1) for side 5, stride 2, size 28, as "same" pads 1 before and 2 after.
    layer = SameConv2d(1, 1, 5, stride=2, bias=False)
    with torch.no_grad():
        layer.weight.zero_()
        layer.weight[0, 0, 0, 0] = 1
    picture = torch.zeros(1, 1, 28, 28)
    picture[0, 0, 7, 11] = 1
    out = layer(picture)
    assert out.shape == (1, 1, 14, 14)
    assert out.nonzero().tolist() == [[0, 0, 4, 6]]


@pytest.mark.parametrize("stride", [1, 2])
def test_transposed_convolution_is_the_transpose(stride: int):
    # <conv(x), y> = <x, transpose(y)> for all x, y defines the transpose.
    forward = SameConv2d(3, 4, 5, stride=stride, bias=False).double()
    backward = SameConvTranspose2d(4, 3, 5, stride=stride, bias=False).double()
    with torch.no_grad():
        backward.weight.copy_(forward.weight)
    x = torch.randn(2, 3, 12, 8, dtype=torch.float64)
    y = torch.randn(2, 4, 12 // stride, 8 // stride, dtype=torch.float64)
    torch.testing.assert_close((forward(x) * y).sum(), (x * backward(y)).sum())


def test_flattening_runs_channels_last():
    generator = TutorialGenerator(noise_dim=100).eval()
    seen: list[torch.Tensor] = []
    generator.conv1.register_forward_hook(lambda m, inputs, out: seen.append(inputs[0]))
    dense: list[torch.Tensor] = []
    generator.norm1.register_forward_hook(lambda m, inputs, out: dense.append(out))
    generator(torch.randn(1, 100))
    row, column, channel = 3, 5, 17
    flat_index = (row * 7 + column) * 256 + channel
    assert seen[0][0, channel, row, column] == dense[0][0, flat_index]


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize(("height_px", "width_px"), [(28, 28), (64, 48), (32, 128)])
def test_any_size_and_channels(height_px: int, width_px: int, channels: int):
    spec = DcganSpec(
        height_px=height_px,
        width_px=width_px,
        channels=channels,
        noise_dim=7,
        generator_width=4,
        discriminator_width=4,
    )
    generator, discriminator = dcgan_networks(spec)
    pixels = generator(torch.randn(3, 7))
    assert pixels.shape == (3, channels, height_px, width_px)
    assert pixels.abs().max() <= 1
    assert discriminator(pixels).logits.shape == (3,)


def test_the_tutorial_takes_28_px_alone():
    with pytest.raises(InputError, match="dcgan"):
        dcgan_networks(DcganSpec(height_px=32, width_px=32, channels=1, layout="tutorial"))
