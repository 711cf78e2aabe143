"""Make the picture of each verb with the command that it stands for.

Usage: python examples/gallery.py [FOLDER] [zh]

Every command is typed as a user would type it, with the shipped model; FOLDER then holds the
results and a page, gallery.md, with each command above its picture.
"""

import os
import shlex
import sys
from pathlib import Path

import numpy as np

from mezzotint.cli.app import run
from mezzotint.imaging.new_file import write_over
from mezzotint.studio.studio import Studio

BOOT = "ankle-boot-7-0.png"
# (command, the picture to show)
COMMANDS = (
    ('imagine "ankle boot --seed 7"', "ankle-boot-7-sheet.png"),
    (f"vary {BOOT} --strong -n 4 --seed 1", "ankle-boot-sheet-1-vary.png"),
    (
        f'vary {BOOT} --prompt "bag" --strength 0 -n 1 --seed 1 --format webp',
        "bag-vary-1-0.webp",
    ),
    ('morph "bag" "ankle boot" --seed 3', "bag-to-ankle-boot-morph-3.gif"),
    ("loop sneaker --seed 3 --format webp", "sneaker-loop-3.webp"),
    (
        'grid "" --x stylize=0..1000:250 --y "words=bag|ankle boot|dress" --seed 4',
        "fashion-grid-4.png",
    ),
    (f"upscale {BOOT} --by 8", "ankle-boot-7-0-8x.png"),
    (
        'compose ad ankle-boot-7-0-8x.png --headline "{headline}" '
        "--aspects 1:1,16:9 --size 480 --layout beside",
        "ankle-boot-7-0-8x-ad-16x9.png",
    ),
    ("compose spritesheet sprites --name shoes", "shoes.png"),
    ("compose skybox sky.png", "sky-skybox-cross.png"),
    ("compose texture wall.png", "wall-texture-normal.png"),
)
HEADLINES = {"en": "Walk on", "zh": "走起来"}


def write_materials(folder: Path) -> None:
    """Write what the model-free verbs work on: sprites, a sky and a wall, drawn by formula."""
    studio = Studio()
    (folder / "sprites").mkdir(parents=True, exist_ok=True)
    for image in studio.imagine("sneaker --seed 1", num_images=12).images:
        write_over(folder / "sprites" / image.name, image.data)
    from PIL import Image

    across, down = np.meshgrid(np.linspace(-np.pi, np.pi, 512), np.linspace(0, np.pi, 256))
    cloud = np.sin(3 * across + 2 * np.sin(4 * down)) * np.sin(down) ** 2
    sky = np.stack([120 + 80 * cloud, 160 + 60 * cloud, 235 - 60 * down / np.pi], axis=2)
    Image.fromarray(sky.clip(0, 255).astype(np.uint8)).save(folder / "sky.png")
    y, x = np.mgrid[0:200, 0:260]
    is_joint = (y % 40 < 5) | ((x + 30 * (y // 40 % 2)) % 60 < 5)
    grain = np.random.default_rng(1).normal(0, 10, is_joint.shape)
    brick = np.where(is_joint, 190, 120)[..., None] + grain[..., None] + np.array([30, -20, -40])
    Image.fromarray(brick.clip(0, 255).astype(np.uint8)).save(folder / "wall.png")


def main(folder: Path, language: str) -> int:
    """Run every command in the folder and write the page; return how many failed."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    write_materials(Path())
    parts = ["# 图例" if language == "zh" else "# Gallery"]
    num_failed = 0
    for command, shown in COMMANDS:
        typed = command.format(headline=HEADLINES[language])
        code = run([*shlex.split(typed), "-o", ".", "--lang", language], os.environ)
        if code or not Path(shown).exists():
            print(f"failed ({code}): mezzotint {typed}", file=sys.stderr)
            num_failed += 1
            continue
        parts.append(f"```bash\nmezzotint {typed}\n```\n\n![{typed.split()[0]}]({shown})")
    Path("gallery.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return num_failed


if __name__ == "__main__":
    sys.exit(
        main(
            Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"),
            "zh" if "zh" in sys.argv[2:] else "en",
        )
    )
