"""Editing through the studio: any picture, linked parents, exact remakes, plain refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.imaging.encode import encode_pixels
from mezzotint.imaging.pixel_hash import pixel_hash
from mezzotint.imaging.read import read_picture
from mezzotint.studio.hole_text import Region, hole_of_text, write_hole
from mezzotint.studio.output import Made
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio
from toys.latent_bundles import LOSSY, write_latent_bundle

EDITS: dict[str, Callable[[Studio, Path], Made]] = {
    "region": lambda studio, path: studio.region(
        path, Region(box="25%,25%,50%,50%"), prompt="red fox --s 300", feather_px=2, num_images=2
    ),
    "zoom": lambda studio, path: studio.zoom(path, 1.5, seed=4),
    "pan": lambda studio, path: studio.pan(path, "left", "120%"),
    "square": lambda studio, path: studio.square(path, prompt="雪"),
    "uncrop": lambda studio, path: studio.uncrop(path, "3:1", format="webp"),
}


@pytest.fixture(scope="module")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_latent_bundle(folder / "toy", LOSSY)
    return folder


@pytest.fixture
def studio(models_folder: Path) -> Studio:
    return Studio(load_settings(models_folder=models_folder, default_model="toy"))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(1).integers(0, 256, (50, 70, 3), np.uint8)
    path = tmp_path / "photo.png"
    path.write_bytes(encode_pixels(pixels, "png").data)
    return path


@pytest.mark.parametrize("verb", EDITS)
def test_an_edit_links_its_parent_and_makes_itself_again(
    studio: Studio, photo: Path, verb: str
) -> None:
    image = EDITS[verb](studio, photo).images[-1]
    record = image.record
    assert record.verb == verb
    assert record.parent_pixel_sha256 == (pixel_hash(read_picture(photo).pixels),)
    assert record.digital_source_type == "compositeWithTrainedAlgorithmicMedia"
    again = studio.make_again(image.data, parents=[photo])
    assert again.data == image.data


def test_the_parent_is_needed_to_make_it_again(studio: Studio, photo: Path, tmp_path: Path) -> None:
    image = studio.square(photo).images[0]
    other = tmp_path / "other.png"
    other.write_bytes(encode_pixels(np.zeros((5, 5, 3), np.uint8), "png").data)
    for parents in ([], [other]):
        with pytest.raises(InputError) as caught:
            studio.make_again(image.data, parents=parents)
        assert caught.value.code == "record.parent"


def test_our_own_picture_stays_all_ai_and_its_model_is_used(
    models_folder: Path, tmp_path: Path
) -> None:
    ours = Studio(load_settings(models_folder=models_folder, default_model="toy"))
    path = ours.imagine("fox --seed 1", num_images=1).images[0].save(tmp_path)
    elsewhere = Studio(load_settings(models_folder=models_folder))  # another default
    record = elsewhere.zoom(path, 2).images[0].record
    assert record.model == "toy"
    assert record.digital_source_type == "trainedAlgorithmicMedia"
    assert "trainedAlgorithmicMedia" in record.parent_labels


def test_alpha_is_kept(studio: Studio, tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (20, 30, 4), np.uint8)
    path = tmp_path / "clear.png"
    path.write_bytes(encode_pixels(pixels, "png").data)
    made = studio.pan(path, "right", 10).images[0]
    assert (read_picture(made.data).pixels[:, :30] == pixels).all()


def test_regions_are_read_in_every_way(studio: Studio, photo: Path, tmp_path: Path) -> None:
    polygon = tmp_path / "polygon.json"
    polygon.write_text("[[10, 10], [40, 10], [40, 30]]")
    mask = np.zeros((50, 70, 1), np.uint8)
    mask[10:20, 10:20] = 255
    strokes = json.dumps([{"radius_px": 5, "points": [[10, 10], [30, 30.5]]}])
    parent = read_picture(photo).pixels
    for region, inside, outside in [
        (Region(box="10, 10, 20, 20"), (15, 15), (40, 40)),
        (Region(polygon=polygon), (12, 35), (28, 12)),
        (Region(strokes=strokes), (20, 20), (40, 60)),
        (Region(mask=encode_pixels(mask, "png").data), (15, 15), (40, 40)),
    ]:
        made = studio.region(photo, region, prompt="snow", seed=1).images[0].pixels
        assert (made[inside] != parent[inside]).any(), region
        assert (made[outside] == parent[outside]).all(), region
        inverted = studio.region(photo, region, prompt="snow", seed=1, invert=True).images[0]
        assert (inverted.pixels[inside] == parent[inside]).all()


@pytest.mark.parametrize(
    ("region", "code"),
    [
        (Region(), "region.none"),
        (Region(box="1,1,2,2", polygon="[[1,1],[2,2],[1,2]]"), "region.several"),
        (Region(box="1,1,2"), "region.shape"),
        (Region(box="a,1,2,3"), "region.shape"),
        (Region(box="nan,1,2,3"), "region.shape"),
        (Region(polygon="[[1, 1], [2, 2]]"), "region.shape"),
        (Region(polygon="[[1, 1], 4]"), "region.shape"),
        (Region(polygon="missing.json"), "region.shape"),
        (Region(strokes='[{"radius_px": 1, "points": [[1, 1]], "colour": 3}]'), "region.shape"),
        (Region(box="100,100,5,5"), "region.empty"),
        (Region(mask=b"no picture"), "picture.not-a-picture"),
        (
            Region(mask=encode_pixels(np.full((5, 5, 1), 255, np.uint8), "png").data),
            "region.size",
        ),
    ],
)
def test_what_is_no_region_is_refused(
    studio: Studio, photo: Path, region: Region, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        studio.region(photo, region)
    assert caught.value.code == code


@given(hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_holes_survive_the_recipe(hole: np.ndarray) -> None:
    height, width = hole.shape
    text = write_hole(hole)
    assert (hole_of_text(text, (height, width)) == hole).all()
    for damaged in (text[:-8], "?", text[4:]):
        with pytest.raises(InputError):
            hole_of_text(damaged, (height, width))


def test_a_large_box_fits_into_any_format() -> None:
    hole = np.zeros((4000, 3000), np.bool_)
    hole[1000:3000, 700:2100] = True
    assert len(write_hole(hole)) < 1000


def test_sizes_that_make_no_sense_are_refused(studio: Studio, photo: Path) -> None:
    for code, ask in [
        ("zoom.factor", lambda: studio.zoom(photo, 1)),
        ("pan.length", lambda: studio.pan(photo, "up", "far")),
        ("pan.length", lambda: studio.pan(photo, "up", 0)),
        ("uncrop.aspect", lambda: studio.uncrop(photo, "wide")),
        ("edit.size", lambda: studio.pan(photo, "up", 2_000_000)),
        ("edit.nothing", lambda: studio.uncrop(photo, "70:50")),
    ]:
        with pytest.raises(InputError) as caught:
            ask()
        assert caught.value.code == code


def test_the_shipped_model_says_why_it_cannot(photo: Path) -> None:
    with pytest.raises(UnsupportedError) as caught:
        Studio().zoom(photo, 2)
    assert caught.value.code == "engine.no_latents"
    assert "family latent" in str(caught.value.hint)
