"""The commands that paint on a picture: what they write, and that they make it again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mezzotint.cli.app import run
from mezzotint.imaging.encode import encode_pixels
from mezzotint.imaging.read import read_picture
from toys.latent_bundles import write_latent_bundle


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEZZOTINT_MODELS_FOLDER", str(tmp_path / "models"))
    monkeypatch.setenv("MEZZOTINT_OUTPUT_FOLDER", str(tmp_path / "out"))
    write_latent_bundle(tmp_path / "models" / "toy")
    path = tmp_path / "photo.png"
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    path.write_bytes(encode_pixels(pixels, "png").data)
    return path


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        (["region", "--box", "10,10,20,20", "--prompt", "fox"], (40, 60)),
        (["zoom", "--by", "1.5"], (60, 90)),
        (["pan", "--to", "up", "--by", "25%"], (50, 60)),
        (["pan", "--to", "left", "--by", "40", "--panorama"], (40, 100)),
        (["square"], (60, 60)),
        (["uncrop", "--ar", "3:1"], (40, 120)),
    ],
)
def test_a_command_writes_a_picture_and_makes_it_again(
    photo: Path,
    arguments: list[str],
    size: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    verb, *options = arguments
    assert run([verb, str(photo), *options, "-m", "toy", "--json"], {}) == 0
    (written,) = json.loads(capsys.readouterr().out)["pictures"]
    assert read_picture(written["path"]).pixels.shape[:2] == size
    assert written["verb"] == verb
    assert run([verb, str(photo), "--from", written["path"], "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out)["is_same"] is True


def test_without_a_picture_the_command_says_what_to_write(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["zoom"], {}) == 2
    assert "mezzotint zoom boat.png" in capsys.readouterr().err


def test_an_interrupt_leaves_nothing_half_written(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezzotint.engines.native import NativeEngine

    generate = NativeEngine.generate
    painted: list[int] = []

    def interrupted(self: NativeEngine, inputs: list[object]) -> object:
        if painted:
            raise KeyboardInterrupt
        painted.append(1)
        return generate(self, inputs)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(NativeEngine, "generate", interrupted)
    assert run(["zoom", str(photo), "-m", "toy", "-n", "2"], {}) not in (0, 2)
    assert painted
    assert not list((photo.parent / "out").rglob("*"))
