from __future__ import annotations

import math

import pytest
import torch

from mezzotint.losses.captions import mismatched_caption

LOGITS = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
OTHERS = torch.tensor([0.0, 3.0, 0.5], dtype=torch.float64)


def test_the_mean_over_wrong_captions_alone():
    found = mismatched_caption(LOGITS, OTHERS, torch.tensor([1, 0, 1]))
    expected = (math.log1p(math.exp(-1)) + math.log(2)) / 2
    assert found.item() == pytest.approx(expected)


def test_no_wrong_caption_is_no_loss():
    assert mismatched_caption(LOGITS, OTHERS, torch.zeros(3)).item() == 0


def test_a_shift_of_all_logits_does_not_matter():
    wrong = torch.ones(3)
    shifted = mismatched_caption(LOGITS + 7, OTHERS + 7, wrong)
    torch.testing.assert_close(shifted, mismatched_caption(LOGITS, OTHERS, wrong))


def test_gradients():
    inputs = (LOGITS.clone().requires_grad_(), OTHERS.clone().requires_grad_())
    wrong = torch.tensor([1.0, 1.0, 0.0])
    assert torch.autograd.gradcheck(lambda a, b: mismatched_caption(a, b, wrong), inputs)
