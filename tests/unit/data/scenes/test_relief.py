"""Hidden surfaces and mirror images agree with a plain search, ray by ray."""

import pytest
import torch

from mezzotint.data.scenes.frame import NEAREST_ROW, ground_row
from mezzotint.data.scenes.relief import SKY_DEPTH, see, see_mirrored
from mezzotint.data.scenes.water import MIRROR_ROWS

WIDTH, SLICES, ROWS = 7, 40, 50


@pytest.fixture(name="land")
def _land() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    height = torch.rand(2, WIDTH, SLICES, generator=generator) * 0.4 - 0.2
    horizon = torch.tensor([0.4, 0.47]).view(-1, 1, 1)
    t = torch.linspace(0, 1, SLICES).view(1, 1, -1)
    return height, ground_row(t.expand(2, 1, -1), horizon), horizon


def test_each_pixel_sees_the_nearest_slice_that_reaches_it(
    land: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    height, ground, _ = land
    rows = ground + height.clamp(min=0.0)
    y = 1.0 - (torch.arange(ROWS) + 0.5) / ROWS
    values = torch.rand(2, 3, WIDTH, SLICES)
    seen = see(values, rows, y, 1e-7)
    for picture in range(2):
        for column in range(WIDTH):
            for row in range(ROWS):
                reached = (rows[picture, column] >= y[row]).nonzero()
                depth = float(seen.depth[picture, row, column])
                if len(reached) == 0:
                    assert depth == SKY_DEPTH
                    assert float(seen.cover[picture, row, column]) == 0.0
                else:
                    index = max(int(reached[0]), 1)
                    at = depth * (SLICES - 1)
                    assert index - 1 - 1e-3 <= at <= index + 1e-3


def test_a_crest_covers_part_of_the_pixel_it_crosses() -> None:
    rows = torch.tensor([[[0.0, 0.1, 0.55, 0.2]]])
    values = torch.ones(1, 1, 1, 4)
    seen = see(values, rows, torch.tensor([0.75, 0.65, 0.55, 0.45]), 0.2)
    assert [round(float(c), 3) for c in seen.cover[0, :, 0]] == [0.0, 0.0, 1.0, 1.0]
    seen = see(values, rows, torch.tensor([0.60]), 0.2)
    assert round(float(seen.cover[0, 0, 0]), 3) == 0.25


def test_water_shows_the_nearest_mirrored_land_beyond_it(
    land: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    height, ground, horizon = land
    count = int(ROWS * MIRROR_ROWS)
    share = (torch.arange(count) + 0.5) / count
    y = NEAREST_ROW + (horizon - NEAREST_ROW) * share
    values = torch.arange(SLICES, dtype=torch.float32).expand(2, 1, WIDTH, SLICES).contiguous()
    seen = see_mirrored(values, height, ground, y)
    for picture in range(2):
        for column in range(WIDTH):
            for row in range(count):
                here = y[picture, 0, row]
                beyond = ground[picture, 0] >= here
                reaches = ground[picture, 0] - height[picture, column] <= here
                found = (beyond & reaches).nonzero().flatten().tolist()
                found = [index for index in found if index > 0]
                if found:
                    assert float(seen.values[picture, 0, row, column]) == found[0]
                else:
                    assert float(seen.cover[picture, row, column]) == 0.0
