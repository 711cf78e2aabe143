"""Say what a picture shows, in English or Chinese, from one word to a sentence.

A caption is made from the labels of the scene alone, so it never names what cannot be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mezzotint.data.scenes.captions_en import english
from mezzotint.data.scenes.captions_zh import chinese
from mezzotint.data.scenes.phrasing import Facts

if TYPE_CHECKING:
    from numpy.random import Generator

    from mezzotint.data.scenes.attributes import SceneAttributes

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def caption(scene: SceneAttributes, language: Language, stream: Generator) -> str:
    """Return one of many captions of a scene.

    Args:
        scene: What the picture shows.
        language: "en" or "zh".
        stream: Chooses the wording: the same state gives the same caption.

    Example:
        >>> import numpy as np
        >>> from mezzotint.data.scenes.attributes import SceneAttributes
        >>> scene = SceneAttributes(seed=1)
        >>> caption(scene, "en", np.random.default_rng(0)) == caption(
        ...     scene, "en", np.random.default_rng(0)
        ... )
        True
    """
    write = {"en": english, "zh": chinese}[language]
    return write(Facts.of(scene), stream)
