"""Prompts to a latent model through the studio: files make themselves again, whatever the words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mezzotint.domain.errors import InputError
from mezzotint.imaging.encode import encode_pixels
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio
from toys.latent_bundles import LOSSY, write_latent_bundle


@pytest.fixture(scope="module")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_latent_bundle(folder / "toy", LOSSY)
    return folder


@pytest.fixture
def studio(models_folder: Path) -> Studio:
    return Studio(load_settings(models_folder=models_folder, default_model="toy"))


def write_picture(path: Path, seed: int, shape: tuple[int, ...] = (40, 30, 3)) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_pixels(pixels, "png").data)
    return path


PROMPTS = [
    "a red fox",
    "红色 狐狸::2 snow::1 --no lake --s 400 --w 1200 --chaos 20",
    "{fox, snow} lake --chaos 100 --ar 3:2 --exp 30 --r 2",
    "castle --tile --ar 2:1 --raw",
    "castle --q 4 --chaos 80",
    "castle --draft --sref random --sw 300",
    "a.png folder/a.png snow --iw 2",
    "a.png --sref folder/a.png::2 7 --cref a.png --cw 50 --oref folder/a.png --q 2",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_file_makes_itself_again_byte_for_byte(
    studio: Studio, tmp_path: Path, prompt: str
) -> None:
    pictures = [
        write_picture(tmp_path / "a.png", 1),
        write_picture(tmp_path / "folder" / "a.png", 2, (9, 64, 4)),
    ]
    made = studio.imagine(prompt, num_images=2)
    for path in pictures:
        path.unlink()
    assert len({image.pixels.tobytes() for image in made.images}) == len(made.images)
    for image in made.images:
        again = studio.imagine_again(image.data)
        assert again.data == image.data


def test_bytes_do_not_depend_on_threads_or_batch(studio: Studio, models_folder: Path) -> None:
    expected = studio.imagine("fox --q 2 --chaos 60 --seed 4").images
    other = Studio(load_settings(models_folder=models_folder, default_model="toy", num_threads=3))
    for num_images in (1, 6):
        images = other.imagine("fox --q 2 --chaos 60 --seed 4", num_images=num_images).images
        for image, wanted in zip(images, expected, strict=False):
            assert image.data == wanted.data


def test_pictures_referred_to_are_parents_by_name_and_hash(studio: Studio, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "secret" / "koi.png", 1)
    record = studio.imagine(f"{path} snow", num_images=1).images[0].record
    assert record.prompt is not None
    assert record.prompt.startswith("koi.png snow")
    assert "secret" not in record.to_json()
    assert len(record.parent_pixel_sha256) == 1


def test_ai_labels_of_references_go_on(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "ours.png").write_bytes(studio.imagine("fox", num_images=1).images[0].data)
    record = studio.imagine("ours.png snow", num_images=1).images[0].record
    assert record.parent_labels


def test_pictures_that_cannot_be_read_are_refused(studio: Studio, tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", 1)
    for prompt, code, may_read in [
        ("missing.png snow", "picture.missing", True),
        ("https://x.test/a.png snow", "reference.address", True),
        ("a.png snow", "reference.files", False),
        ("snow --sref a.png", "reference.files", False),
    ]:
        with pytest.raises(InputError) as caught:
            studio.imagine(prompt, may_read_files=may_read)
        assert caught.value.code == code


def test_a_draft_is_many_small_pictures(studio: Studio) -> None:
    made = studio.imagine("fox --draft --seed 3")
    assert len(made.images) == 64
    assert {image.pixels.shape for image in made.images} == {(32, 32, 3)}  # two units a side
    assert len(studio.imagine("fox --draft", num_images=3).images) == 3


def test_random_styles_are_codes_that_can_be_shared(studio: Studio) -> None:
    images = studio.imagine("fox --sref random --seed 5 --r 2", num_images=1).images
    prompts = [image.record.prompt for image in images]
    assert all(prompt is not None and "random" not in prompt for prompt in prompts)
    assert prompts[0] != prompts[1]
    assert prompts[0] is not None
    shared = studio.imagine(prompts[0], num_images=1).images[0]
    assert shared.pixels.tobytes() == images[0].pixels.tobytes()


def test_words_that_were_never_read_are_named(studio: Studio) -> None:
    said = [str(warning) for warning in studio.imagine("a red fix, 龙").warnings]
    assert said == [
        "This model does not know 'fix'. Did you mean 'fox'?",
        "This model does not know '龙'.",
    ]
