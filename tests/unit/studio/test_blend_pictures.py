"""Blending through the studio: between its pictures, exact remakes, plain refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mezzotint.bundles.read import open_bundle
from mezzotint.cli.app import run
from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.imaging.encode import encode_pixels
from mezzotint.prompt import Prompt
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio
from mezzotint.verbs.blend import BlendRequest, blend, mix_pictures
from toys.latent_bundles import write_latent_bundle


@pytest.fixture(scope="module")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_latent_bundle(folder / "toy")
    return folder


@pytest.fixture
def studio(models_folder: Path) -> Studio:
    return Studio(load_settings(models_folder=models_folder, default_model="toy"))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths: list[Path] = []
    for number, colour in enumerate([(250, 0, 0), (0, 0, 250), (0, 250, 0)]):
        pixels = np.full((30, 20 + number, 3), colour, np.uint8)
        paths.append(tmp_path / f"{number}.png")
        paths[-1].write_bytes(encode_pixels(pixels, "png").data)
    return paths


def test_a_blend_makes_itself_again_without_its_parents(studio: Studio, files: list[Path]) -> None:
    for made in (
        studio.blend(files, weights=(1, 2, 0.5), num_images=2, prompt="snow --ar 2:1 --s 300"),
        studio.blend(files[:2], coarse=1, fine=2, seed=5, num_images=1),
    ):
        image = made.images[-1]
        assert image.record.verb == "blend"
        assert len(image.record.parent_pixel_sha256) >= 2
        assert studio.make_again(image.data).data == image.data


def test_all_weight_on_one_picture_is_that_picture_alone(studio: Studio, files: list[Path]) -> None:
    def paint(**changes: object) -> bytes:
        image = studio.blend(files[:2], seed=3, num_images=1, **changes).images[0]  # pyright: ignore
        return image.pixels.tobytes()

    alone = paint(weights=(1, 0))
    assert alone == paint(coarse=1, fine=1)
    assert len({alone, paint(), paint(weights=(0, 1)), paint(coarse=1, fine=2)}) == 4


def test_shapes_and_manner_come_from_their_layers(models_folder: Path) -> None:
    engine = open_engine(open_bundle(models_folder / "toy"))
    one, other = np.eye(6, dtype=np.float32)[:2]

    def paint(coarse: np.ndarray, fine: np.ndarray | None) -> bytes:
        request = BlendRequest(
            coarse=coarse, fine=fine, prompt=Prompt(), seed=1, picture_indices=(0,)
        )
        return blend(engine, request).pictures[0].tobytes()

    assert paint(one, one) == paint(one, None)
    assert len({paint(one, None), paint(one, other), paint(other, one), paint(other, None)}) == 4
    assert np.allclose(mix_pictures(np.stack([one, other]), (3, 4))[:2], (0.6, 0.8))


def test_what_cannot_be_blended_is_refused(studio: Studio, files: list[Path]) -> None:
    for code, ask in [
        ("blend.count", lambda: studio.blend(files[:1])),
        ("blend.count", lambda: studio.blend(files * 2)),
        ("blend.weights", lambda: studio.blend(files, weights=(1, 2))),
        ("blend.weights", lambda: studio.blend(files, weights=(0, 0, 0))),
        ("blend.weights", lambda: studio.blend(files, weights=(1, 1, float("nan")))),
        ("blend.layer", lambda: studio.blend(files, coarse=4)),
        ("blend.references", lambda: studio.blend(files, prompt="a.png fox")),
    ]:
        with pytest.raises(InputError) as caught:
            ask()
        assert caught.value.code == code
    with pytest.raises(UnsupportedError) as unsupported:
        studio.blend(files, model="fashion")
    assert unsupported.value.hint is not None


def test_the_command_writes_and_makes_again(
    models_folder: Path,
    files: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MEZZOTINT_MODELS_FOLDER", str(models_folder))
    monkeypatch.setenv("MEZZOTINT_OUTPUT_FOLDER", str(tmp_path / "out"))
    names = [str(path) for path in files]
    options = ["-m", "toy", "-n", "1", "--json"]
    assert run(["blend", *names, "--weights", "1,2,1", *options], {}) == 0
    (written,) = json.loads(capsys.readouterr().out)["pictures"]
    assert run(["blend", "--from", written["path"], "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out)["is_same"] is True
    assert run(["blend", *names, "--weights", "1,b", *options], {}) == 2
