"""Prompts for pictures and the weight of words, on a model whose words point where we say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mezzotint.bundles.read import open_bundle
from mezzotint.cli.app import run
from mezzotint.domain.card import GraphName, WordSpec
from mezzotint.domain.errors import UnsupportedError
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import Engine
from mezzotint.prompt import Prompt, parse
from mezzotint.verbs.describe import describe
from mezzotint.verbs.shorten import shorten
from toys.latent_bundles import write_latent_bundle


class Reader:
    """See the mean colour of a picture; read words as steps along the same axes."""

    AXES = ("red", "green", "blue")
    CHINESE = ("红色", "绿色", "蓝色")

    def __init__(self, engine: Engine) -> None:
        words = [*self.AXES, *self.CHINESE, "the", "grey"]
        specs = tuple(WordSpec(text=word, count=5) for word in words)
        self.card = replace(engine.card, words=specs)
        self.engine = engine

    def layout(self) -> object:
        return self.engine.layout()

    def embed_text(self, texts: list[str]) -> np.ndarray:
        rows = [
            [text.count(a) + text.count(b) for a, b in zip(self.AXES, self.CHINESE, strict=True)]
            for text in texts
        ]
        return self._unit(np.array(rows, np.float32).reshape(-1, 3))

    def embed_pictures(self, pictures: np.ndarray) -> np.ndarray:
        return self._unit(pictures.mean(axis=(1, 2)).astype(np.float32))

    def _unit(self, rows: np.ndarray) -> np.ndarray:
        wide = np.zeros((len(rows), 6), np.float32)
        wide[:, :3] = rows
        wide[:, 3] = 0.1
        return wide / np.linalg.norm(wide, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_latent_bundle(tmp_path_factory.mktemp("models") / "toy")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return Reader(open_engine(open_bundle(folder)))


def prompt(text: str) -> Prompt:
    return parse(text).prompts[0]


def test_the_best_prompt_says_what_is_seen(reader: Reader) -> None:
    pixels = np.zeros((9, 30, 3), np.uint8)
    pixels[..., :2] = 200  # red and green, no blue
    found = describe(reader, pixels)  # pyright: ignore[reportArgumentType]
    assert set(found[0].prompt.split()) == {"red", "green"}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert found[0].score > 0.99
    assert len({frozenset(one.prompt.split()) for one in found}) == len(found) == 4
    assert all("the" not in one.prompt.split() for one in found)


def test_chinese_words_are_found_for_the_same_picture(reader: Reader) -> None:
    pixels = np.zeros((9, 9, 3), np.uint8)
    pixels[..., 2] = 200
    found = describe(reader, pixels, language="zh")  # pyright: ignore[reportArgumentType]
    assert found[0].prompt == "蓝色"


def test_words_that_say_nothing_weigh_nothing(reader: Reader) -> None:
    text = "a red thing, red, some green --ar 3:2"
    shortened = shorten(reader, prompt(text))  # pyright: ignore[reportArgumentType]
    weights = {word.text: word.importance for word in shortened.words}
    assert weights["thing"] == pytest.approx(0, abs=1e-6)
    assert weights["green"] > weights["red"] > 0.001
    assert shortened.prompts[0].prompt == "red, red, green --ar 3:2"
    likenesses = [one.likeness for one in shortened.prompts]
    assert likenesses == sorted(likenesses, reverse=True)
    assert all(len(one.prompt) < len(text) for one in shortened.prompts)


def test_chinese_is_cut_into_known_words(reader: Reader) -> None:
    shortened = shorten(reader, prompt("红色的绿色"))  # pyright: ignore[reportArgumentType]
    assert [word.text for word in shortened.words] == ["红色", "的", "绿色"]
    assert shortened.prompts[0].prompt == "红色绿色"


def test_words_never_read_weigh_nothing_and_go_first(reader: Reader) -> None:
    shortened = shorten(reader, prompt("zebra red green"))  # pyright: ignore[reportArgumentType]
    assert {word.text: word.importance == 0 for word in shortened.words} == {
        "zebra": True,
        "red": False,
        "green": False,
    }
    assert (shortened.prompts[0].prompt, shortened.prompts[0].likeness) == ("red green", 1.0)
    assert [str(warning) for warning in shortened.warnings] != []
    nothing = shorten(reader, prompt("zebra"))  # pyright: ignore[reportArgumentType]
    assert ([word.importance for word in nothing.words], nothing.prompts) == ([0.0], ())


def test_a_word_takes_its_preposition_with_it(reader: Reader) -> None:
    shortened = shorten(reader, prompt("red, red, red with the green"))  # pyright: ignore
    assert all(one.prompt.split()[-1] not in ("with", "the") for one in shortened.prompts)
    assert all(set(one.prompt.replace(",", "").split()) <= {"red", "with", "the", "green"}
               for one in shortened.prompts)  # fmt: skip


def test_a_model_that_cannot_read_is_refused(tmp_path: Path) -> None:
    pixels = np.zeros((9, 9, 3), np.uint8)
    cases: list[tuple[GraphName, str]] = [("image", "engine.no_image"), ("text", "engine.no_text")]
    for left_out, code in cases:
        engine = open_engine(
            open_bundle(write_latent_bundle(tmp_path / left_out, without=[left_out]))
        )
        with pytest.raises(UnsupportedError) as caught:
            describe(engine, pixels)
        assert caught.value.code == code
        if left_out == "text":
            with pytest.raises(UnsupportedError):
                shorten(engine, prompt("fox"))


def test_a_model_without_chinese_says_so(reader: Reader) -> None:
    english = Reader(reader.engine)
    english.card = replace(english.card, words=(WordSpec(text="red", count=3),))
    with pytest.raises(UnsupportedError) as caught:
        describe(english, np.zeros((9, 9, 3), np.uint8), language="zh")  # pyright: ignore
    assert caught.value.code == "describe.no_words"


def test_the_commands_print_scores(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from mezzotint.imaging.encode import encode_pixels

    monkeypatch.setenv("MEZZOTINT_MODELS_FOLDER", str(folder.parent))
    path = tmp_path / "a.png"
    path.write_bytes(encode_pixels(np.full((30, 20, 4), 90, np.uint8), "png").data)
    assert run(["describe", str(path), "-m", "toy", "--words", "zh"], {}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(-1 <= float(line.split()[0]) <= 1 for line in lines)
    assert run(["shorten", "a red fox in snow", "-m", "toy"], {}) == 0
    assert "fox" in capsys.readouterr().out
    assert run(["describe", str(path), "-m", "fashion"], {}) == 2
