"""Upscaling files: by a toy model's upscaler, by interpolation, refused without either."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.cli.app import run
from mezzotint.domain.errors import UnsupportedError
from mezzotint.imaging.read import read_picture
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio
from toys.latent_bundles import write_latent_bundle


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_latent_bundle(folder / "toy")
    write_latent_bundle(folder / "small", without=["upscaler"])
    return folder


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(3).integers(0, 256, (21, 30, 4), np.uint8)
    pixels[:5, :5, 3] = 0
    path = tmp_path / "photo.png"
    Image.fromarray(pixels).save(path)
    return path


def test_a_photo_is_enlarged_by_the_model_and_says_so(models: Path, photo: Path):
    studio = Studio(load_settings(models_folder=models))
    told: list[tuple[int, int]] = []
    made = studio.upscale(
        [photo], factor=4, model="toy", progress=lambda done, total: told.append((done, total))
    )
    (image,) = made.images
    assert image.pixels.shape == (84, 120, 4)
    assert not image.pixels[:10, :10, 3].any()
    assert told == [(1, 2), (2, 2)]
    record = image.record
    assert (record.verb, record.model, image.name) == ("upscale", "toy", "photo-4x.png")
    assert record.parameters == {"factor": 4, "method": "subtle"}
    assert record.digital_source_type == "compositeWithTrainedAlgorithmicMedia"
    assert len(record.parent_pixel_sha256) == 1
    again = studio.upscale([photo], factor=4, model="toy").images[0]
    assert again.data == image.data


def test_interpolation_claims_no_model(models: Path, photo: Path):
    studio = Studio(load_settings(models_folder=models))
    (image,) = studio.upscale([photo], factor=3, method="lanczos").images
    assert image.pixels.shape == (63, 90, 4)
    assert image.record.model == ""
    assert image.record.digital_source_type is None


def test_a_model_without_upscaler_names_what_works(models: Path, photo: Path):
    studio = Studio(load_settings(models_folder=models))
    with pytest.raises(UnsupportedError, match="--method lanczos") as caught:
        studio.upscale([photo], model="small")
    assert caught.value.code == "engine.no_upscaler"


def test_the_command_chooses_by_the_model(
    models: Path,
    photo: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("MEZZOTINT_MODELS_FOLDER", str(models))
    methods: list[object] = []
    for more in ([], ["-m", "toy"], ["--method", "creative", "-m", "toy"], ["--method", "lanczos"]):
        assert run(["upscale", str(photo), "--json", "-o", str(tmp_path / "out"), *more], {}) == 0
        (written,) = json.loads(capsys.readouterr().out)["pictures"]
        path = Path(written["path"])
        assert read_picture(path).pixels.shape == (42, 60, 4)
        record = Studio().verify(path).record
        assert record is not None
        methods.append(record.parameters["method"])
    assert methods == ["squares", "subtle", "creative", "lanczos"]
