"""Products of spectra are the sums of the transposed convolution that they stand for."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.models.dcgan import SameConvTranspose2d, TutorialGenerator
from mezzotint.models.dcgan_columns import COLUMNS, TutorialGeneratorInColumns
from mezzotint.models.spectral import SpectralConvTranspose2d, cyclic_transforms


@settings(max_examples=40, deadline=None)
@given(
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    taps=st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, unique=True),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_bilinear_algorithm_is_the_sum_over_taps(
    size: tuple[int, int], taps: list[tuple[int, int]], seed: int
):
    random = torch.Generator().manual_seed(seed)
    weights = torch.randn(len(taps), dtype=torch.float64, generator=random)
    x = torch.randn(*size, dtype=torch.float64, generator=random)
    expected = torch.zeros_like(x)
    for weight, (down, right) in zip(weights, taps, strict=True):
        for row in range(size[0]):
            for column in range(size[1]):
                if 0 <= row - down < size[0] and 0 <= column - right < size[1]:
                    expected[row, column] += weight * x[row - down, column - right]
    matrices = cyclic_transforms(size, taps)
    found = matrices.output @ ((matrices.taps @ weights) * (matrices.input @ x.flatten()))
    assert torch.allclose(found.reshape(size), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("size", "side", "stride", "multiplications"),
    [((7, 7), 5, 1, 121), ((7, 7), 5, 2, 94), ((3, 5), 3, 1, None), ((4, 2), 4, 2, None)],
)
def test_it_computes_what_the_layer_computes(
    size: tuple[int, int], side: int, stride: int, multiplications: int | None
):
    torch.manual_seed(0)
    layer = SameConvTranspose2d(6, 4, side, stride=stride, bias=False)
    scale = torch.rand(4) + 0.5
    total = max((size[0] - 1) * stride + side - size[0] * stride, 0)
    spectral = SpectralConvTranspose2d(layer, size, total // 2, scale)
    if multiplications is not None:
        assert len(spectral.input) == multiplications
    features = torch.randn(3, 6, *size)
    with torch.no_grad():
        expected = layer(features) * scale[:, None, None]
        columns = spectral(features.permute(2, 3, 1, 0).flatten(0, 1))
    phases = columns.reshape(*size, stride, stride, 4, 3).permute(5, 4, 0, 2, 1, 3)
    found = phases.reshape(expected.shape)
    assert torch.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_generator_in_columns_paints_the_same_pictures(channels: int):
    torch.manual_seed(0)
    generator = TutorialGenerator(100, channels).eval()
    for norm in (generator.norm1, generator.norm2, generator.norm3):
        assert norm.running_mean is not None
        assert norm.running_var is not None
        norm.running_mean.normal_(0, 0.2)
        norm.running_var.uniform_(0.5, 2)
        torch.nn.init.uniform_(norm.weight, -1.5, 1.5)
        torch.nn.init.normal_(norm.bias, 0, 0.2)
    torch.nn.init.normal_(generator.conv3.weight, 0, 0.2)
    noise = torch.randn(COLUMNS + 1, 100)
    with torch.no_grad():
        expected, found = generator(noise), TutorialGeneratorInColumns(generator)(noise)
    assert expected.abs().max() > 0.5
    assert torch.allclose(found, expected, atol=1e-5)
