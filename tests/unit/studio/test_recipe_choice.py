"""`mezzotint train` without --recipe: which one it takes, what it begins from, and what it says."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.cli.app import run


def draw(folder: Path, names: list[str], channels: int) -> Path:
    folder.mkdir()
    stream = np.random.default_rng(0)
    for name in names:
        pixels = stream.integers(0, 256, (32, 32, channels), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


def plan(folder: Path, capsys: pytest.CaptureFixture[str], *further: str) -> dict[str, object]:
    arguments = ["train", str(folder), "--images", "64", "--dry-run", "--json", *further]
    assert run(arguments, {}) == 0
    return json.loads(capsys.readouterr().out)["settings"]


NAMES = ["red fox", "blue lake", "green tree", "old wall"]


def test_few_captioned_sprites_begin_from_the_shipped_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = draw(tmp_path / "own", NAMES, 4)
    settings = plan(folder, capsys, "--device", "cpu")
    assert (settings["recipe"], settings["start_from"]) == ("latent-cpu", "sprites")
    assert settings["augment_target"] == 0.8
    settings = plan(folder, capsys, "--device", "cpu", "--start-from", "none")
    assert (settings["start_from"], settings["frozen_share"]) == (None, 0.0)


def test_opaque_pictures_fit_no_shipped_model_and_bare_ones_need_no_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opaque = plan(draw(tmp_path / "own", NAMES, 3), capsys, "--device", "cpu")
    assert (opaque["recipe"], opaque["start_from"]) == ("latent-cpu", None)
    bare = plan(draw(tmp_path / "img", ["001", "002", "003"], 3), capsys, "--device", "cpu")
    assert bare["recipe"] == "dcgan"


def test_a_classic_recipe_begins_from_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = draw(tmp_path / "own", NAMES, 3)
    arguments = ["train", str(folder), "--recipe", "dcgan", "--start-from", "sprites", "--json"]
    assert run(arguments, {}) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "training.start_from"
