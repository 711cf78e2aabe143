"""Make the captioned folder that the shipped model `sprites` is trained on.

Source: the tiles of Dungeon Crawl Stone Soup (CC0), a folder with `metadata.jsonl` whose lines hold
`file_name`, `text` and `category`. Tiles that show a thing keep their pixels and get plain captions
in English and Chinese; the paper-doll layers of `player/` are put over each other into characters
whose caption names what they wear. Same seed, same folder.

Usage: python -m tools.sprites TILES FOLDER [--characters 2500] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tools.sprites.captions import CaptionRules
from tools.sprites.characters import compose_characters
from tools.sprites.tiles import read_tiles

SIDE_PX = 32


def main(arguments: list[str]) -> int:
    """Write the folder and say what it holds."""
    parser = argparse.ArgumentParser(description="Make the captioned folder of `sprites`.")
    parser.add_argument("tiles", type=Path, help="folder with metadata.jsonl and images/")
    parser.add_argument("folder", type=Path, help="folder to make")
    parser.add_argument("--characters", type=int, default=2500, help="composed characters")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rules = CaptionRules.load()
    tiles = [tile for tile in read_tiles(options.tiles) if tile.size == (SIDE_PX, SIDE_PX)]
    pictures = options.folder / "images"
    pictures.mkdir(parents=True)
    rows: list[dict[str, object]] = []
    for tile in tiles:
        caption = rules.caption(tile)
        if tile.is_duplicate or caption is None:
            continue
        name = f"{len(rows):05d}.png"
        (pictures / name).write_bytes(tile.path.read_bytes())
        rows.append(_row(name, caption, rules))
    num_tiles = len(rows)
    for character in compose_characters(tiles, rules, count=options.characters, seed=options.seed):
        name = f"{len(rows):05d}.png"
        character.picture.save(pictures / name)
        rows.append(_row(name, character.caption, rules))
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (options.folder / "metadata.jsonl").write_text(lines, encoding="utf-8")
    translated = sum(len(row["texts"]) > 1 for row in rows)  # type: ignore[arg-type]
    print(f"{num_tiles} tiles, {len(rows) - num_tiles} characters, {translated} with Chinese")
    return 0


def _row(name: str, caption: str, rules: CaptionRules) -> dict[str, object]:
    chinese = rules.chinese(caption)
    texts = [caption] if chinese is None else [caption, chinese]
    return {"file_name": f"images/{name}", "text": caption, "texts": texts}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
