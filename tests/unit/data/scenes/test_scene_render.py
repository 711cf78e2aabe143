"""The painter: same scene, same picture in any batch; any size; seamless panoramas."""

import dataclasses

import pytest
import torch

from mezzotint.data.scenes import Medium, SceneAttributes, render, sample_attributes
from mezzotint.domain.streams import Purpose, picture_stream


def scenes(count: int, *, seed: int = 1, panorama: bool = False) -> list[SceneAttributes]:
    return [
        sample_attributes(picture_stream(seed, index, Purpose.SCENE), panorama=panorama)
        for index in range(count)
    ]


def test_a_picture_does_not_depend_on_its_batch() -> None:
    many = [
        dataclasses.replace(scene, medium=medium)
        for scene, medium in zip(scenes(16), list(Medium) * 2, strict=True)
    ]
    together = render(many, 50, 67)
    for index, scene in enumerate(many):
        assert torch.equal(render([scene], 50, 67)[0], together[index]), scene


def test_a_picture_does_not_depend_on_the_number_of_threads() -> None:
    few = scenes(4, seed=2)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = render(few, 61, 47)
        torch.set_num_threads(3)
        shared = render(few, 61, 47)
    finally:
        torch.set_num_threads(before)
    assert torch.equal(alone, shared)


@pytest.mark.parametrize(("height_px", "width_px"), [(16, 16), (33, 90), (90, 33), (64, 64)])
def test_any_size_and_aspect(height_px: int, width_px: int) -> None:
    pictures = render(scenes(3, seed=3), height_px, width_px)
    assert pictures.shape == (3, height_px, width_px, 3)
    assert pictures.dtype == torch.uint8
    assert bool((pictures.float().flatten(1).std(dim=1) > 5).all())


@pytest.mark.parametrize("medium", list(Medium))
def test_a_panorama_has_no_seam(medium: Medium) -> None:
    around = [dataclasses.replace(scene, medium=medium) for scene in scenes(6, panorama=True)]
    pictures = render(around, 48, 120).float()
    step = (pictures - pictures.roll(1, dims=2)).abs().mean(dim=(0, 1, 3))  # one value a column
    assert step[0] <= 1.2 * step[1:].quantile(0.9)


def test_every_step_runs_on_the_device_asked_for() -> None:
    # Tensors of the "meta" device hold no numbers; an operation that mixes devices fails.
    many = scenes(120, seed=5) + scenes(40, seed=5, panorama=True)
    pictures = render(many, 40, 56, "meta")
    assert pictures.device.type == "meta"
    assert pictures.shape == (160, 40, 56, 3)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_paints_the_same_within_rounding() -> None:
    many = scenes(64, seed=6)
    step = (render(many, 96, 128).int() - render(many, 96, 128, "cuda").cpu().int()).abs()
    assert float((step <= 2).float().mean()) > 0.995
    assert float(step.float().mean()) < 0.1
