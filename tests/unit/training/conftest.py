"""Tiny pictures and nets that train in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import ClassSpec, DataSpec
from mezzotint.training.config import TrainingConfig
from mezzotint.training.recipes import override, recipe

TINY = {
    "batch_size": 8,
    "noise_dim": 4,
    "generator_width": 4,
    "discriminator_width": 4,
    "max_width": 8,
}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Keep every test at one thread, and what it sets away from the others."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_pictures(
    *,
    num_pictures: int = 24,
    height_px: int = 28,
    width_px: int = 28,
    channels: int = 1,
    num_classes: int = 2,
) -> TrainingPictures:
    """Draw smooth blobs, brighter for higher classes."""
    random = np.random.default_rng(3)
    labels = np.arange(num_pictures) % max(num_classes, 1)
    row = np.linspace(-1, 1, height_px)[:, None, None]
    column = np.linspace(-1, 1, width_px)[None, :, None]
    centre = random.uniform(-0.5, 0.5, (num_pictures, 2, channels))
    pixels = np.stack(
        [
            np.exp(-4 * ((row - y) ** 2 + (column - x) ** 2)) * (120 + 120 * label)
            for (y, x), label in zip(centre, labels / max(num_classes, 1), strict=True)
        ]
    ).astype(np.uint8)
    classes = tuple(
        ClassSpec(
            index=index,
            name=f"blob {index}",
            words=(f"blob {index}",),
            num_images=int((labels == index).sum()),
        )
        for index in range(num_classes)
    )
    return TrainingPictures(
        pixels=pixels,
        labels=labels if num_classes else None,
        classes=classes,
        captions=None,
        source=DataSpec(
            name="blobs",
            num_images=num_pictures,
            manifest_sha256="0" * 64,
            licence="CC0-1.0",
            source="drawn by the test",
        ),
    )


@pytest.fixture
def pictures() -> Callable[..., TrainingPictures]:
    """Return the maker of tiny data sets."""
    return make_pictures


@pytest.fixture
def tiny() -> Callable[..., TrainingConfig]:
    """Return the maker of tiny configurations: recipe name and overrides."""

    def make(name: str = "cgan", **values: str | int | float) -> TrainingConfig:
        start = recipe(name)
        known = {k: v for k, v in TINY.items() if hasattr(start, k)}
        return override(start, {**known, **values})

    return make
