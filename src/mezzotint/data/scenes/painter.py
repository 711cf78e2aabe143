"""Attributes in, pictures out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import SceneAttributes
from mezzotint.data.scenes.batch import Batch
from mezzotint.data.scenes.compose import compose
from mezzotint.data.scenes.frame import Frame
from mezzotint.data.scenes.grade import develop, expose, grade
from mezzotint.data.scenes.media import apply_media
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

PAINTER_VERSION = 1  # goes up whenever the same attributes give another picture
MIN_SIDE_PX = 16
_CPU_PIXELS = 32 * 128 * 128  # pixels painted at once; more fall out of the caches
_CUDA_PIXELS = 1024 * 256 * 256  # many, for each step costs the same launch time
_CUDA_BYTES = 700  # free memory a pixel, so that a small GPU takes fewer at once


@torch.inference_mode()
def render(
    scenes: Sequence[SceneAttributes],
    height_px: int,
    width_px: int,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Paint scenes; the same attributes give the same picture in any batch.

    Args:
        scenes: What to paint.
        height_px: Rows, at least 16.
        width_px: Columns, at least 16; any aspect.
        device: Where to compute; "cuda" gives the same pictures within rounding.

    Returns:
        uint8 [N, H, W, 3] in [0, 255] on the device.

    Raises:
        InputError: "scenes.size": a side is too short.
    """
    check_size(height_px, width_px)
    device = torch.device(device)
    pictures = torch.empty(len(scenes), height_px, width_px, 3, dtype=torch.uint8, device=device)
    at_once = max(1, _num_pixels(device) // (height_px * width_px))
    for panorama in (False, True):
        members = [index for index, scene in enumerate(scenes) if scene.panorama is panorama]
        frame = Frame(height_px=height_px, width_px=width_px, panorama=panorama, device=device)
        for start in range(0, len(members), at_once):
            chosen = members[start : start + at_once]
            painted = _paint([scenes[index] for index in chosen], frame)
            pictures[torch.tensor(chosen, device=device)] = painted
    return pictures


def _num_pixels(device: torch.device) -> int:
    if device.type != "cuda":
        return _CPU_PIXELS
    free_bytes, _ = torch.cuda.mem_get_info(device)
    return min(_CUDA_PIXELS, free_bytes // _CUDA_BYTES)


def check_size(height_px: int, width_px: int) -> None:
    """Refuse pictures too small to show anything.

    Raises:
        InputError: "scenes.size".
    """
    if min(height_px, width_px) < MIN_SIDE_PX:
        raise InputError(
            "scenes.size",
            Message(
                "A scene of {width_px} by {height_px} pixels is too small.",
                width_px=width_px,
                height_px=height_px,
            ),
            Message("Both sides must have at least {least_px} pixels.", least_px=MIN_SIDE_PX),
        )


# => uint8 [B, H, W, 3]
def _paint(scenes: Sequence[SceneAttributes], frame: Frame) -> Tensor:
    batch = Batch.of(scenes, frame)
    display = apply_media(batch, grade(batch, expose(develop(compose(batch)))))
    return (display * 255.0 + 0.5).floor().to(torch.uint8).permute(0, 2, 3, 1)
