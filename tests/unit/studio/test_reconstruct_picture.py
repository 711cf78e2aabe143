"""Pictures through a codec: figures that agree with the metrics package, exact remakes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from mezzotint.cli.app import run
from mezzotint.domain.errors import UnsupportedError
from mezzotint.imaging.encode import encode_pixels
from mezzotint.metrics import picture_similarity
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio
from mezzotint.verbs.reconstruct import psnr_db, ssim
from toys.latent_bundles import IDENTITY, LOSSY, write_latent_bundle


@pytest.fixture(scope="module")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_latent_bundle(folder / "exact", IDENTITY)
    write_latent_bundle(folder / "lossy", LOSSY)
    return folder


def random_picture(height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (height, width, channels), np.uint8)


def test_figures_agree_with_the_metrics_package() -> None:
    first = random_picture(20, 30, 3)
    second = first // 2 + random_picture(20, 30, 3)[::-1] // 4
    assert psnr_db(first, second) == pytest.approx(
        float(picture_similarity.psnr(first[None], second[None])[0])
    )
    assert ssim(first, second) == pytest.approx(
        float(picture_similarity.ssim(first[None], second[None])[0])
    )


def test_a_codec_that_reorders_pixels_loses_nothing(models_folder: Path) -> None:
    studio = Studio(load_settings(models_folder=models_folder, default_model="exact"))
    pixels = random_picture(19, 23, 4)
    pixels[..., 3] = 255
    done = studio.reconstruct(encode_pixels(pixels, "png").data)
    assert math.isinf(done.psnr_db)
    assert (done.image.pixels == pixels).all()


def test_a_lossy_codec_is_measured_and_repeated(models_folder: Path) -> None:
    studio = Studio(load_settings(models_folder=models_folder, default_model="lossy"))
    file = encode_pixels(random_picture(33, 47, 3), "png").data
    done = studio.reconstruct(file)
    assert done.image.pixels.shape == (33, 47, 3)
    assert 0 < done.psnr_db < 30
    assert done.ssim is not None
    assert done.image.record.parameters["psnr_db"] == pytest.approx(done.psnr_db, abs=1e-3)
    assert studio.make_again(done.image.data, parents=[file]).data == done.image.data


def test_a_model_without_a_codec_is_refused() -> None:
    with pytest.raises(UnsupportedError):
        Studio().reconstruct(encode_pixels(random_picture(9, 9, 3), "png").data)


def test_the_command_prints_the_figures(
    models_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MEZZOTINT_MODELS_FOLDER", str(models_folder))
    monkeypatch.setenv("MEZZOTINT_OUTPUT_FOLDER", str(tmp_path / "out"))
    path = tmp_path / "a.png"
    path.write_bytes(encode_pixels(random_picture(20, 20, 3), "png").data)
    assert run(["reconstruct", str(path), "-m", "lossy"], {}) == 0
    assert "PSNR" in capsys.readouterr().out
    assert run(["reconstruct", str(path), "-m", "exact", "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out)["psnr_db"] is None
