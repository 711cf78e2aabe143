"""What the training pages tell a user to type works, in both languages; times are cut short."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mezzotint.cli.app import run
from mezzotint.training.recipes import RECIPES

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("training.md", "training.zh.md")
SHORT = ["--threads", "1", "--set", "batch_size=8"]


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(name: str) -> list[list[str]]:
    (block,) = blocks(name, "bash")
    return [shlex.split(line, comments=True)[1:] for line in block.splitlines()]


def cut_short(arguments: list[str]) -> list[str]:
    """Replace the minutes of a command: as many pictures as minutes."""
    place = arguments.index("--minutes")
    images = str(8 * int(arguments[place + 1]) // 15)
    return [*arguments[:place], "--images", images, *arguments[place + 2 :], *SHORT]


@pytest.fixture
def my_pictures() -> None:
    stream = np.random.default_rng(0)
    for name in ("moss", "rust"):
        folder = Path("my-pictures") / name
        folder.mkdir(parents=True)
        for index in range(8):
            pixels = stream.integers(0, 255, (28, 28), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"{index}.png")


def test_commands_run_in_order(my_pictures: None) -> None:
    typed = commands("training.md")
    assert len(typed) == 4
    for arguments in typed:
        assert run(cut_short(arguments), {}) == 0, arguments
    runs = Path("home/runs")
    assert sorted(folder.name for folder in runs.iterdir()) == ["my-codec", "my-pictures"]
    page = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    made = {path.name for folder in runs.iterdir() for path in folder.iterdir()}
    assert {name for name in made if f"`{name}`" in page or f"`{name}/`" in page} >= made - {
        "export"
    }


def test_python_of_the_page_runs(my_pictures: None, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("training.md", "python")
    short = code.replace("minutes=30", "images=16").replace('"16"}', '"16", "batch_size": "8"}')
    exec(compile(short, "training.md", "exec"), {})
    ending, path, report = capsys.readouterr().out.split()
    assert ending == "finished"
    assert (Path(path) / "card.json").exists()
    assert Path(report).exists()


def test_both_languages_type_the_same() -> None:
    assert commands(PAGES[0]) == commands(PAGES[1])
    assert blocks(PAGES[0], "python") == blocks(PAGES[1], "python")


@pytest.mark.parametrize("name", PAGES)
def test_every_recipe_is_named(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert [recipe for recipe in RECIPES if f"`{recipe}`" not in text] == []
