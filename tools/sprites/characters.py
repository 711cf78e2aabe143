"""Characters: paper-doll layers over each other, and what they wear in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tools.sprites.captions import CaptionRules, Layer
from tools.sprites.tiles import Tile

if TYPE_CHECKING:
    from numpy.random import Generator

# Legs that are no legs, and skins that hide what is put over them.
_UNCLOTHED = ("naga", "merfolk", "octopode", "shadow", "formicid", "coglin", "gale", "djinni")
# What a caption names; the rest (boots, gloves, trousers) is too small to be asked for.
_NAMED = ("body", "hand1", "hand2", "head", "cloak", "beard")


@dataclass(frozen=True, kw_only=True)
class Character:
    """Hold a composed picture and its caption."""

    picture: Image.Image
    caption: str


def compose_characters(
    tiles: Sequence[Tile], rules: CaptionRules, *, count: int, seed: int
) -> Iterator[Character]:
    """Compose characters; the same ones for the same tiles and seed."""
    stream = np.random.Generator(np.random.Philox(seed))
    wardrobe = {
        layer.folder: [tile for tile in tiles if tile.category == f"player/{layer.folder}"]
        for layer in rules.layers
    }
    for _ in range(count):
        yield _compose(wardrobe, rules, stream)


def _compose(wardrobe: dict[str, list[Tile]], rules: CaptionRules, stream: Generator) -> Character:
    chosen = {
        layer.folder: wardrobe[layer.folder][stream.integers(len(wardrobe[layer.folder]))]
        for layer in rules.layers
        if stream.random() < layer.chance
    }
    if chosen["base"].text.startswith(_UNCLOTHED):
        chosen = {
            folder: tile for folder, tile in chosen.items() if folder not in ("boots", "legs")
        }
    picture = Image.new("RGBA", chosen["base"].size)
    for layer in rules.layers:
        if layer.folder in chosen:
            with Image.open(chosen[layer.folder].path) as opened:
                picture.alpha_composite(opened.convert("RGBA"))
    return Character(picture=picture, caption=_caption(chosen, rules))


def _caption(chosen: dict[str, Tile], rules: CaptionRules) -> str:
    """Say who it is and what it wears: "elf woman in red robe with dagger and round buckler"."""
    nouns = {layer.folder: layer for layer in rules.layers}
    named = {
        folder: rules.phrase(chosen[folder].text, _noun(nouns[folder], chosen[folder].text, rules))
        for folder in _NAMED
        if folder in chosen
    }
    caption = rules.phrase(chosen["base"].text) or "adventurer"
    if named.get("body"):
        caption += f" in {named.pop('body')}"
    carried = [phrase for phrase in named.values() if phrase]
    if carried:
        caption += " with " + " and ".join(
            [", ".join(carried[:-1]), carried[-1]][not carried[:-1] :]
        )
    return caption


def _noun(layer: Layer, name: str, rules: CaptionRules) -> str:
    """Return the layer's noun, or nothing where the name holds a kind already."""
    return "" if rules.kinds & set(name.lower().split()) else layer.noun
