"""The promise of the studio: the same seed gives the same bytes, and a file makes itself again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mezzotint.domain.errors import InputError
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


def test_four_pictures_and_a_sheet(studio: Studio) -> None:
    result = studio.imagine("ankle boot --seed 7")
    assert len(result.images) == 4
    assert len({image.data for image in result.images}) == 4
    assert [image.name for image in result.images] == [f"ankle-boot-7-{i}.png" for i in range(4)]
    assert result.sheet is not None
    assert result.sheet.name == "ankle-boot-7-sheet.png"
    assert result.warnings == ()


@pytest.mark.parametrize("num_threads", [1, 2, 5])
def test_bytes_do_not_depend_on_threads_or_batch(studio: Studio, num_threads: int) -> None:
    expected = studio.imagine("bag --seed 42").images
    other = Studio(load_settings(num_threads=num_threads))
    for num_images in (1, 7):
        images = other.imagine("bag --seed 42", num_images=num_images).images
        for image, wanted in zip(images, expected, strict=False):
            assert image.data == wanted.data


def test_bytes_do_not_depend_on_the_process(studio: Studio, tmp_path: Path) -> None:
    code = (
        "import mezzotint as mz; "
        "mz.Studio().imagine('coat --seed 5', num_images=2).images[1].save('again.png')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    expected = studio.imagine("coat --seed 5").images[1].data
    assert (tmp_path / "again.png").read_bytes() == expected


@pytest.mark.parametrize("picture_format", ["png", "webp", "jpeg"])
def test_a_file_makes_itself_again_byte_for_byte(studio: Studio, picture_format: str) -> None:
    text = "{sandal, dress}::2 bag --chaos 70 --s 300 --w 90 --ar 3:2 --no coat --r 2 --seed 3"
    images = studio.imagine(text, format=picture_format, num_images=2).images  # type: ignore[arg-type]
    assert len(images) == 8
    for image in images:
        assert studio.imagine_again(image.data).data == image.data


def test_without_a_seed_every_call_draws_another(studio: Studio) -> None:
    first, second = (studio.imagine("bag", num_images=1).images[0] for _ in range(2))
    assert first.record.seed != second.record.seed
    assert first.data != second.data


def test_repeats_go_on_with_the_same_seed(studio: Studio) -> None:
    repeated = studio.imagine("bag --seed 9 --r 2", num_images=2).images
    plain = studio.imagine("bag --seed 9", num_images=4).images
    assert [image.record.picture_index for image in repeated] == [0, 1, 2, 3]
    assert [image.pixels.tobytes() for image in repeated] == [i.pixels.tobytes() for i in plain]


def test_chinese_and_english_prompts_paint_the_same(studio: Studio) -> None:
    english = studio.imagine("ankle boot --seed 1").images
    chinese = studio.imagine("一双短靴 --seed 1").images
    assert [i.pixels.tobytes() for i in english] == [i.pixels.tobytes() for i in chinese]


def test_private_files_keep_labels_and_drop_the_prompt(studio: Studio) -> None:
    image = studio.imagine("ankle boot --seed 7", private=True).images[0]
    checked = studio.verify(image.data)
    assert checked.prompt is None
    assert checked.seed is None
    assert checked.is_intact
    assert b"boot" not in image.data
    assert "boot" not in image.name
    with pytest.raises(InputError):
        studio.imagine_again(image.data)


def test_too_many_permutations_need_a_word(studio: Studio) -> None:
    many = "{bag, boot, coat} {a, b, c, d} {e, f, g, h} --seed 1"
    with pytest.raises(InputError) as raised:
        studio.imagine(many, num_images=1)
    assert raised.value.code == "permutation.cap"
    assert len(studio.imagine(many, num_images=1, confirmed=True).images) == 48


def test_saving_never_overwrites(studio: Studio, tmp_path: Path) -> None:
    image = studio.imagine("bag --seed 1", num_images=1).images[0]
    paths = [image.save(tmp_path / "bag.png") for _ in range(3)]
    assert [path.name for path in paths] == ["bag.png", "bag-2.png", "bag-3.png"]
    assert image.save(tmp_path).name == image.name


def test_every_parameter_is_in_the_recipe(studio: Studio) -> None:
    record = studio.imagine("bag --s 300 --chaos 20 --seed 6", num_images=1).images[0].record
    assert record.prompt == "bag --chaos 20 --stylize 300 --seed 6"
    written = json.loads(record.to_json())
    assert written["parameters"]["stylize"] == 300
    assert written["seed"] == 6
    assert len(written["bundle_sha256"]) == 64
