"""Sample sheets: the same noise painted again and again, so that one sees a run learn."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mezzotint.engines.pixels import to_pixels
from mezzotint.training.batches import to_array
from mezzotint.training.files import write_durably
from mezzotint.training.learner import Learner

SHEET_SEED = 0
MIN_SHEET_PX = 560  # small pictures are shown larger, every pixel a square


def sheet_of(pixels: NDArray[np.uint8], columns: int) -> Image.Image:
    """Lay pictures out in rows, left to right, top to bottom.

    Args:
        pixels: uint8 [N, H, W, C].
        columns: Pictures a row; the last row may be short and is filled with black.

    Example:
        >>> sheet_of(np.zeros((6, 28, 20, 1), np.uint8), 3).size
        (60, 56)
    """
    count, height, width, channels = pixels.shape
    rows = math.ceil(count / columns)
    grid = np.zeros((rows * columns, height, width, channels), np.uint8)
    grid[:count] = pixels
    sheet = grid.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    sheet = sheet.reshape(rows * height, columns * width, channels)
    return Image.fromarray(sheet[:, :, 0] if channels == 1 else sheet)


def enlarge(sheet: Image.Image) -> Image.Image:
    """Return the sheet enlarged by a whole factor until its shorter side is easy to look at."""
    factor = max(1, MIN_SHEET_PX // min(sheet.size))
    return sheet.resize((sheet.width * factor, sheet.height * factor), Image.Resampling.NEAREST)


def paint_sheet(learner: Learner) -> Image.Image:
    """Paint ten rows of small or five of large pictures with the averaged net, a column a class."""
    small = max(learner.shape.height_px, learner.shape.width_px) <= 64
    columns = rows = 10 if small else 5
    if 2 <= learner.shape.num_classes <= 12:  # classes take turns: each keeps to its columns
        columns = learner.shape.num_classes * max(columns // learner.shape.num_classes, 1)
    painted = learner.sample(SHEET_SEED, rows * columns).nan_to_num(nan=-1.0)
    return sheet_of(to_pixels(to_array(painted)), columns)


def encode_webp(sheet: Image.Image) -> bytes:
    """Return the sheet as lossless WebP."""
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", lossless=True, quality=60, method=4)
    return buffer.getvalue()


def write_sheet(folder: Path, learner: Learner, images_seen: int) -> Path:
    """Paint a sheet into the run's folder, named by the images seen.

    Raises:
        FailedError: The disk is full or does not allow it.
    """
    path = folder / "samples" / f"{images_seen:09d}.webp"
    write_durably(path, encode_webp(enlarge(paint_sheet(learner))))
    return path
