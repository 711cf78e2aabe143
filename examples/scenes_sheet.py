"""Paint the contact sheet of the scenes page: five scenes in each medium, with their captions.

Usage: python examples/scenes_sheet.py [SHEET.webp] [SEED]
"""

import sys
from pathlib import Path

from mezzotint.data.scenes import (
    Medium,
    SceneAttributes,
    SceneOptions,
    caption,
    labels,
    render,
    scene_at,
)
from mezzotint.domain.streams import Purpose, picture_stream
from mezzotint.imaging.contact_sheet import contact_sheet
from mezzotint.imaging.encode import EncodeOptions, encode_pixels

PER_MEDIUM = 5
HEIGHT_PX, WIDTH_PX = 160, 240
LONGEST_CAPTION = 38  # characters that fit under a picture
MOST_BYTES = 400_000


def choose(seed: int) -> list[SceneAttributes]:
    """Return five scenes a medium: no terrain twice in a row, each with plants and a thing."""
    options = SceneOptions(seed=seed)
    chosen: list[SceneAttributes] = []
    index = 0
    for medium in Medium:
        row: list[SceneAttributes] = []
        while len(row) < PER_MEDIUM:
            scene = scene_at(options, index)
            index += 1
            shown = labels(scene)
            full = shown["thing"] != "none" and shown["plants"] != "none"
            if scene.medium is medium and full and scene.terrain not in {s.terrain for s in row}:
                row.append(scene)
        chosen += row
    return chosen


def describe(scene: SceneAttributes) -> str:
    """Return a caption that names the medium and fits under the picture."""
    stream = picture_stream(scene.seed, 0, Purpose.SCENE)
    while True:
        text = caption(scene, "en", stream)
        if 24 <= len(text) <= LONGEST_CAPTION:
            return text


def main(path: Path, seed: int) -> None:
    """Write the sheet as WebP of at most MOST_BYTES."""
    scenes = choose(seed)
    pictures = list(render(scenes, HEIGHT_PX, WIDTH_PX).numpy())
    sheet = contact_sheet(
        pictures,
        captions=[describe(scene) for scene in scenes],
        num_columns=PER_MEDIUM,
        min_cell_px=WIDTH_PX,
    )
    for quality in range(90, 10, -5):
        options = EncodeOptions(lossless=False, quality=quality)
        data = encode_pixels(sheet.pixels, "webp", options).data
        if len(data) <= MOST_BYTES:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"{path}: {len(data) / 1000:.0f} kB, quality {quality}")


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "scenes.webp"),
        int(sys.argv[2]) if len(sys.argv) > 2 else 9,
    )
