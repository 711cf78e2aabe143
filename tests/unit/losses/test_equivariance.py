from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import interpolate

from mezzotint.losses.equivariance import Move, apply_move, equivariance
from mezzotint.losses.reconstruction import charbonnier

FACTOR = 2


def repeat(latents: Tensor) -> Tensor:
    """A decoder that commutes with turning and mirroring."""
    return interpolate(latents, scale_factor=FACTOR, mode="nearest")


def difference(painted: Tensor, pixels: Tensor) -> Tensor:
    return (painted - pixels).abs().mean()


@settings(max_examples=20, deadline=None)
@given(turns=st.integers(0, 3), mirrored=st.booleans())
def test_a_decoder_that_turns_along_loses_nothing(turns: int, mirrored: bool):
    latents = torch.randn(2, 3, 4, 6)
    move = Move(quarter_turns=turns, is_mirrored=mirrored, height=4, width=6)
    loss = equivariance(
        repeat, latents, repeat(latents), move=move, factor=FACTOR, distance=difference
    )
    assert loss.item() == 0


def test_a_decoder_that_knows_where_it_is_loses():
    latents = torch.randn(2, 3, 4, 6)

    def ramp(latents: Tensor) -> Tensor:
        pixels = repeat(latents)
        return pixels + torch.arange(pixels.shape[3])

    move = Move(quarter_turns=0, is_mirrored=True, height=4, width=6)
    loss = equivariance(
        ramp, latents, ramp(latents), move=move, factor=FACTOR, distance=charbonnier
    )
    assert loss.item() > 1


@pytest.mark.parametrize(("turns", "shape"), [(0, (6, 10)), (1, (10, 6)), (2, (6, 10))])
def test_shrinking_and_turning_change_the_size(turns: int, shape: tuple[int, int]):
    move = Move(quarter_turns=turns, is_mirrored=False, height=3, width=5)
    assert apply_move(torch.randn(1, 2, 16, 12), move, FACTOR).shape[2:] == shape


def test_what_is_smooth_shrinks_without_loss():
    rows = torch.linspace(-1, 1, 16).view(1, 1, 16, 1).expand(1, 1, 16, 24)
    move = Move(quarter_turns=0, is_mirrored=False, height=8, width=12)
    small = apply_move(rows, move)
    steps = small[:, :, 2:-1] - small[:, :, 1:-2]
    torch.testing.assert_close(steps, steps.mean().expand_as(steps))


def test_gradients_reach_latents():
    latents = torch.randn(1, 3, 4, 6, requires_grad=True)
    move = Move(quarter_turns=3, is_mirrored=True, height=2, width=3)
    pixels = torch.randn(1, 3, 8, 12)
    equivariance(repeat, latents, pixels, move=move, factor=FACTOR, distance=charbonnier).backward()
    assert latents.grad is not None
    assert latents.grad.abs().sum() > 0
