"""Toy data sets for tests: shapes drawn on the spot, a class a shape."""

from __future__ import annotations

import numpy as np

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import ClassSpec, DataSpec

SHAPES = ("disc", "square", "cross", "stripes")


def draw_shapes(labels: np.ndarray, seed: int, side_px: int = 28) -> np.ndarray:
    """Draw grey shapes of varying place, size and brightness, uint8 [N, side, side, 1]."""
    random = np.random.default_rng(seed)
    centre = side_px * (0.5 + random.uniform(-0.12, 0.12, (2, len(labels), 1, 1)))
    rows, columns = np.mgrid[0:side_px, 0:side_px][:, None] - centre
    size = random.uniform(0.18, 0.4, (len(labels), 1, 1)) * side_px
    inside = np.stack(
        [
            np.hypot(rows, columns) < size,
            np.maximum(abs(rows), abs(columns)) < 0.85 * size,
            (np.minimum(abs(rows), abs(columns)) < 0.25 * size)
            & (np.maximum(abs(rows), abs(columns)) < size),
            (np.sin(rows * 6 / size) > 0) & (abs(columns) < size),
        ]
    )[labels, np.arange(len(labels))]
    brightness = random.uniform(90, 255, (len(labels), 1, 1))
    noise = random.normal(0, 6, inside.shape)
    return (inside * brightness + noise).clip(0, 255).astype(np.uint8)[..., None]


def shape_set(
    num_pictures: int, seed: int, *, labelled: bool = True, side_px: int = 28
) -> TrainingPictures:
    """Make a data set of shapes, all classes equally often."""
    labels = np.arange(num_pictures) % len(SHAPES)
    return TrainingPictures(
        pixels=draw_shapes(labels, seed, side_px),
        labels=labels if labelled else None,
        classes=tuple(
            ClassSpec(index=index, name=name, words=(name,), num_images=num_pictures // 4)
            for index, name in enumerate(SHAPES)
        )
        if labelled
        else (),
        captions=None,
        source=DataSpec(
            name="shapes",
            num_images=num_pictures,
            manifest_sha256="0" * 64,
            licence="CC0-1.0",
            source="drawn for a test",
        ),
    )
