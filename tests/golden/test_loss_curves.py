"""Fixed seed, fixed losses: a change that is not meant to change numbers must leave these alone.

To accept new numbers, run with MEZZOTINT_UPDATE_GOLDEN=1 and say why in the commit.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.card import ClassSpec, DataSpec
from mezzotint.training.budget import Budget
from mezzotint.training.loop import Pace
from mezzotint.training.metrics_log import read_log
from mezzotint.training.recipes import RECIPES, override, recipe
from mezzotint.training.run import train

FOLDER = Path(__file__).parent / "losses"
STEPS = 6
BATCH = 4
# One tolerance for all: kernels of other processors round differently, and steps amplify it.
RELATIVE, ABSOLUTE = 2e-2, 5e-3
# time; counts that jump by rounding
LEFT_OUT = ("elapsed_s", "real_above_fake", "real_above_painted", "active_latents")


# A preset for large devices keeps its rules here, on nets that a test has time for.
SMALLER = {
    "latent-gpu": {
        "precision": "float32",
        "style_dim": 32,
        "generator_widths": "32-32-32",
        "discriminator_widths": "32-32-32",
        "feature_dim": 32,
        "image_widths": "16-16-32",
        "text_width": 32,
    }
}


def stripes() -> TrainingPictures:
    """Draw 16 pictures of two classes: stripes across and stripes down."""
    row, column = np.mgrid[0:28, 0:28]
    labels = np.arange(16) % 2
    pixels = np.stack(
        [
            ((np.where(label, row, column) * (index // 2 + 2)) % 28) * 9
            for index, label in enumerate(labels)
        ]
    ).astype(np.uint8)[..., None]
    classes = tuple(
        ClassSpec(index=i, name=name, words=(name,), num_images=8)
        for i, name in enumerate(("down", "across"))
    )
    source = DataSpec(
        name="stripes", num_images=16, manifest_sha256="0" * 64, licence="CC0-1.0", source="test"
    )
    return TrainingPictures(
        pixels=pixels, labels=labels, classes=classes, captions=None, source=source
    )


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_losses_are_those_on_record(tmp_path: Path, name: str):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        steps = {"batch_size": BATCH, "schedule_images": BATCH * STEPS}
        config = override(recipe(name), steps | SMALLER.get(name, {}))
        train(
            stripes(),
            config,
            tmp_path,
            budget=Budget(images=BATCH * STEPS),
            seed=11,
            device="cpu",
            pace=Pace(log_steps=1),
        )
    finally:
        torch.set_num_threads(before)
    found = [{k: v for k, v in line.items() if k not in LEFT_OUT} for line in read_log(tmp_path)]
    record = FOLDER / f"{name}.jsonl"
    if os.environ.get("MEZZOTINT_UPDATE_GOLDEN"):
        record.write_text("".join(json.dumps(line) + "\n" for line in found), encoding="utf-8")
    expected = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert len(found) == len(expected) == STEPS
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=RELATIVE, abs=ABSOLUTE)
