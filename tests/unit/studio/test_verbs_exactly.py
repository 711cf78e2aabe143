"""The verbs on the shipped model: exact, linked to parents, made again from their files."""

from pathlib import Path

import numpy as np
import pytest

from mezzotint.domain.errors import InputError
from mezzotint.imaging.formats import AnimationFormat
from mezzotint.imaging.read import read_picture
from mezzotint.studio.studio import Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture
def boot(studio: Studio, tmp_path: Path) -> Path:
    return studio.imagine("ankle boot --seed 7", num_images=1).images[0].save(tmp_path / "boot.png")


def test_strength_0_gives_the_parent_and_links_it(studio: Studio, boot: Path) -> None:
    made = studio.vary(boot, strength=0, num_images=1, seed=3).images[0]
    parent = studio.verify(boot).record
    assert parent is not None
    assert parent.file is not None
    assert (made.pixels == read_picture(boot).pixels).all()
    assert made.record.parent_pixel_sha256 == (parent.file.pixel_sha256,)
    assert "trainedAlgorithmicMedia" in made.record.parent_labels


def test_a_grandchild_makes_itself_again(studio: Studio, boot: Path, tmp_path: Path) -> None:
    child = studio.vary(boot, strength="strong", num_images=3, seed=3).images[2]
    path = child.save(tmp_path / "child.png")
    grandchild = studio.vary(path, num_images=2, seed=4, format="webp").images[1]
    assert (grandchild.pixels != child.pixels).any()
    assert studio.make_again(grandchild.data).data == grandchild.data


def test_other_words_for_the_same_picture(studio: Studio, boot: Path) -> None:
    remixed = studio.vary(boot, strength=0, num_images=1, seed=3, prompt="bag").images[0]
    bag = studio.imagine("bag --seed 7", num_images=1).images[0]
    assert (remixed.pixels == bag.pixels).all()
    assert studio.make_again(remixed.data).data == remixed.data


def test_a_picture_from_elsewhere_has_no_recipe_to_vary(studio: Studio, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (9, 9)).save(tmp_path / "mine.png")
    with pytest.raises(InputError) as raised:
        studio.vary(tmp_path / "mine.png")
    assert raised.value.code == "record.missing"


@pytest.mark.parametrize("file_format", ["gif", "webp", "mp4"])
def test_a_film_makes_itself_again(
    studio: Studio, boot: Path, tmp_path: Path, file_format: AnimationFormat
) -> None:
    film = studio.morph(["bag --seed 2", boot], num_steps=3, format=file_format, scale=2).film
    assert len(film.frames) == 4
    assert (film.frames[3][::2, ::2] == read_picture(boot).pixels).all()
    path = film.save(tmp_path / film.name)
    assert studio.make_again(path).data == film.data


def test_a_loop_of_one_prompt(studio: Studio) -> None:
    film = studio.loop(["sneaker"], num_keys=3, num_steps=4, seed=5, scale=1).film
    pictures = studio.imagine("sneaker --seed 5", num_images=3).images
    assert len(film.frames) == 12
    for number, image in enumerate(pictures):
        assert (film.frames[4 * number] == image.pixels).all()
    steps = [
        float(np.abs(a.astype(int) - b).mean())
        for a, b in zip(film.frames, (*film.frames[1:], film.frames[0]), strict=True)
    ]
    assert steps[-1] <= 1.5 * max(steps[:-1])


def test_a_grid_makes_itself_again(studio: Studio) -> None:
    made = studio.grid("bag", x="stylize=0,1000", y="words=red|ankle boot", seed=4)
    assert any("'red'" in str(warning) for warning in made.warnings)
    assert studio.make_again(made.images[0].data).data == made.images[0].data


def test_a_batch_gives_the_files_of_imagine_and_goes_on(studio: Studio, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('prompt,seed,num_images\nbag,5,2\n"{boot, coat}",,1\n短靴,9,\n', "utf-8")
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    folder = tmp_path / "out"
    done = studio.batch(table, folder, seed=100, progress=tell)
    assert (done.num_images, done.num_kept) == (5, 0)
    assert told[-1] == (5, 5)
    expected = studio.imagine("bag --seed 5", num_images=2).images[1].data
    assert (folder / "00001-bag-5-1.png").read_bytes() == expected
    assert (folder / "00002-coat-102-1.png").exists()
    (folder / "00003-短靴-9-0.png").unlink()
    again = studio.batch(table, folder, seed=100)
    assert (again.num_images, again.num_kept) == (1, 2)
    assert sorted(path.suffix for path in folder.iterdir()).count(".png") == 5


def test_a_torn_journal_line_costs_one_row_at_most(studio: Studio, tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"prompt": "bag"}\n{"prompt": "coat"}\n')
    folder = tmp_path / "out"
    first = studio.batch(table, folder)
    before = {path.name: path.read_bytes() for path in folder.glob("*.png")}
    journal = folder / "batch.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    again = studio.batch(table, folder)
    assert (first.num_images, again.num_images, again.num_kept) == (2, 1, 1)
    assert {path.name: path.read_bytes() for path in folder.glob("*.png")} == before


def test_a_wrong_row_stops_the_batch_before_anything_is_made(
    studio: Studio, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("prompt,model\nbag,\ncoat,fashio\n")
    with pytest.raises(InputError, match="Row 2"):
        studio.batch(table, tmp_path / "out")
    assert list((tmp_path / "out").glob("*.png")) == []
