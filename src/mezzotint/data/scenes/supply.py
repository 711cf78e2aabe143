"""An endless supply of captioned scenes, picture by picture the same for every batch size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mezzotint.data.scenes.attributes import SceneAttributes
from mezzotint.data.scenes.captions import LANGUAGES, Language, caption
from mezzotint.data.scenes.painter import check_size, render
from mezzotint.data.scenes.sampling import Split, sample_attributes
from mezzotint.domain.streams import Purpose, picture_stream


@dataclass(frozen=True, kw_only=True)
class SceneOptions:
    """Say which scenes to draw.

    Attributes:
        height_px: Rows, at least 16.
        width_px: Columns, at least 16.
        seed: 0 to 4294967295; picture i of a seed is always the same scene.
        split: "train", or "held_out" for combinations that training never shows.
        languages: Languages of the captions, at least one.
        panorama: True for pictures that wrap around from left to right; twice as wide as high
            is natural for them.
    """

    height_px: int = 256
    width_px: int = 256
    seed: int = 0
    split: Split = "train"
    languages: tuple[Language, ...] = LANGUAGES
    panorama: bool = False


@dataclass(frozen=True, kw_only=True)
class SceneBatch:
    """Hold a batch of finished pictures.

    Attributes:
        start: Index of the first one within its seed.
        pictures: uint8 [N, H, W, 3] in [0, 255] on the device that painted them.
        scenes: What they show.
        captions: Language -> one caption a picture.
    """

    start: int
    pictures: Tensor
    scenes: tuple[SceneAttributes, ...]
    captions: Mapping[Language, tuple[str, ...]]


def scene_at(options: SceneOptions, index: int) -> SceneAttributes:
    """Return what picture `index` of these options shows."""
    stream = picture_stream(options.seed, index, Purpose.SCENE)
    return sample_attributes(stream, options.split, panorama=options.panorama)


def caption_at(
    options: SceneOptions, index: int, scene: SceneAttributes, language: Language
) -> str:
    """Return the caption of picture `index`; each language has its own stream."""
    stream = picture_stream(options.seed, index, Purpose.SCENE)
    jumped = stream.bit_generator.jumped(1 + LANGUAGES.index(language))
    return caption(scene, language, np.random.Generator(jumped))


def scene_batches(
    options: SceneOptions,
    *,
    batch_size: int,
    start: int = 0,
    num: int | None = None,
    device: torch.device | str = "cpu",
) -> Iterator[SceneBatch]:
    """Yield pictures from index `start` on, in order.

    Args:
        options: Which scenes.
        batch_size: Pictures a batch; the last one may be smaller.
        start: Index of the first picture, so that a run can go on where it stopped.
        num: How many pictures; None = without end.
        device: Where to paint.

    Example:
        >>> options = SceneOptions(height_px=16, width_px=24, seed=3)
        >>> batch = next(scene_batches(options, batch_size=2))
        >>> tuple(batch.pictures.shape), len(batch.captions["zh"])
        ((2, 16, 24, 3), 2)
    """
    check_size(options.height_px, options.width_px)
    end = None if num is None else start + num
    index = start
    while end is None or index < end:
        count = batch_size if end is None else min(batch_size, end - index)
        yield paint_batch(options, range(index, index + count), device)
        index += count


def paint_batch(
    options: SceneOptions, indices: Sequence[int], device: torch.device | str = "cpu"
) -> SceneBatch:
    """Paint the pictures with these indices."""
    scenes = tuple(scene_at(options, index) for index in indices)
    captions = {
        language: tuple(
            caption_at(options, index, scene, language)
            for index, scene in zip(indices, scenes, strict=True)
        )
        for language in options.languages
    }
    pictures = render(scenes, options.height_px, options.width_px, device)
    return SceneBatch(start=indices[0], pictures=pictures, scenes=scenes, captions=captions)
