from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.training.augment import Augmentation, augment, draw_augmentation


def random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def exactly(**values: int) -> Augmentation:
    names = ("shift_y", "shift_x", "hole_y", "hole_x", "hole_height", "hole_width")
    return Augmentation(**{name: torch.tensor([values.get(name, 0)]) for name in names})


PICTURE = torch.rand(1, 3, 28, 40, generator=random(0)) + 0.5  # never 0, sides not equal


def test_nothing_changes_nothing():
    assert torch.equal(augment(PICTURE, exactly()), PICTURE)


def test_a_shift_moves_down_and_right_and_lets_grey_in():
    out = augment(PICTURE, exactly(shift_y=3, shift_x=-5))
    assert torch.equal(out[..., 3:, :-5], PICTURE[..., :-3, 5:])
    assert (out[..., :3, :] == 0).all()
    assert (out[..., :, -5:] == 0).all()


def test_a_hole_is_grey_inside_and_untouched_outside():
    out = augment(PICTURE, exactly(hole_y=4, hole_x=-2, hole_height=6, hole_width=10))
    hole = torch.zeros(28, 40, dtype=torch.bool)
    hole[4:10, :8] = True
    assert (out[..., hole] == 0).all()
    assert torch.equal(out[..., ~hole], PICTURE[..., ~hole])


@given(st.integers(0, 1000))
def test_draws_stay_within_an_eighth_and_a_half(seed: int):
    drawn = draw_augmentation(16, 32, 48, 1.0, random(seed))
    assert drawn.shift_y.abs().max() <= 4
    assert drawn.shift_x.abs().max() <= 6
    assert (drawn.hole_height == 16).all()
    assert (drawn.hole_width == 24).all()
    centre_y, centre_x = drawn.hole_y + 8, drawn.hole_x + 12
    assert ((centre_y >= 0) & (centre_y < 32) & (centre_x >= 0) & (centre_x < 48)).all()


def test_p_is_the_share_of_pictures():
    drawn = draw_augmentation(4000, 32, 32, 0.3, random(1))
    assert abs((drawn.hole_height > 0).float().mean().item() - 0.3) < 0.03
    # One shift in nine is by 0 in one direction; in both directions, one in 81.
    moved = ((drawn.shift_y != 0) | (drawn.shift_x != 0)).float().mean().item()
    assert abs(moved - 0.3 * 80 / 81) < 0.03


def test_the_pair_gets_the_same():
    drawn = draw_augmentation(8, 28, 28, 1.0, random(2))
    ones, twos = torch.ones(8, 1, 28, 28), torch.full((8, 1, 28, 28), 2.0)
    assert torch.equal(augment(ones, drawn) * 2, augment(twos, drawn))


def test_gradients_reach_what_is_seen_and_nothing_else():
    pixels = PICTURE.clone().requires_grad_()
    augment(pixels, exactly(shift_y=2, hole_y=10, hole_height=4, hole_width=40)).sum().backward()
    seen = torch.ones(28, 40)
    seen[26:] = 0  # shifted out
    seen[8:12] = 0  # under the hole, which lies on the shifted picture
    assert torch.equal(pixels.grad, seen.expand_as(pixels))


def test_the_first_rows_are_a_batch_of_their_own():
    drawn = draw_augmentation(8, 28, 40, 1.0, random(3))
    pictures = PICTURE.expand(8, -1, -1, -1)
    assert torch.equal(augment(pictures, drawn)[:3], augment(pictures[:3], drawn.first(3)))
