"""Noise: the same on the host and on the device, within its range, periodic where asked."""

import numpy as np
import torch

from mezzotint.data.scenes.noise import (
    Axis,
    NoiseTable,
    bake_tile,
    cell_uniform,
    fractal_noise,
    grid_noise,
    slot_uniform,
)

TABLE = NoiseTable.of_seeds(torch.tensor([1, -7, 123456789], dtype=torch.int32))


def axis(count: int, extent: float, *, wraps: bool = False) -> Axis:
    positions = torch.arange(count, dtype=torch.float32) * (extent / count)
    return Axis(positions=positions, extent=extent, wraps=wraps)


def frequencies(value: float) -> np.ndarray:
    return np.full(3, value)


def test_uniform_numbers_fill_the_unit_interval() -> None:
    seeds = np.arange(20_000, dtype=np.uint32)
    values = slot_uniform(seeds, 3)
    assert 0.0 <= values.min() < 0.001
    assert 0.999 < values.max() < 1.0
    assert abs(values.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(values, slot_uniform(seeds, 4))[0, 1]) < 0.03


def test_cells_are_independent_of_their_neighbours() -> None:
    steps = torch.arange(200, dtype=torch.int32)
    values = cell_uniform(torch.tensor(5, dtype=torch.int32), 1, steps.view(-1, 1), steps)
    assert abs(float(values.mean()) - 0.5) < 0.01
    across = torch.stack((values[:, 1:].flatten(), values[:, :-1].flatten()))
    assert abs(float(torch.corrcoef(across)[0, 1])) < 0.03


def test_gradient_noise_is_zero_on_the_lattice_and_bounded() -> None:
    lattice = Axis(positions=torch.arange(9, dtype=torch.float32) / 8, extent=1.0)
    corners = grid_noise(TABLE, 0, lattice, lattice, (frequencies(8.0), frequencies(8.0)))
    assert float(corners.abs().max()) < 1e-6
    fine = grid_noise(TABLE, 0, axis(90, 1.0), axis(70, 2.0), (frequencies(8.0), frequencies(5.0)))
    assert fine.shape == (3, 90, 70)
    assert 0.4 < float(fine.abs().max()) < 1.6
    assert float(fine.diff(dim=1).abs().max()) < 0.5


def test_each_seed_has_its_own_noise() -> None:
    noise = fractal_noise(
        TABLE, 2, axis(32, 1.0), axis(32, 1.0), (frequencies(4.0), frequencies(4.0)), octaves=4
    )
    assert float((noise[0] - noise[1]).abs().mean()) > 0.05


def test_wrapping_noise_repeats() -> None:
    once = axis(60, 1.7, wraps=True)
    twice = Axis(positions=once.positions + 1.7, extent=3.4)
    frequency = (frequencies(3.0), frequencies(3.0))
    noise = grid_noise(TABLE, 1, once, axis(10, 1.0), frequency)
    step = noise.diff(dim=1).abs().amax()
    assert float((noise[:, 0] - noise[:, -1]).abs().max()) <= float(step) * 1.2
    assert not torch.equal(noise, grid_noise(TABLE, 1, twice, axis(10, 1.0), frequency))


def test_tiles_repeat() -> None:
    tile = bake_tile(TABLE, 3, cells=4, octaves=3)
    u, v = torch.rand(3, 6, 5), torch.rand(3, 6, 5)
    assert torch.allclose(tile.at(u, v), tile.at(u + 2.0, v - 1.0), atol=1e-4)


def test_ridged_noise_is_positive() -> None:
    noise = fractal_noise(
        TABLE,
        4,
        axis(32, 1.0),
        axis(32, 1.0),
        (frequencies(4.0), frequencies(4.0)),
        octaves=4,
        ridged=True,
    )
    assert float(noise.min()) >= -0.3
    assert float(noise.max()) <= 1.01
