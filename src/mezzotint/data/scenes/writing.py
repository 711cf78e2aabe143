"""Scenes into a folder: pictures, captions and attributes as an ImageFolder (Hugging Face)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from mezzotint.data.scenes.painter import PAINTER_VERSION, check_size
from mezzotint.data.scenes.supply import SceneOptions, caption_at, paint_batch, scene_at
from mezzotint.data.scenes.visibility import labels
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.encode import encode_pixels
from mezzotint.imaging.formats import EXTENSIONS, OutputFormat
from mezzotint.imaging.new_file import write_new, write_over

RECIPE_FILE = "scenes.json"
METADATA_FILE = "metadata.jsonl"


@dataclass(frozen=True, kw_only=True)
class WrittenScenes:
    """Say what lies in the folder now.

    Attributes:
        folder: Where.
        num_painted: Pictures painted in this run.
        num_kept: Pictures that were there before.
    """

    folder: Path
    num_painted: int
    num_kept: int


def write_scenes(
    folder: Path,
    num: int,
    options: SceneOptions,
    *,
    picture_format: OutputFormat = "png",
    batch_size: int = 32,
    device: torch.device | str = "cpu",
    progress: Callable[[int], None] | None = None,
) -> WrittenScenes:
    """Write `num` captioned scenes; goes on where an interrupted run stopped.

    Each picture appears whole or not at all. `metadata.jsonl` comes last, so a folder that has it
    is complete. The same call gives the same files; a larger `num` adds to them.

    Args:
        folder: Made if missing.
        num: Pictures the folder shall hold.
        options: Which scenes.
        picture_format: "png", "webp" (lossless) or "jpeg".
        batch_size: Pictures painted at once.
        device: Where to paint.
        progress: Called with the number of pictures done, kept ones included.

    Raises:
        InputError: "scenes.other-recipe": the folder holds scenes of other options;
            "scenes.other-files": it holds something else; "scenes.size", "folder.read-only" or
            "folder.not-a-folder".
        FailedError: "disk.full" or "file.not-written".
    """
    check_size(options.height_px, options.width_px)
    _claim(folder, options, picture_format)
    names = [_file_name(index, picture_format) for index in range(num)]
    missing = [index for index, name in enumerate(names) if not (folder / name).exists()]
    done = num - len(missing)
    if progress is not None:
        progress(done)
    for start in range(0, len(missing), batch_size):
        indices = missing[start : start + batch_size]
        batch = paint_batch(options, indices, device)
        for index, picture in zip(indices, batch.pictures.cpu().numpy(), strict=True):
            write_new(folder / names[index], encode_pixels(picture, picture_format).data)
            done += 1
            if progress is not None:
                progress(done)
    text = "".join(f"{line}\n" for line in _metadata(names, options))
    write_over(folder / METADATA_FILE, text.encode())
    return WrittenScenes(folder=folder, num_painted=len(missing), num_kept=num - len(missing))


def _file_name(index: int, picture_format: OutputFormat) -> str:
    return f"scene-{index:07d}{EXTENSIONS[picture_format][0]}"


# One JSON object a picture; `text` is the first language's caption, then `text_zh` and so on.
def _metadata(names: list[str], options: SceneOptions) -> Iterator[str]:
    for index, name in enumerate(names):
        scene = scene_at(options, index)
        row: dict[str, object] = {"file_name": name}
        for position, language in enumerate(options.languages):
            column = "text" if position == 0 else f"text_{language}"
            row[column] = caption_at(options, index, scene, language)
        row["attributes"] = asdict(scene)
        row["labels"] = labels(scene)
        yield json.dumps(row, ensure_ascii=False)


# The folder belongs to one recipe; pictures of two never mix.
def _claim(folder: Path, options: SceneOptions, picture_format: OutputFormat) -> None:
    recipe = asdict(options) | {"format": picture_format, "painter_version": PAINTER_VERSION}
    text = json.dumps(recipe, indent=2) + "\n"
    path = folder / RECIPE_FILE
    try:
        found = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        _refuse_other_files(folder)
        write_over(path, text.encode())
        return
    except NotADirectoryError:
        found = None
    if found is None:
        raise InputError(
            "folder.not-a-folder",
            Message("{folder} is not a folder.", folder=str(folder)),
            Message("Choose another folder."),
        )
    if found != text:
        raise InputError(
            "scenes.other-recipe",
            Message("{folder} holds scenes that were made with other options.", folder=str(folder)),
            Message("Choose another folder, or the options that {file} names.", file=RECIPE_FILE),
        )


# A table of scenes beside somebody's pictures would take the captions from them.
def _refuse_other_files(folder: Path) -> None:
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise InputError(
            "scenes.other-files",
            Message("{folder} holds other files already.", folder=str(folder)),
            Message("Name a folder that is new or empty."),
        )
