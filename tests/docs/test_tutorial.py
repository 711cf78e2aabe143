"""The tutorial runs, tiny, and its steps have the names that the docs use."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tutorial() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tutorial", ROOT / "examples" / "tutorial.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tutorial"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("arguments", [[], ["--acgan"]])
def test_it_runs_and_leaves_three_plots(tutorial: ModuleType, tmp_path: Path, arguments: list[str]):
    tiny = ["--quick", "--pictures", "12", "--epochs", "2", "--batch-size", "6"]
    assert tutorial.main([*arguments, *tiny, "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.glob("*.webp")} == {
        "losses.webp",
        "epochs.webp",
        "images.webp",
    }


def test_training_moves_both_models_and_keeps_its_history(tutorial: ModuleType):
    pictures = tutorial.draw_digits(16)
    generator, discriminator = tutorial.make_generator_model(), tutorial.make_discriminator_model()
    before = [p.detach().clone() for p in (*generator.parameters(), *discriminator.parameters())]
    history = tutorial.train_model(discriminator, generator, None, 8, 2, 100, pictures=pictures)
    after = [*generator.parameters(), *discriminator.parameters()]
    assert all(not torch.equal(a, b) for a, b in zip(after, before, strict=True))
    assert len(history.losses) == 4
    assert all(np.isfinite([each.generator, each.discriminator]).all() for each in history.losses)
    assert [each.shape for each in history.pictures] == [(10, 1, 28, 28)] * 2


def test_an_acgan_step_trains_the_class_head(tutorial: ModuleType):
    pictures = tutorial.draw_digits(10)
    discriminator = tutorial.make_discriminator_model(10)
    before = discriminator.name.weight.detach().clone()
    step = tutorial.acgan_step
    generator = tutorial.make_generator_model(10)
    tutorial.train_model(discriminator, generator, step, 10, 1, 100, pictures=pictures)
    assert not torch.equal(discriminator.name.weight, before)
    assert tutorial.generate_images(generator, num_images=3).shape == (10, 3, 28, 28)


def test_drawn_digits_differ_within_a_class_and_between_classes(tutorial: ModuleType):
    pictures = tutorial.draw_digits(200)
    assert pictures.pixels.shape == (200, 28, 28, 1)
    means = np.stack([pictures.pixels[pictures.labels == i].mean(axis=0) for i in range(10)])
    spread = pictures.pixels.astype(float).std(axis=0).mean()
    assert spread > 10
    distances = np.abs(means[:, None] - means[None]).mean(axis=(2, 3, 4))
    assert (distances[~np.eye(10, dtype=bool)] > 5).all()
