"""Verbs of manner through the studio: strength 0 is the parent, files make themselves again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mezzotint.cli.app import run
from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.imaging.encode import encode_pixels
from mezzotint.imaging.read import read_picture
from mezzotint.studio.output import Made
from mezzotint.studio.settings import load_settings
from mezzotint.studio.sliding import Strip
from mezzotint.studio.studio import Studio
from toys.latent_bundles import IDENTITY, LOSSY, write_latent_bundle


@pytest.fixture(scope="module", params=[IDENTITY, LOSSY], ids=["identity", "lossy"])
def studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("models")
    write_latent_bundle(folder / "toy", request.param)
    return Studio(load_settings(models_folder=folder, default_model="toy"))


@pytest.fixture
def ours(studio: Studio, tmp_path: Path) -> Path:
    path = foreign_picture(tmp_path / "ref.png", 7)
    made = studio.imagine(f"{path} fox --iw 0.5 --sref {path} --seed 3", num_images=1)
    path.unlink()
    return made.images[0].save(tmp_path / "ours.png")


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    return foreign_picture(tmp_path / "foreign.png", 1)


def foreign_picture(path: Path, seed: int, shape: tuple[int, ...] = (30, 41, 3)) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    path.write_bytes(encode_pixels(pixels, "png").data)
    return path


def test_strength_0_gives_the_parent_of_any_origin(
    studio: Studio, ours: Path, foreign: Path
) -> None:
    for path in (ours, foreign):
        expected = read_picture(path).pixels
        for made in (
            studio.vary(path, strength=0, num_images=1),
            studio.restyle(path, "snow", strength=0),
        ):
            assert np.array_equal(made.images[0].pixels, expected)
            assert made.images[0].record.parent_pixel_sha256


def test_one_seed_gives_one_picture_and_files_make_themselves_again(
    studio: Studio, ours: Path, foreign: Path
) -> None:
    for path in (ours, foreign):
        for name in ("vary", "remix", "restyle", "like"):
            first, again, other = (
                changed(studio, name, path, foreign, seed).images for seed in (5, 5, 6)
            )
            assert [one.data for one in first] == [one.data for one in again]
            assert first[1].pixels.tobytes() != other[1].pixels.tobytes()
            assert studio.make_again(first[1].data, parents=[path, foreign]).data == first[1].data


def changed(studio: Studio, name: str, path: Path, like: Path, seed: int) -> Made:
    if name == "vary":
        return studio.vary(path, strength=0.4, num_images=2, seed=seed)
    if name == "remix":
        return studio.vary(path, prompt="snow", num_images=2, seed=seed)
    if name == "restyle":
        return studio.restyle(path, "snow", num_images=2, seed=seed)
    return studio.restyle(path, like=like, num_images=2, seed=seed)


def test_a_restyled_picture_is_varied_by_its_recipe(
    studio: Studio, ours: Path, tmp_path: Path
) -> None:
    path = studio.restyle(ours, "snow", seed=5).images[0].save(tmp_path / "snow.png")
    child = studio.vary(path, num_images=2, seed=4).images[1]
    assert "restyle.1.embedding" in child.record.parameters
    assert "vary.2.seed" in child.record.parameters
    assert studio.make_again(child.data).data == child.data


def test_more_strength_keeps_less_of_a_file(studio: Studio, tmp_path: Path) -> None:
    side = studio.open_engine("toy").card.height_px
    path = foreign_picture(tmp_path / "native.png", 2, (side, side, 3))
    pixels = read_picture(path).pixels
    kept: list[float] = []
    for strength in (0.2, 0.6, 1.0):
        varied = studio.vary(path, strength=strength, num_images=1, seed=3).images[0].pixels
        kept.append(float((varied[..., :3] == pixels).all(axis=2).mean()))
    assert kept == sorted(kept, reverse=True)
    assert kept[0] >= 0.75
    assert kept[2] < 0.1


def test_a_film_between_files_passes_through_them(
    studio: Studio, foreign: Path, ours: Path, tmp_path: Path
) -> None:
    other = foreign_picture(tmp_path / "other.png", 9, (60, 82, 3))
    film = studio.loop([foreign, other], num_steps=4, seed=1, format="webp", scale=1).film
    assert len(film.frames) == 8
    # Half of the way nothing is known of either, there and back.
    assert len({frame.tobytes() for frame in film.frames}) == 7
    assert film.frames[2].tobytes() == film.frames[6].tobytes()
    assert studio.make_again(film.data, parents=[other, foreign]).data == film.data
    film = studio.morph([ours, foreign], num_steps=3, seed=1, format="webp", scale=1).film
    assert np.array_equal(film.frames[0], read_picture(ours).pixels)
    assert studio.make_again(film.data, parents=[foreign]).data == film.data
    with pytest.raises(InputError) as caught:
        studio.make_again(film.data)
    assert caught.value.code == "record.parent"


def test_labels_of_a_file_are_kept(studio: Studio, ours: Path) -> None:
    grid = studio.grid("fox", x="seed=1,2").images[0]  # ours, without a recipe to follow
    made = studio.vary(grid.data, num_images=1).images[0]
    assert "trainedAlgorithmicMedia" in made.record.parent_labels


def test_sliders_of_the_shipped_sprites(tmp_path: Path, foreign: Path) -> None:
    sprites = Studio(load_settings(default_model="sprites"))
    assert {"red", "golden", "axis-1", "layer-1"} <= {one.name for one in sprites.list_sliders()}
    path = sprites.imagine("red dragon --seed 7", num_images=1).images[0].save(tmp_path / "a.png")
    for source in (path, foreign):
        pixels = read_picture(source).pixels
        still = sprites.sliders(source, {"golden": 0, "axis-1": 0}).images[0]
        assert np.array_equal(still.pixels, pixels)
        moved = sprites.sliders(source, {"golden": 1.5}, seed=2).images[0]
        assert moved.pixels.tobytes() != pixels.tobytes()
        assert sprites.make_again(moved.data, parents=[source]).data == moved.data
        strip = sprites.sliders(source, strip=Strip(name="golden", num_steps=3), seed=2).images[0]
        assert sprites.make_again(strip.data, parents=[source]).data == strip.data
    with pytest.raises(InputError, match="goldn") as caught:
        sprites.sliders(path, {"goldn": 1})
    assert "golden" in str(caught.value.hint)


def test_what_cannot_be_done_is_refused(studio: Studio, ours: Path, foreign: Path) -> None:
    for code, ask in [
        ("restyle.manner", lambda: studio.restyle(ours)),
        ("restyle.references", lambda: studio.restyle(ours, f"{foreign} snow")),
        ("sliders.missing", lambda: studio.sliders(ours)),
        ("sliders.none", lambda: studio.sliders(ours, {"red": 1})),
        ("sliders.strip", lambda: studio.sliders(ours, strip=Strip(name="red", num_steps=1))),
        ("engine.no_latents", lambda: studio.restyle(foreign, "snow", model="fashion")),
    ]:
        with pytest.raises((InputError, UnsupportedError)) as caught:
            ask()
        assert caught.value.code == code


def test_imagine_makes_files_of_other_verbs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEZZOTINT_OUTPUT_FOLDER", str(tmp_path / "out"))
    assert run(["imagine", "red dragon --seed 7", "-m", "sprites", "-n", "1", "--json"], {}) == 0
    (dragon,) = json.loads(capsys.readouterr().out)["pictures"]
    assert run(["restyle", dragon["path"], "blue", "ice", "--json"], {}) == 0
    (restyled,) = json.loads(capsys.readouterr().out)["pictures"]
    for command in ("imagine", "restyle"):
        assert run([command, "--from", restyled["path"], "--json"], {}) == 0
        assert json.loads(capsys.readouterr().out)["is_same"] is True
    for model in (["-m", "sprites"], [dragon["path"]]):  # named, or the one that made a picture
        assert run(["sliders", "--list", *model, "--json"], {}) == 0
        assert len(json.loads(capsys.readouterr().out)["sliders"]) > 32
