"""Each distance against a trusted other, its gradient against finite differences."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from mezzotint.losses.reconstruction import (
    charbonnier,
    feature_matching,
    haar_bands,
    haar_distance,
    structural_distance,
)
from mezzotint.metrics.picture_similarity import max_scales, ms_ssim

SHAPE = (2, 3, 24, 28)
DISTANCES = [charbonnier, structural_distance, haar_distance]


def picture(seed: int, *shape: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return 2 * torch.rand(*(shape or SHAPE), generator=random, dtype=torch.float64) - 1


def near(pixels: Tensor) -> Tensor:
    """Return a painting that resembles the picture, so that its structure is in range."""
    return (0.8 * pixels + 0.2 * picture(9, *pixels.shape)).clamp(-1, 1)


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_equal_pictures_are_at_no_distance_and_others_are(
    distance: Callable[[Tensor, Tensor], Tensor],
):
    pixels = picture(1)
    assert distance(pixels, pixels).item() == pytest.approx(0.0, abs=1.001e-3)
    assert distance(near(pixels), pixels) < distance(picture(2), pixels)
    assert distance(near(pixels), pixels).item() > 2e-3


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_gradients_equal_finite_differences(distance: Callable[[Tensor, Tensor], Tensor]):
    pixels = picture(3, 1, 2, 12, 14)
    painted = near(pixels).requires_grad_()
    assert torch.autograd.gradcheck(lambda y: distance(y, pixels), (painted,))


def test_gradient_of_two_scales_of_structure():
    pixels = picture(4, 1, 1, 22, 24)
    painted = near(pixels).requires_grad_()
    assert torch.autograd.gradcheck(lambda y: structural_distance(y, pixels), (painted,))


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_no_gradient_is_infinite_even_at_equal_or_opposite_pictures(
    distance: Callable[[Tensor, Tensor], Tensor],
):
    pixels = picture(5).float()
    for painted in (pixels.clone(), -pixels, torch.zeros_like(pixels)):
        painted.requires_grad_()
        (gradient,) = torch.autograd.grad(distance(painted, pixels), painted)
        assert torch.isfinite(gradient).all()


def test_charbonnier_is_the_absolute_difference_away_from_zero():
    one, other = picture(1), picture(2)
    expected = (one - other).abs().mean()
    assert charbonnier(one, other).item() == pytest.approx(expected.item(), abs=1e-3)


@pytest.mark.parametrize("shape", [(2, 3, 24, 28), (2, 1, 176, 180), (1, 4, 64, 96)], ids=str)
def test_structure_is_what_the_metric_measures(shape: tuple[int, ...]):
    pixels = picture(6, *shape)
    painted = near(pixels)

    def levels(tensor: Tensor) -> object:
        return (127.5 * (tensor + 1)).permute(0, 2, 3, 1).numpy()

    expected = 1 - ms_ssim(levels(painted), levels(pixels), max_scales(*shape[2:])).mean()
    assert structural_distance(painted, pixels).item() == pytest.approx(expected, abs=1e-12)


def test_haar_bands_keep_the_energy():
    planes = picture(7)
    low, details = haar_bands(planes)
    energy = low.square().sum() + details.square().sum()
    torch.testing.assert_close(energy, planes.square().sum())


def test_haar_sees_edges_and_no_brightness():
    pixels = picture(8, 1, 1, 16, 24)
    assert haar_distance(pixels + 0.3, pixels).item() == pytest.approx(0.0, abs=1e-12)
    # Vertical stripes of one pixel: all of it lies in one of three bands of the first level.
    stripes = torch.tensor([1.0, -1.0]).repeat(12).expand(1, 1, 16, 24)
    found = haar_distance(stripes, torch.zeros_like(stripes))
    assert found.item() == pytest.approx(2 / 3 / 3)


def test_haar_stops_where_sides_are_odd():
    pixels = picture(10, 1, 1, 28, 28)  # 28, 14, 7
    first, details = haar_bands(near(pixels) - pixels)
    _, coarser = haar_bands(first)
    expected = (details.abs().mean() + coarser.abs().mean()) / 2
    torch.testing.assert_close(haar_distance(near(pixels), pixels), expected)


def test_feature_matching_weighs_layers_alike_and_teaches_the_painted_alone():
    maps = [picture(11, 2, 8, 6, 4).requires_grad_(), picture(12, 2, 4).requires_grad_()]
    others = [picture(13, 2, 8, 6, 4).requires_grad_(), picture(14, 2, 4).requires_grad_()]
    found = feature_matching(maps, others)
    expected = ((maps[0] - others[0]).abs().mean() + (maps[1] - others[1]).abs().mean()) / 2
    torch.testing.assert_close(found, expected)
    found.backward()
    assert all(tensor.grad is not None for tensor in maps)
    assert all(tensor.grad is None for tensor in others)


def test_gradient_of_feature_matching():
    fixed = [picture(15, 2, 3, 2, 2), picture(16, 2, 4)]
    assert torch.autograd.gradcheck(
        lambda a, b: feature_matching([a, b], fixed),
        (picture(17, 2, 3, 2, 2).requires_grad_(), picture(18, 2, 4).requires_grad_()),
    )
