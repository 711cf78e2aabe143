"""Scenes as batches and as folders: in order, resumable, never half-written."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from mezzotint.data.scenes import (
    SceneAttributes,
    SceneOptions,
    labels,
    render,
    scene_at,
    scene_batches,
    write_scenes,
)
from mezzotint.domain.errors import InputError

OPTIONS = SceneOptions(height_px=20, width_px=28, seed=4)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_batches_come_in_order_and_end() -> None:
    batches = list(scene_batches(OPTIONS, batch_size=3, start=2, num=7))
    assert [batch.start for batch in batches] == [2, 5, 8]
    assert [len(batch.scenes) for batch in batches] == [3, 3, 1]
    scenes = [scene for batch in batches for scene in batch.scenes]
    assert scenes == [scene_at(OPTIONS, index) for index in range(2, 9)]
    assert set(batches[0].captions) == {"en", "zh"}


def test_a_run_may_go_on_where_it_stopped() -> None:
    whole = torch.cat([b.pictures for b in scene_batches(OPTIONS, batch_size=5, num=8)])
    rest = torch.cat([b.pictures for b in scene_batches(OPTIONS, batch_size=2, start=3, num=5)])
    assert torch.equal(whole[3:], rest)


def test_the_captions_of_one_language_do_not_depend_on_the_other() -> None:
    chinese = SceneOptions(height_px=20, width_px=28, seed=4, languages=("zh",))
    both = next(scene_batches(OPTIONS, batch_size=4))
    one = next(scene_batches(chinese, batch_size=4))
    assert both.captions["zh"] == one.captions["zh"]


def test_a_folder_holds_pictures_captions_and_attributes(tmp_path: Path) -> None:
    counts: list[int] = []
    written = write_scenes(tmp_path / "new", 5, OPTIONS, batch_size=2, progress=counts.append)
    assert (written.num_painted, written.num_kept) == (5, 0)
    assert counts == [0, 1, 2, 3, 4, 5]
    lines = (tmp_path / "new" / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5
    for index, row in enumerate(map(json.loads, lines)):
        scene = SceneAttributes.from_record(row["attributes"])
        assert scene == scene_at(OPTIONS, index)
        assert row["labels"] == labels(scene)
        assert row["text"]
        assert row["text_zh"]
        with Image.open(tmp_path / "new" / row["file_name"]) as image:
            assert image.size == (28, 20)
            pixels = torch.tensor(list(image.convert("RGB").tobytes()), dtype=torch.uint8)
        assert torch.equal(pixels.view(20, 28, 3), render([scene], 20, 28)[0])


def test_an_interrupted_run_ends_in_the_same_files(tmp_path: Path) -> None:
    write_scenes(tmp_path / "whole", 6, OPTIONS)

    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_scenes(tmp_path / "cut", 6, OPTIONS, batch_size=2, progress=stop)
    assert "metadata.jsonl" not in content(tmp_path / "cut")
    written = write_scenes(tmp_path / "cut", 6, OPTIONS, batch_size=4)
    assert (written.num_painted, written.num_kept) == (3, 3)
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


def test_a_folder_may_grow(tmp_path: Path) -> None:
    write_scenes(tmp_path / "grown", 2, OPTIONS)
    assert write_scenes(tmp_path / "grown", 4, OPTIONS).num_kept == 2
    write_scenes(tmp_path / "whole", 4, OPTIONS)
    assert content(tmp_path / "grown") == content(tmp_path / "whole")


def test_webp_is_lossless(tmp_path: Path) -> None:
    write_scenes(tmp_path, 1, OPTIONS, picture_format="webp")
    with Image.open(tmp_path / "scene-0000000.webp") as image:
        pixels = torch.tensor(list(image.convert("RGB").tobytes()), dtype=torch.uint8)
    assert torch.equal(pixels.view(20, 28, 3), render([scene_at(OPTIONS, 0)], 20, 28)[0])


def test_other_options_do_not_mix_with_what_is_there(tmp_path: Path) -> None:
    write_scenes(tmp_path, 1, OPTIONS)
    before = content(tmp_path)
    with pytest.raises(InputError) as caught:
        write_scenes(tmp_path, 2, SceneOptions(height_px=20, width_px=28, seed=5))
    assert caught.value.code == "scenes.other-recipe"
    assert content(tmp_path) == before


def test_too_small_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_scenes(tmp_path / "new", 1, SceneOptions(height_px=8, width_px=300))
    assert caught.value.code == "scenes.size"
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError) as caught:
        write_scenes(tmp_path / "taken", 1, OPTIONS)
    assert caught.value.code == "folder.not-a-folder"


def test_a_folder_of_somebodys_pictures_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(b"mine")
    with pytest.raises(InputError, match="other files"):
        write_scenes(tmp_path, 1, OPTIONS)
    assert content(tmp_path) == {"mine.png": b"mine"}
