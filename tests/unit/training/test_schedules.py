import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from mezzotint.training.ema import averaged_copy, update_average
from mezzotint.training.schedules import average_decay, cosine

values = st.floats(-1e3, 1e3)


@given(values, values, st.floats(0, 1))
def test_cosine_stays_between_its_ends(start: float, end: float, progress: float):
    low, high = min(start, end), max(start, end)
    assert low - 1e-9 <= cosine(start, end, progress) <= high + 1e-9


@given(values, values)
def test_cosine_hits_its_ends(start: float, end: float):
    assert cosine(start, end, 0.0) == pytest.approx(start, abs=1e-9)
    assert cosine(start, end, 1.0) == pytest.approx(end, abs=1e-9)


@given(st.integers(1, 512), st.floats(1, 1e6))
def test_half_of_an_average_is_gone_after_a_half_life(batch_size: int, half_life: float):
    steps = half_life / batch_size
    assert average_decay(half_life, batch_size) ** steps == pytest.approx(0.5)


def test_the_average_moves_by_the_rule_and_copies_buffers():
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    average = averaged_copy(network)
    before = copy.deepcopy(average)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1.0)
        network[1].running_mean.fill_(7.0)
    update_average(average, network, 0.9)
    for new, old, current in zip(
        average.parameters(), before.parameters(), network.parameters(), strict=True
    ):
        torch.testing.assert_close(new, 0.9 * old + 0.1 * current)
        assert not new.requires_grad
    assert average[1].running_mean.tolist() == [7.0, 7.0]
    assert not average.training
    assert network.training


def test_without_a_half_life_the_average_is_the_network():
    network = nn.Linear(3, 2)
    average = averaged_copy(network)
    with torch.no_grad():
        network.weight.fill_(5.0)
    update_average(average, network, average_decay(0, 64))
    assert torch.equal(average.weight, network.weight)
