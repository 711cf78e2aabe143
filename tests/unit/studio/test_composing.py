"""What is composed from pictures of any origin: right shapes, honest labels, readable atlases."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.domain.errors import InputError
from mezzotint.imaging.read import read_picture
from mezzotint.studio.studio import Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    random = np.random.default_rng(3)
    pixels = random.integers(0, 256, (12, 18, 3), np.uint8).repeat(10, 0).repeat(10, 1)
    Image.fromarray(pixels).save(tmp_path / "photo.jpg", quality=95)
    return tmp_path / "photo.jpg"


@pytest.fixture
def boot(studio: Studio, tmp_path: Path) -> Path:
    return studio.imagine("ankle boot --seed 7", num_images=1).images[0].save(tmp_path / "boot.png")


def test_ads_have_the_shapes_asked_for(studio: Studio, photo: Path, boot: Path) -> None:
    made = studio.ads(
        photo,
        "Walk on",
        subline="from 9 euros",
        logo=boot,
        aspects=["1:1", "9:16", "728x90"],
        size_px=320,
    )
    shapes = [image.pixels.shape for image in made.images]
    assert shapes == [(320, 320, 3), (320, 180, 3), (90, 728, 3)]
    assert [image.name for image in made.images] == [
        "photo-ad-1x1.png",
        "photo-ad-9x16.png",
        "photo-ad-728x90.png",
    ]


@pytest.mark.parametrize("layout", ["over", "beside"])
def test_the_headline_is_in_the_picture(studio: Studio, photo: Path, layout: str) -> None:
    first, second = (
        studio.ads(photo, text, aspects=["16:9"], size_px=320, layout=layout).images[0].pixels  # type: ignore[arg-type]
        for text in ("Walk on", "Sit down")
    )
    assert (first != second).any()


def test_a_photograph_gets_no_ai_label(studio: Studio, photo: Path) -> None:
    image = studio.ads(photo, "Walk on", aspects=["1:1"], size_px=64).images[0]
    checked = studio.verify(image.data)
    assert checked.pixels == "holds"
    assert not checked.labels.says_ai
    assert checked.model is None


def test_a_generated_picture_keeps_its_labels(studio: Studio, boot: Path) -> None:
    ad = studio.ads(boot, "Walk on", aspects=["1:1"], size_px=64).images[0]
    checked = studio.verify(ad.data)
    assert checked.labels.digital_source_type == "compositeWithTrainedAlgorithmicMedia"
    assert checked.is_intact
    assert checked.model == "fashion"
    assert any("ContentProducer" in label for label in checked.foreign_labels)
    large = studio.upscale_sprites([boot], factor=3).images[0]
    assert large.record.digital_source_type == "trainedAlgorithmicMedia"
    parent = studio.verify(boot).record
    assert parent is not None
    assert parent.file is not None
    assert large.record.parent_pixel_sha256 == (parent.file.pixel_sha256,)


def test_a_text_without_a_font_is_one_clear_line(studio: Studio, photo: Path) -> None:
    with pytest.raises(InputError, match="can write") as raised:
        studio.ads(photo, "\U0001333f\U00013340", aspects=["1:1"])
    assert raised.value.code == "font.missing"
    with pytest.raises(InputError) as unreadable:
        studio.ads(photo, "Walk on", font=photo)
    assert unreadable.value.code == "font.unreadable"


@pytest.mark.parametrize("aspect", ["", "1", "0:1", "a:b", "9000x9000", "1000:1"])
def test_wrong_aspects_are_refused(studio: Studio, photo: Path, aspect: str) -> None:
    with pytest.raises(InputError) as raised:
        studio.ads(photo, "Walk on", aspects=[aspect])
    assert raised.value.code == "ad.aspect"


def sprite_folder(folder: Path) -> Path:
    folder.mkdir()
    for number in range(7):
        pixels = np.zeros((16, 12, 4), np.uint8)
        pixels[2 : 6 + number, 3:9] = (30 * number, 99, 200, 255)
        Image.fromarray(pixels).save(folder / f"walk-{number}.png")
    Image.new("RGB", (5, 4), (1, 2, 3)).save(folder / "coin.png")
    return folder


@pytest.mark.parametrize("trim", [True, False])
def test_every_sprite_comes_back_from_the_atlas(studio: Studio, tmp_path: Path, trim: bool) -> None:
    folder = sprite_folder(tmp_path / "sprites")
    atlas = studio.spritesheet([folder], name="hero", trim=trim)
    image_path, json_path = atlas.save(tmp_path / "out")
    document = json.loads(json_path.read_text("utf-8"))
    sheet = read_picture(image_path).pixels
    assert document["meta"]["image"] == "hero.png"
    assert document["meta"]["size"] == {"w": sheet.shape[1], "h": sheet.shape[0]}
    assert len(document["frames"]) == 8
    for name, entry in document["frames"].items():
        frame, place = entry["frame"], entry["spriteSourceSize"]
        restored = np.zeros((entry["sourceSize"]["h"], entry["sourceSize"]["w"], 4), np.uint8)
        restored[place["y"] : place["y"] + place["h"], place["x"] : place["x"] + place["w"]] = (
            sheet[frame["y"] : frame["y"] + frame["h"], frame["x"] : frame["x"] + frame["w"]]
        )
        with Image.open(folder / name) as original:
            assert (restored == np.asarray(original.convert("RGBA"))).all()


def test_a_second_atlas_names_its_own_picture(studio: Studio, tmp_path: Path) -> None:
    folder = sprite_folder(tmp_path / "sprites")
    for name in ("hero.png", "hero-2.png"):
        _, json_path = studio.spritesheet([folder], name="hero").save(tmp_path)
        assert json.loads(json_path.read_text("utf-8"))["meta"]["image"] == name


def test_two_sprites_of_one_name_are_refused(studio: Studio, tmp_path: Path) -> None:
    first, second = sprite_folder(tmp_path / "a"), sprite_folder(tmp_path / "b")
    with pytest.raises(InputError) as raised:
        studio.spritesheet([first, second])
    assert raised.value.code == "spritesheet.names"


def test_a_sky_has_six_faces_and_a_cross(studio: Studio, tmp_path: Path) -> None:
    Image.new("RGB", (64, 32), (10, 120, 240)).save(tmp_path / "sky.png")
    made = studio.skybox(tmp_path / "sky.png")
    assert [image.name for image in made.images][:2] == [
        "sky-skybox-right.png",
        "sky-skybox-left.png",
    ]
    assert all((image.pixels == (10, 120, 240)).all() for image in made.images)
    assert made.sheet is not None
    assert made.sheet.pixels.shape == (48, 64, 3)


def test_a_texture_repeats_and_has_its_maps(studio: Studio, photo: Path) -> None:
    tile, height, normal = studio.texture(photo).images
    assert tile.pixels.shape[:2] == height.pixels.shape[:2] == normal.pixels.shape[:2]
    seam = tile.record.parameters["seam"]
    assert isinstance(seam, float)
    assert seam <= 1.1


@pytest.mark.parametrize(
    ("factor", "method", "code"),
    [
        (0, "squares", "upscale.factor"),
        (5, "pixel-art", "upscale.factor"),
        (99999, "squares", "upscale.size"),
    ],
)
def test_impossible_factors_are_refused(
    studio: Studio, boot: Path, factor: int, method: str, code: str
) -> None:
    with pytest.raises(InputError) as raised:
        studio.upscale_sprites([boot], factor=factor, method=method)  # type: ignore[arg-type]
    assert raised.value.code == code
