"""A procedural painter of captioned landscapes: pictures that nobody else owns.

Draw attributes, paint them, caption them:

    >>> from mezzotint.data.scenes import caption, render, sample_attributes
    >>> from mezzotint.domain.streams import Purpose, picture_stream
    >>> stream = picture_stream(7, 0, Purpose.SCENE)
    >>> scene = sample_attributes(stream)
    >>> tuple(render([scene], 48, 64).shape)
    (1, 48, 64, 3)
    >>> len(caption(scene, "en", stream)) > 0
    True
"""

from mezzotint.data.scenes.attributes import (
    Body,
    Distance,
    Medium,
    Palette,
    Place,
    Plants,
    SceneAttributes,
    Season,
    Sky,
    Terrain,
    Thing,
    Time,
    Water,
)
from mezzotint.data.scenes.captions import LANGUAGES, Language, caption
from mezzotint.data.scenes.painter import render
from mezzotint.data.scenes.sampling import (
    HELD_OUT_SEED,
    HeldOutPair,
    Split,
    held_out_pairs,
    sample_attributes,
)
from mezzotint.data.scenes.supply import (
    SceneBatch,
    SceneOptions,
    caption_at,
    paint_batch,
    scene_at,
    scene_batches,
)
from mezzotint.data.scenes.visibility import labels
from mezzotint.data.scenes.writing import WrittenScenes, write_scenes

__all__ = [
    "HELD_OUT_SEED",
    "LANGUAGES",
    "Body",
    "Distance",
    "HeldOutPair",
    "Language",
    "Medium",
    "Palette",
    "Place",
    "Plants",
    "SceneAttributes",
    "SceneBatch",
    "SceneOptions",
    "Season",
    "Sky",
    "Split",
    "Terrain",
    "Thing",
    "Time",
    "Water",
    "WrittenScenes",
    "caption",
    "caption_at",
    "held_out_pairs",
    "labels",
    "paint_batch",
    "render",
    "sample_attributes",
    "scene_at",
    "scene_batches",
    "write_scenes",
]
