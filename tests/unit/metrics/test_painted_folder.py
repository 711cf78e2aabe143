"""Painted folders come back with the truth about every picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mezzotint.data.scenes import SceneOptions, scene_at, write_scenes
from mezzotint.domain.errors import InputError
from mezzotint.metrics.painted_folder import read_painted_folder

OPTIONS = SceneOptions(height_px=32, width_px=48, seed=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    painted = tmp_path_factory.mktemp("painted")
    write_scenes(painted, 3, OPTIONS)
    return painted


def test_pixels_scenes_and_captions_come_back(folder: Path) -> None:
    painted = read_painted_folder(folder)
    assert painted.pixels.shape == (3, 32, 48, 3)
    assert painted.scenes == tuple(scene_at(OPTIONS, index) for index in range(3))
    assert set(painted.captions) == {"en", "zh"}
    assert all(caption.isascii() for caption in painted.captions["en"])
    assert not any(caption.isascii() for caption in painted.captions["zh"])


def test_pictures_are_shrunk_as_a_ruler_shrinks_them(folder: Path) -> None:
    import torch
    from torch.nn.functional import interpolate

    whole = read_painted_folder(folder, limit=2).pixels
    small = read_painted_folder(folder, (16, 24), limit=2).pixels
    as_tensor = torch.from_numpy(whole).permute(0, 3, 1, 2).float()
    expected = interpolate(as_tensor, size=(16, 24), mode="bilinear", antialias=True)
    assert np.abs(small - expected.permute(0, 2, 3, 1).numpy()).max() <= 1.0


def test_a_folder_without_scenes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no painted scenes"):
        read_painted_folder(tmp_path)
    (tmp_path / "metadata.jsonl").write_text('{"file_name": "a.png", "text": "a fox"}\n')
    with pytest.raises(InputError, match="no painted scenes"):
        read_painted_folder(tmp_path)
