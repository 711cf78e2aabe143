"""Prompts that ask for chosen attributes of a scene: the same ones in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mezzotint.data.scenes import Language

MAX_ASKED = 5  # attributes a prompt; more than people write
COMMA = {"en": ", ", "zh": "，"}
HIDDEN = "none"


def asked_fields(shown: Mapping[str, str], stream: np.random.Generator) -> tuple[str, ...]:
    """Choose which attributes of a scene to ask for: up to five of those that can be seen.

    Args:
        shown: The scene's labels.
        stream: Chooses.

    Example:
        >>> shown = {"time": "night", "terrain": "dunes", "water": "none", "place": "none"}
        >>> asked_fields(shown, np.random.default_rng(0))
        ('time', 'terrain')
    """
    from mezzotint.data.scenes.captions_en import TAGS

    seen = [name for name in shown if name in TAGS and shown[name] != HIDDEN]
    chosen = stream.permutation(len(seen))[:MAX_ASKED]
    return tuple(seen[index] for index in sorted(map(int, chosen)))


def prompt_for(shown: Mapping[str, str], fields: Sequence[str], language: Language) -> str:
    """Ask for some attributes of a scene, as tags.

    Example:
        >>> shown = {"time": "night", "terrain": "dunes"}
        >>> prompt_for(shown, ("time", "terrain"), "en")
        'night, sand dunes'
        >>> prompt_for(shown, ("time", "terrain"), "zh").isascii()
        False
    """
    from mezzotint.data.scenes import captions_en, captions_zh

    tags = {"en": captions_en.TAGS, "zh": captions_zh.TAGS}[language]
    return COMMA[language].join(tags[field][shown[field]][0] for field in fields)
