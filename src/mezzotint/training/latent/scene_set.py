"""Painted scenes as a training set: made where they are used, nothing to carry or download."""

from __future__ import annotations

import hashlib

import numpy as np

from mezzotint.data.scenes.captions import LANGUAGES
from mezzotint.data.scenes.supply import SceneOptions, scene_batches
from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import DataSpec
from mezzotint.domain.version import VERSION
from mezzotint.training.device import choose_device

BATCH = 64  # scenes painted at a time


def paint_scenes(
    count: int, size_px: tuple[int, int], *, seed: int, device: str = "auto"
) -> TrainingPictures:
    """Paint scenes 0 to `count` of a seed, each with a caption in every language.

    Args:
        count: How many.
        size_px: Height and width, at least 16 each.
        seed: 0 to 4294967295.
        device: Where to paint.

    Example:
        >>> pictures = paint_scenes(2, (16, 24), seed=1, device="cpu")
        >>> pictures.pixels.shape, len(pictures.texts[0])
        ((2, 16, 24, 3), 2)
    """
    height_px, width_px = size_px
    options = SceneOptions(height_px=height_px, width_px=width_px, seed=seed)
    pixels = np.empty((count, height_px, width_px, 3), np.uint8)
    texts: list[tuple[str, ...]] = []
    where = choose_device(device)
    for batch in scene_batches(options, batch_size=BATCH, num=count, device=where):
        pixels[batch.start : batch.start + len(batch.scenes)] = batch.pictures.cpu().numpy()
        texts += zip(*(batch.captions[language] for language in LANGUAGES), strict=True)
    return TrainingPictures(
        pixels=pixels,
        labels=None,
        classes=(),
        captions=tuple(each[0] for each in texts),
        texts=tuple(texts),
        source=DataSpec(
            name="scenes",
            num_images=count,
            manifest_sha256=_recipe_hash(options, count),
            licence="CC0-1.0",
            source=f"painted by mezzotint {VERSION}: mezzotint data scenes --seed {seed}",
        ),
    )


def _recipe_hash(options: SceneOptions, count: int) -> str:
    """Return the hash of what the pictures are painted from, since they are in no file."""
    return hashlib.sha256(f"{VERSION} {options} {count}".encode()).hexdigest()
