"""Seams of tiles and edits, and what an upscaler gains: on a model and held-out pictures.

* tile: the mean step over the edge of pictures of `imagine --tile`, to the mean step inside.
  Goal: at most 1.1.
* region, zoom: the mean step at the border of what was painted anew, to the step that the real
  picture has at the same place. Goal: at most 1.3.
* upscale: PSNR of pictures halved and enlarged again, beside Lanczos. Goal: 0.5 dB more.

Usage: python -m benchmarks.verb_seams [--model sprites] [--pictures FOLDER] [--limit 100]
`python -m benchmarks verb_seams` takes them from $MEZZOTINT_TEST_MODEL, $MEZZOTINT_TEST_PICTURES.
Without a folder the tiles alone are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mezzotint.imaging.encode import encode_pixels
from mezzotint.imaging.read import read_picture
from mezzotint.imaging.resize import fill_and_crop, resize
from mezzotint.studio.composing import list_pictures
from mezzotint.studio.hole_text import Region
from mezzotint.studio.studio import Studio
from mezzotint.verbs.reconstruct import psnr_db

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL_VARIABLE, PICTURES_VARIABLE = "MEZZOTINT_TEST_MODEL", "MEZZOTINT_TEST_PICTURES"
TILE_PROMPTS = {
    "sprites": ("stone floor", "brick wall", "dark brick wall", "grass floor", "crystal wall"),
    "scenes": ("a flower meadow", "a cloudless sky", "dunes", "the sea", "heavy clouds"),
}
TILES_A_PROMPT = 40
MAX_PICTURES = 100


@dataclass(frozen=True, kw_only=True)
class SeamFigures:
    """Hold what was measured; None = not measured."""

    model: str
    bundle_sha256: str
    num_tiles: int
    tile_ratio: float | None
    tile_ratio_by_prompt: dict[str, float]
    num_pictures: int = 0
    region_ratio: float | None = None
    zoom_ratio: float | None = None
    upscale_psnr_db: float | None = None
    lanczos_psnr_db: float | None = None


def run(
    model: str | None = None, pictures: Path | None = None, *, limit: int = MAX_PICTURES
) -> SeamFigures:
    """Measure a model.

    Args:
        model: Its name; None takes $MEZZOTINT_TEST_MODEL, or sprites.
        pictures: Folder of pictures it was not trained on; None takes $MEZZOTINT_TEST_PICTURES.
        limit: How many of them at most.
    """
    model = model or os.environ.get(MODEL_VARIABLE) or "sprites"
    folder = pictures or os.environ.get(PICTURES_VARIABLE)
    studio = Studio()
    engine = studio.open_engine(model)
    size_px = engine.card.height_px, engine.card.width_px
    tiles = measure_tiles(studio, model)
    found: dict[str, float] = {}
    files = [] if folder is None else list_pictures([Path(folder)])[:limit]
    real = [fill_and_crop(read_picture(file).pixels, *size_px, method="area") for file in files]
    if real:
        found["region_ratio"] = measure_regions(studio, model, real)
        found["zoom_ratio"] = measure_zooms(studio, model, real)
        if engine.card.graph("upscaler") is not None:
            found |= measure_upscaler(studio, model, real)
    return SeamFigures(
        model=model,
        bundle_sha256=engine.bundle_sha256,
        num_tiles=TILES_A_PROMPT * len(tiles),
        tile_ratio=round(float(np.mean(list(tiles.values()))), 3) if tiles else None,
        tile_ratio_by_prompt=tiles,
        num_pictures=len(real),
        **{name: round(value, 3) for name, value in found.items()},
    )


def measure_tiles(studio: Studio, model: str) -> dict[str, float]:
    """Return the step over the edges to the step inside, for each prompt."""
    if not studio.open_engine(model).layout().can_wrap:
        return {}
    ratios: dict[str, float] = {}
    for prompt in TILE_PROMPTS.get(model, ("texture",)):
        made = studio.imagine(f"{prompt} --tile --seed 1", model=model, num_images=TILES_A_PROMPT)
        tiles = [_visible(image.pixels) for image in made.images]
        over = [_steps(np.stack([tile[-1], tile[0]])) for tile in tiles]
        over += [_steps(np.stack([tile[:, -1], tile[:, 0]])) for tile in tiles]
        inside = [_steps(tile) for tile in tiles] + [
            _steps(tile.transpose(1, 0, 2)) for tile in tiles
        ]
        ratios[prompt] = round(float(np.mean(over) / np.mean(inside)), 3)
    return ratios


def measure_regions(studio: Studio, model: str, real: Sequence[NDArray[np.uint8]]) -> float:
    """Return the step at the border of the middle painted anew, to the real one."""
    painted: list[float] = []
    before: list[float] = []
    for seed, picture in enumerate(real):
        made = studio.region(
            _file_of(picture), Region(box="25%,25%,50%,50%"), model=model, seed=seed
        )
        painted.append(_middle_border(made.images[0].pixels))
        before.append(_middle_border(picture))
    return float(np.mean(painted) / np.mean(before))


def measure_zooms(studio: Studio, model: str, real: Sequence[NDArray[np.uint8]]) -> float:
    """Return the step around the middle of a picture, zoomed out of it, to the real one."""
    painted: list[float] = []
    before: list[float] = []
    for seed, picture in enumerate(real):
        height, width = picture.shape[:2]
        middle = picture[height // 4 : height - height // 4, width // 4 : width - width // 4]
        made = studio.zoom(_file_of(middle), 2.0, model=model, seed=seed)
        painted.append(_middle_border(made.images[0].pixels))
        before.append(_middle_border(picture))
    return float(np.mean(painted) / np.mean(before))


def measure_upscaler(
    studio: Studio, model: str, real: Sequence[NDArray[np.uint8]]
) -> dict[str, float]:
    """Return mean PSNR of pictures halved and enlarged again, by the net and by Lanczos."""
    from mezzotint.verbs.upscale import UpscaleRequest, upscale

    engine = studio.open_engine(model)
    by_net: list[float] = []
    by_lanczos: list[float] = []
    for picture in real:
        height, width = (side // 2 * 2 for side in picture.shape[:2])
        whole = picture[:height, :width]
        small = resize(whole, height // 2, width // 2, method="area")
        by_net.append(psnr_db(whole, upscale(engine, UpscaleRequest(), small)))
        by_lanczos.append(psnr_db(whole, resize(small, height, width)))
    return {
        "upscale_psnr_db": float(np.mean(by_net)),
        "lanczos_psnr_db": float(np.mean(by_lanczos)),
    }


def _middle_border(pixels: NDArray[np.uint8]) -> float:
    """Return the mean step over the border of the middle half."""
    values = _visible(pixels)
    height, width = values.shape[:2]
    top, left = height // 4, width // 4
    bottom, right = height - top, width - left
    rows, columns = slice(top, bottom), slice(left, right)
    pairs = (
        (values[top - 1, columns], values[top, columns]),
        (values[bottom - 1, columns], values[bottom, columns]),
        (values[rows, left - 1], values[rows, left]),
        (values[rows, right - 1], values[rows, right]),
    )
    return float(np.mean([_steps(np.stack(pair)) for pair in pairs]))


def _visible(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return colours weighted by alpha, and alpha itself."""
    values = pixels.astype(np.float64)
    if pixels.shape[2] == 4:
        values[..., :3] *= values[..., 3:] / 255
    return values


def _steps(values: NDArray[np.float64]) -> float:
    """Return the mean absolute difference of neighbours along the first axis."""
    return float(np.abs(np.diff(values, axis=0)).mean())


def _file_of(pixels: NDArray[np.uint8]) -> bytes:
    return encode_pixels(pixels, "png").data


def main(arguments: list[str]) -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=None)
    parser.add_argument("--pictures", type=Path, default=None)
    parser.add_argument("--limit", type=int, default=MAX_PICTURES)
    chosen = parser.parse_args(arguments)
    figures = run(chosen.model, chosen.pictures, limit=chosen.limit)
    print(json.dumps(asdict(figures), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
