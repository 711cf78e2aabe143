from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.engines.pixels import to_pixels
from mezzotint.training.batches import (
    Part,
    parts_of,
    read_batch,
    shape_of,
    to_array,
    to_tensor,
)

CPU = torch.device("cpu")


def test_all_256_levels_survive_the_way_there_and_back():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 8, 16, 2)[..., :1]
    tensor = to_tensor(pixels)
    assert tensor.shape == (1, 1, 8, 16)
    assert tensor.is_contiguous(memory_format=torch.channels_last)
    assert np.array_equal(to_pixels(to_array(tensor)), pixels)
    ends = to_tensor(np.array([0, 255], np.uint8).reshape(1, 1, 2, 1))
    assert ends.flatten().tolist() == [-1.0, 1.0]


def test_channels_keep_their_order():
    pixels = np.array([10, 20, 30], np.uint8).reshape(1, 1, 1, 3)
    assert (to_tensor(pixels).flatten() * 127.5 + 127.5).round().tolist() == [10, 20, 30]


def test_colours_are_multiplied_by_alpha_as_the_engine_divides_them():
    rgba = np.array([[200, 100, 50, 255], [200, 100, 50, 128], [200, 100, 50, 0]], np.uint8)
    tensor = to_tensor(rgba.reshape(1, 1, 3, 4))
    levels = (tensor[0, :, 0].T + 1) * 127.5
    expected = [[200, 100, 50, 255], [100.39, 50.2, 25.1, 128], [0, 0, 0, 0]]
    torch.testing.assert_close(levels, torch.tensor(expected), atol=0.01, rtol=0)
    back = to_pixels(to_array(tensor)).reshape(3, 4)
    assert np.array_equal(back[:2], rgba[:2])
    assert back[2].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_parts_together_are_the_batch(pictures: Callable[..., TrainingPictures], count: int):
    data = pictures(channels=3, num_classes=2)
    indices = np.array([5, 3, 3, 17, 0, 9, 8, 1])
    whole = read_batch(data, indices, Part(), CPU)
    parts = [read_batch(data, indices, Part(index=i, count=count), CPU) for i in range(count)]
    for index, part in enumerate(parts):
        assert torch.equal(part.pixels, whole.pixels[index::count])
        assert torch.equal(part.class_weights, whole.class_weights[index::count])
        assert torch.equal(part.pixels, part.part.of(whole.pixels))
    assert sum(len(part.pixels) for part in parts) == len(indices)


def test_class_weights_are_one_hot(pictures: Callable[..., TrainingPictures]):
    batch = read_batch(pictures(num_classes=2), np.array([0, 1, 2]), Part(), CPU)
    assert batch.class_weights.tolist() == [[1, 0], [0, 1], [1, 0]]


def test_pictures_without_labels_have_no_classes(pictures: Callable[..., TrainingPictures]):
    data = pictures(num_classes=0, height_px=32, width_px=48, channels=4)
    assert read_batch(data, np.array([0]), Part(), CPU).class_weights is None
    shape = shape_of(data)
    assert (shape.height_px, shape.width_px, shape.channels, shape.num_classes) == (32, 48, 4, 0)


def test_processes_and_rounds_share_a_batch_without_overlap():
    taken = [part for rank in range(3) for part in parts_of(rank, 3, 2)]
    assert sorted(part.index for part in taken) == list(range(6))
    assert {part.count for part in taken} == {6}
