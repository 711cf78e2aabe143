"""`mezzotint train` from a folder of pictures to pictures from a prompt."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.cli.app import run
from mezzotint.studio.modelling import default_name
from mezzotint.studio.training_data import (
    DataRequest,
    load_training_data,
    natural_size_px,
    probe_sizes,
)

TINY = ["--images", "64", "--threads", "1", "--set", "batch_size=16"]


def draw_folder(folder: Path, *, num_images: int, size_px: tuple[int, int] = (32, 28)) -> Path:
    """Write discs and squares of random grey, one folder a class."""
    stream = np.random.default_rng(0)
    height_px, width_px = size_px
    y, x = np.mgrid[:height_px, :width_px]
    for name in ("disc", "square"):
        (folder / name).mkdir(parents=True)
        for index in range(num_images // 2):
            radius, cx, cy = stream.integers(5, 10), *stream.integers(10, 18, 2)
            is_disc = (x - cx) ** 2 + (y - cy) ** 2 < radius**2
            is_square = (abs(x - cx) < radius) & (abs(y - cy) < radius)
            shape = is_disc if name == "disc" else is_square
            grey = (shape * stream.integers(90, 255)).astype(np.uint8)
            Image.fromarray(grey).save(folder / name / f"{index}.png")
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_folder(tmp_path_factory.mktemp("toys") / "My Toys", num_images=40)


def test_from_folder_to_picture(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", str(pictures), *TINY, "--json"], {}) == 0
    trained = json.loads(capsys.readouterr().out)
    assert trained["name"] == "my-toys"
    assert trained["ending"] == "finished"
    assert trained["num_images_seen"] == 64
    assert Path(trained["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    arguments = ["imagine", "a disc --seed 1", "-m", "my-toys", "-n", "2", "--json"]
    assert run(arguments, {}) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["warnings"] == []
    assert [(each["width_px"], each["height_px"]) for each in made["pictures"]] == [(28, 32)] * 2
    assert run(["models", "show", "my-toys", "--json"], {}) == 0
    card = json.loads(capsys.readouterr().out)
    assert [spec["name"] for spec in card["classes"]] == ["disc", "square"]
    assert card["data"][0]["num_images"] == 40
    assert str(pictures.parent) not in json.dumps(card["data"])
    assert card["graphs"][0]["max_parity_error"] < 1e-4


def test_a_name_that_is_taken_is_refused_before_anything_is_trained(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home" / "models" / "toys").mkdir(parents=True)
    assert run(["train", str(pictures), "--name", "toys", *TINY, "--json"], {}) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "bundle.exists"
    assert not (tmp_path / "home" / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--recipe", "cgn"], "training.unknown_name"),
        (["--set", "lrr=1"], "training.unknown_name"),
        (["--set", "lr"], "usage.set"),
        (["--size", "big"], "usage.size"),
        (["--size", "1000"], "training.size"),
        (["--minutes", "0"], "training.budget"),
        (["--classes", "none.toml"], "data.classes.unreadable"),
    ],
)
def test_wrong_settings_are_named(
    pictures: Path, arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", str(pictures), *arguments, "--json"], {}) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_dry_run_trains_nothing(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", str(pictures), *TINY, "--dry-run", "--json"], {}) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["width_px"], plan["height_px"], plan["channels"]) == (28, 32, 1)
    assert plan["settings"]["recipe"] == "cgan"
    estimate = plan["estimate"]
    assert set(estimate["num_parameters"]) == {"generator", "discriminator"}
    assert min(estimate["num_parameters"].values()) > 1000
    assert estimate["flops_per_image"] > 1e6
    assert estimate["num_images"] == 64
    seconds = 64 / estimate["images_per_s"]
    assert estimate["minutes"] == pytest.approx(seconds / 60, abs=0.01)
    assert not (tmp_path / "home" / "runs").exists()


def test_dry_run_says_what_a_run_would_cost(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", str(pictures), *TINY, "--dry-run"], {}) == 0
    said = capsys.readouterr().out
    for part in ("batch_size = 16", "parameters.", "MFLOP per image", "Expected: 64 images in"):
        assert part in said


def test_dry_run_of_a_recipe_in_stages_says_that_they_are_measured_later(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", str(pictures), "--recipe", "latent-cpu", "--size", "32", "--dry-run"]
    assert run(arguments, {}) == 0
    assert "Each stage of this recipe is measured when it begins" in capsys.readouterr().out
    assert run([*arguments, "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out)["estimate"] is None


def test_an_empty_folder_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(["train", str(tmp_path / "empty")], {}) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "There are no pictures" in said


def request(folder: Path, cache: Path, size_px: tuple[int, int] | None = None) -> DataRequest:
    return DataRequest(
        address=str(folder), size_px=size_px, classes_file=None, licence=None, cache_folder=cache
    )


def test_some_pictures_are_held_out_and_none_is_on_both_sides(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "many", num_images=600)
    data = load_training_data(request(folder, tmp_path / "cache"))
    assert data.held_out is not None
    trained, held_out = data.train.pixels, data.held_out.pixels
    assert len(trained) + len(held_out) == 600
    assert 5 <= len(held_out) <= 90
    assert {each.tobytes() for each in trained}.isdisjoint(each.tobytes() for each in held_out)
    assert sum(spec.num_images for spec in data.train.classes) == len(trained)
    assert data.train.source.manifest_sha256 != data.held_out.source.manifest_sha256


def test_few_pictures_are_all_trained_on(pictures: Path, tmp_path: Path) -> None:
    data = load_training_data(request(pictures, tmp_path / "cache"))
    assert data.held_out is None
    assert len(data.train.pixels) == 40


def test_the_size_follows_the_pictures(pictures: Path, tmp_path: Path) -> None:
    from mezzotint.data.sources.opening import open_source

    large = draw_folder(tmp_path / "large", num_images=4, size_px=(100, 300))
    with open_source(large) as source:
        assert natural_size_px(probe_sizes(source.entries())) == (64, 64)
    with open_source(pictures) as source:
        assert natural_size_px(probe_sizes(source.entries())) == (32, 28)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("./My Pictures/", "my-pictures"),
        ("C:\\art\\Koi.zip", "koi"),
        ("s3://bucket/set.tar", "set"),
        ("图片", "model"),
    ],
)
def test_model_names_come_from_the_address(address: str, name: str) -> None:
    assert default_name(address) == name
