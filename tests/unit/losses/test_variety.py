from __future__ import annotations

import torch

from mezzotint.losses.variety import mode_seeking

ONE = torch.tensor([[1.0, -2.0], [0.5, 3.0]], dtype=torch.float64)
OTHER = torch.tensor([[0.0, 1.0], [2.5, 2.0]], dtype=torch.float64)
NOISE, OTHER_NOISE = OTHER + 3, ONE - 1


def test_pictures_further_apart_cost_less():
    near = mode_seeking(ONE, ONE + 0.1, NOISE, OTHER_NOISE)
    far = mode_seeking(ONE, ONE + 0.4, NOISE, OTHER_NOISE)
    torch.testing.assert_close(
        near / far, torch.tensor(4.0, dtype=torch.float64), rtol=1e-3, atol=0
    )


def test_equal_pictures_cost_much_and_nothing_is_infinite():
    assert 1e4 < mode_seeking(ONE, ONE, NOISE, OTHER_NOISE) < 1e6
    assert torch.isfinite(mode_seeking(ONE, OTHER, NOISE, NOISE))


def test_gradients():
    inputs = (ONE.clone().requires_grad_(), OTHER.clone().requires_grad_())
    assert torch.autograd.gradcheck(lambda a, b: mode_seeking(a, b, NOISE, OTHER_NOISE), inputs)
