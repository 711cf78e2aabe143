"""The verbs as a user types them: files, JSON, and one clear line for what is wrong."""

import json
from pathlib import Path

import pytest
from PIL import Image

from mezzotint.cli.app import run


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run([*arguments, "--json"], {}) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_from_prompt_to_variation_to_film_to_advert(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["-o", str(tmp_path)]
    made(capsys, "imagine", "ankle boot --seed 7", "-n", "1", *out)
    boot = str(tmp_path / "ankle-boot-7-0.png")
    varied = made(capsys, "vary", boot, "--strong", "-n", "2", "--seed", "1", *out)
    assert isinstance(varied["pictures"], list)
    child = str(tmp_path / "ankle-boot-vary-1-0.png")
    film = made(capsys, "morph", boot, "bag", "--seed", "2", "--steps", "2", *out)
    assert film["num_frames"] == 3
    assert run(["vary", "--from", child, *out], {}) == 0
    assert "Every byte is the same" in capsys.readouterr().out
    made(capsys, "compose", "ad", boot, "--headline", "Walk on", "--aspects", "64x64", *out)
    assert (tmp_path / "ankle-boot-7-0-ad-64x64.png").exists()


def test_a_batch_says_how_fast_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("prompt\nbag\ncoat\n")
    assert run(["batch", str(table), "-o", str(tmp_path / "out")], {}) == 0
    assert "2 pictures" in capsys.readouterr().out
    assert made(capsys, "batch", str(table), "-o", str(tmp_path / "out"))["num_rows_kept"] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["vary"], "usage.missing"),
        (["vary", "missing.png"], "picture.missing"),
        (["vary", "plain.png"], "record.missing"),
        (["vary", "plain.png", "--strength", "2"], "usage.value"),
        (["vary", "--from", "missing.png"], "picture.missing"),
        (["vary", "--prompt", "a", "--from", "plain.png"], "usage.both"),
        (["morph"], "usage.missing"),
        (["loop", "bag", "--keys", "1"], "morph.keys"),
        (["loop", "{bag, coat}"], "prompt.several"),
        (["grid", "bag"], "usage.missing"),
        (["grid", "bag", "--x", "stilize=1"], "grid.parameter"),
        (["batch", "plain.png"], "batch.encoding"),
        (["batch", "missing.csv"], "file.missing"),
        (["compose", "ad", "plain.png"], "usage.missing"),
        (["compose", "ad", "plain.png", "--headline", " "], "ad.headline"),
        (["compose", "skybox", "missing.png"], "picture.missing"),
        (["compose", "texture", "plain.png"], "texture.size"),
        (["upscale", "plain.png", "--by", "5", "--method", "pixel-art"], "upscale.factor"),
    ],
)
def test_what_is_wrong_has_a_code_and_exits_with_2(
    arguments: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (7, 7)).save(tmp_path / "plain.png")
    assert run([*arguments, "--json"], {}) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
    assert not (tmp_path / "pictures").exists()
