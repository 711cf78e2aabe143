"""Sheets of pictures: sizes, places, captions."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mezzotint.imaging import captions as captions_module
from mezzotint.imaging.captions import CAPTION_HEIGHT_PX
from mezzotint.imaging.contact_sheet import contact_sheet

Pixels = NDArray[np.uint8]


def plain(height: int, width: int, level: int = 0, channels: int = 1) -> Pixels:
    return np.full((height, width, channels), level, np.uint8)


def test_small_pictures_are_enlarged_by_whole_factors() -> None:
    checks = (np.indices((28, 28)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None]
    sheet = contact_sheet([checks], margin_px=0).pixels
    assert sheet.shape == (224, 224, 3)
    assert np.array_equal(sheet[::8, ::8, :1], checks)
    assert set(np.unique(sheet)) == {0, 255}


@pytest.mark.parametrize(
    ("count", "columns", "rows_and_columns"),
    [(1, None, (1, 1)), (4, None, (2, 2)), (5, None, (2, 3)), (8, 8, (1, 8)), (3, 9, (1, 3))],
)
def test_layout(count: int, columns: int | None, rows_and_columns: tuple[int, int]) -> None:
    pictures = [plain(224, 224)] * count
    sheet = contact_sheet(pictures, num_columns=columns, margin_px=10).pixels
    assert sheet.shape == (*(10 + number * 234 for number in rows_and_columns), 3)


def test_each_picture_is_in_its_place() -> None:
    pictures = [plain(30, 30, level) for level in (10, 20, 30, 40)]
    sheet = contact_sheet(pictures, margin_px=8).pixels
    side = 240
    for index, level in enumerate((10, 20, 30, 40)):
        top, left = (8 + part * (side + 8) for part in divmod(index, 2))
        assert (sheet[top : top + side, left : left + side] == level).all()
    assert (sheet[:8] == 255).all()
    assert (sheet[-8:] == 255).all()


def test_sizes_and_channels_may_differ() -> None:
    pictures = [plain(28, 28), plain(300, 100, 9, 3), plain(10, 50, 0, 4), plain(5000, 2500, 7)]
    sheet = contact_sheet(pictures, margin_px=0).pixels
    assert sheet.shape == (2 * 1024, 2 * 512, 3)
    assert (sheet[400:600, 150:350] == 0).all()  # the first, in the middle of its cell
    assert (sheet[1024:, :512] == 255).all()  # the third is transparent all over
    assert (sheet[1024:, 512:] == 7).all()


def test_captions_are_drawn_below_each_picture() -> None:
    pictures = [plain(28, 28, 255)] * 2
    sheet = contact_sheet(pictures, captions=["koi", ""], margin_px=4)
    assert sheet.warnings == ()
    assert sheet.pixels.shape == (4 + 224 + CAPTION_HEIGHT_PX + 4, 4 + 2 * 228, 3)
    assert sheet.pixels[: 4 + 224].min() == 255
    assert sheet.pixels[4 + 224 :, :228].min() < 80
    assert sheet.pixels[4 + 224 :, 228:].min() == 255


def test_long_captions_are_cut() -> None:
    pictures = [plain(28, 28, 255)] * 2
    for caption in ("a very long caption " * 40, "x" * 100_000):
        sheet = contact_sheet(pictures, captions=[caption, ""], margin_px=4).pixels
        assert sheet[:, 228:].min() == 255


def test_chinese_without_a_font_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions_module, "_CHINESE_FONTS", ())
    sheet = contact_sheet([plain(28, 28)], captions=["鲤鱼"])
    assert "Chinese" in str(sheet.warnings[0])
