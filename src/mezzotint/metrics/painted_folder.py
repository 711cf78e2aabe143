"""Scenes that `mezzotint data scenes` painted, read back with the truth about each picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from mezzotint.data.scenes import SceneAttributes

METADATA_FILE = "metadata.jsonl"
FIRST_CAPTION = "text"  # the first language's column; the others are text_zh and so on


@dataclass(frozen=True, kw_only=True, eq=False)
class PaintedFolder:
    """Hold painted scenes and what they show.

    Attributes:
        pixels: uint8 [N, H, W, 3] in [0, 255].
        scenes: What each picture shows.
        captions: Language -> one caption a picture.
    """

    pixels: NDArray[np.uint8]
    scenes: tuple[SceneAttributes, ...]
    captions: Mapping[str, tuple[str, ...]]


def read_painted_folder(
    folder: Path, size_px: tuple[int, int] | None = None, *, limit: int | None = None
) -> PaintedFolder:
    """Read a folder of painted scenes.

    Args:
        folder: Made by `mezzotint data scenes`.
        size_px: (height, width) to shrink the pictures to; None = as painted.
        limit: How many pictures, from the first on; None = all.

    Raises:
        InputError: `metrics.painted`: the folder holds no painted scenes.
    """
    from mezzotint.data.scenes import SceneAttributes

    try:
        with (folder / METADATA_FILE).open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in islice(lines, limit)]
        scenes = tuple(SceneAttributes.from_json(json.dumps(row["attributes"])) for row in rows)
        columns = [name for name in rows[0] if name.split("_")[0] == FIRST_CAPTION]
        captions = {_language(name): tuple(row[name] for row in rows) for name in columns}
        pixels = np.stack([_read(folder / row["file_name"], size_px) for row in rows])
    except (OSError, KeyError, IndexError, json.JSONDecodeError) as error:
        raise InputError(
            "metrics.painted",
            Message("{folder} holds no painted scenes.", folder=str(folder)),
            Message("Paint some first: mezzotint data scenes {folder}", folder=str(folder)),
        ) from error
    return PaintedFolder(pixels=pixels, scenes=scenes, captions=captions)


def _language(column: str) -> str:
    return column.partition("_")[2] or "en"


# Pillow's bilinear filter widens when it shrinks, as the rulers' antialiased one does.
def _read(path: Path, size_px: tuple[int, int] | None) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(path) as picture:
        shown = picture.convert("RGB")
    if size_px is not None and shown.size != (size_px[1], size_px[0]):
        shown = shown.resize((size_px[1], size_px[0]), Image.Resampling.BILINEAR)
    return np.asarray(shown)
