"""Tiny captioned sprites and a tiny `latent` configuration, also for processes that are killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import ClassSpec, DataSpec
from mezzotint.training.budget import Budget
from mezzotint.training.latent.config import LatentConfig
from mezzotint.training.latent.run import train_latent
from mezzotint.training.loop import Pace
from mezzotint.training.recipes import override, recipe
from mezzotint.training.run import TrainingResult

COLOURS = {"red": ("红色", (220, 30, 30)), "green": ("绿色", (30, 200, 40))}
SHAPES = {"ball": "球", "bar": "条"}
TINY = {
    "batch_size": 4,
    "noise_dim": 4,
    "latent_factor": 2,
    "style_dim": 8,
    "embedding_dim": 8,
    "generator_widths": "8-8-8",
    "discriminator_widths": "8-8-8",
    "feature_dim": 8,
    "pixel_width": 4,
    "words_batch_size": 8,
    "vocabulary_size": 300,
    "text_width": 8,
    "text_layers": 1,
    "image_widths": "4-8",
    "codec_batch_size": 4,
    "encoder_widths": "4-4",
    "decoder_widths": "4-4",
    "codec_pixel_width": 2,
    "upscaler_batch_size": 4,
    "upscaler_width": 4,
    "upscaler_blocks": 1,
}


def make_sprites(
    *, num_pictures: int = 16, side_px: int = 16, channels: int = 4, described: str = "captions"
) -> TrainingPictures:
    """Draw balls and bars of two colours; described by "captions", "classes" or "nothing"."""
    random = np.random.default_rng(5)
    names = [(c, s) for c in COLOURS for s in SHAPES]
    kinds = np.arange(num_pictures) % len(names)
    row, column = np.mgrid[0:side_px, 0:side_px]
    pixels = np.zeros((num_pictures, side_px, side_px, 4), np.uint8)
    for index, kind in enumerate(kinds):
        colour, shape = names[kind]
        middle = random.uniform(side_px * 0.35, side_px * 0.65, 2)
        ball = np.hypot(row - middle[0], column - middle[1]) < side_px / 4
        bar = np.abs(row - middle[0]) < side_px / 8
        pixels[index][ball if shape == "ball" else bar] = (*COLOURS[colour][1], 255)
    texts = [(f"{c} {s}", COLOURS[c][0] + SHAPES[s]) for c, s in names]
    captioned = described == "captions"
    classes = tuple(
        ClassSpec(index=i, name=t[0], words=t, num_images=int((kinds == i).sum()))
        for i, t in enumerate(texts)
    )
    return TrainingPictures(
        pixels=pixels[..., :channels],
        labels=kinds if described == "classes" else None,
        classes=classes if described == "classes" else (),
        captions=tuple(texts[kind][0] for kind in kinds) if captioned else None,
        texts=tuple(texts[kind] for kind in kinds) if captioned else None,
        source=DataSpec(
            name="toys",
            num_images=num_pictures,
            manifest_sha256="0" * 64,
            licence="CC0-1.0",
            source="drawn by the test",
        ),
    )


def tiny_config(**values: str | int | float) -> LatentConfig:
    """Return nets of a few hundred weights."""
    config = override(recipe("latent-cpu"), {**TINY, **values})
    assert isinstance(config, LatentConfig)
    return config


def train_toys(folder: Path) -> TrainingResult:
    """Train on one thread, saving after every step."""
    torch.set_num_threads(1)
    pace = Pace(checkpoint_s=0.0)
    budget = Budget(images=200)
    return train_latent(make_sprites(), tiny_config(), folder, budget=budget, seed=4, pace=pace)
