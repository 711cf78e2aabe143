"""`mezzotint imagine`, `verify` and `models` as a user types them, with the shipped model."""

import json
from pathlib import Path

import pytest
from PIL import Image

from mezzotint.cli.app import run


def imagine_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run(["imagine", *arguments, "--json"], {}) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_prints_the_paths_of_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["imagine", "ankle boot --seed 7", "--out", str(tmp_path / "new")], {}) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert len(paths) == 5
    for path in paths[:4]:
        with Image.open(path) as picture:
            assert picture.size == (28, 28)


def test_words_need_no_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = imagine_json(capsys, "ankle", "boot", "--seed", "7", "-n", "1", "-o", str(tmp_path))
    pictures = document["pictures"]
    assert isinstance(pictures, list)
    assert pictures[0]["prompt"] == "ankle boot --seed 7"
    assert document["sheet"] is None


def test_unknown_words_are_named_in_the_language_of_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["imagine", "a red t-shirt --seed 1", "-n", "1", "-o", str(tmp_path)]
    assert run(arguments, {}) == 0
    english = capsys.readouterr().err
    assert "does not know 'red'" in english
    assert "ankle boot (短靴)" in english
    assert run([*arguments, "--lang", "zh"], {}) == 0
    chinese = capsys.readouterr().err
    assert "red" in chinese
    assert "does not know" not in chinese


def test_verify_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["imagine", "bag --seed 4", "-n", "1", "-o", str(tmp_path)], {})
    path = Path(capsys.readouterr().out.strip())
    assert run(["verify", str(path)], {}) == 0
    said = capsys.readouterr().out
    assert "Model: fashion" in said
    assert "Prompt: bag --seed 4" in said
    assert "Seed: 4, picture 0" in said
    assert run(["imagine", "--from", str(path), "--out", str(tmp_path)], {}) == 0
    again = Path(capsys.readouterr().out.splitlines()[0])
    assert again != path
    assert again.read_bytes() == path.read_bytes()


def test_verify_says_what_was_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["imagine", "bag --seed 4", "-n", "1", "-o", str(tmp_path)], {})
    path = Path(capsys.readouterr().out.strip())
    with Image.open(path) as picture:
        picture.putpixel((3, 3), 255 - int(picture.getpixel((3, 3)) or 0))  # type: ignore[arg-type]
        texts = dict(picture.info)
        from PIL.PngImagePlugin import PngInfo

        chunks = PngInfo()
        for key, value in texts.items():
            chunks.add_itxt(str(key), str(value))
        picture.save(path, pnginfo=chunks)
    assert run(["verify", str(path)], {}) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["imagine", "bag", "--model", "fashio"], "model.unknown"),
        (["imagine", "--ar 1:1"], "prompt.empty"),
        (["imagine", "bag::-1"], "weights.sum"),
        (["imagine"], "usage.missing"),
        (["imagine", "bag", "--from", "x.png"], "usage.both"),
        (["verify", "missing.png"], "picture.missing"),
        (["models", "show", "nothing"], "model.unknown"),
        (["models", "remove", "fashion", "--yes"], "model.shipped"),
    ],
)
def test_what_is_wrong_has_a_code_and_exits_with_2(
    arguments: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--json"], {}) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
    assert not (tmp_path / "pictures").exists()


def test_models_go_out_and_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"], {}) == 0
    assert "fashion" in capsys.readouterr().out
    assert run(["models", "export", "fashion", str(tmp_path / "f.zip")], {}) == 0
    assert run(["models", "import", str(tmp_path / "f.zip"), "--name", "copy"], {}) == 0
    assert run(["models", "show", "copy"], {}) == 0
    assert "Fashion-MNIST" in capsys.readouterr().out
    assert run(["models", "remove", "copy", "--yes"], {}) == 0


def test_a_read_only_folder_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert run(["imagine", "bag --seed 1", "-o", str(blocked)], {}) == 2
    said = capsys.readouterr().err
    assert str(blocked) in said
    assert "Traceback" not in said
