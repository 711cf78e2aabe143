"""Captions of tiles and characters composed of layers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from tools.sprites.__main__ import main
from tools.sprites.captions import CaptionRules
from tools.sprites.tiles import Tile


@pytest.fixture(scope="module")
def rules() -> CaptionRules:
    return CaptionRules.load()


def tile(text: str, category: str) -> Tile:
    return Tile(path=Path("x.png"), text=text, category=category, size=(32, 32), is_duplicate=False)


@pytest.mark.parametrize(
    ("text", "category", "caption"),
    [
        ("crystal wall lightblue", "dngn/wall", "light blue crystal wall"),
        ("i staff air", "item/staff", "staff air"),
        ("brick dark 3", "dngn/wall", "dark brick wall"),
        ("brown", "item/potion", "brown potion"),
        ("deep elf mage", "mon/humanoids/elves", "deep elf mage"),
        ("dirt ne", "dngn/floor", None),
        ("bolt of fire", "gui/spells/fire", None),
    ],
)
def test_name_becomes_plain_caption(
    rules: CaptionRules, text: str, category: str, caption: str | None
) -> None:
    assert rules.caption(tile(text, category)) == caption


def test_chinese_says_who_last_and_only_known_words(rules: CaptionRules) -> None:
    caption = "elf woman in red robe with dagger and green buckler"
    assert rules.chinese(caption) == "身穿红色长袍、带匕首、绿色小圆盾的精灵女子"
    assert rules.chinese("red florble") is None


def make_tiles(folder: Path, rules: CaptionRules) -> None:
    rows: list[dict[str, object]] = []
    names = {"mon/animals": "red rat", "player/base": "elf f"}
    names |= {f"player/{layer.folder}": "blue" for layer in rules.layers if layer.folder != "base"}
    folder.mkdir()
    for number, (category, text) in enumerate(names.items()):
        pixels = Image.new("RGBA", (32, 32))
        pixels.paste((number * 20, 0, 0, 255), (number, number, number + 4, number + 4))
        pixels.save(folder / f"{number}.png")
        row = {"file_name": f"{number}.png", "text": text, "category": category.split("/")}
        rows.append({**row, "size": [32, 32], "duplicate": False})
    lines = "\n".join(map(json.dumps, rows))
    (folder / "metadata.jsonl").write_text(lines + "\n", encoding="utf-8")


def test_folder_is_the_same_for_the_same_seed(tmp_path: Path, rules: CaptionRules) -> None:
    make_tiles(tmp_path / "tiles", rules)
    for name in ("a", "b"):
        arguments = [str(tmp_path / "tiles"), str(tmp_path / name), "--characters", "5"]
        assert main(arguments) == 0
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    assert len(files) == 7  # a rat, five characters, their captions
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    captions = (tmp_path / "a" / "metadata.jsonl").read_text(encoding="utf-8")
    assert '"red rat", "红色老鼠"' in captions
    assert captions.count("elf woman") == 10  # text and texts of each character
