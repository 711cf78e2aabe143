"""Names of tiles in plain words, English and Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.sprites.tiles import Tile

_HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Say how one layer of the paper doll is used."""

    folder: str
    chance: float
    noun: str = ""


@dataclass(frozen=True, kw_only=True)
class CaptionRules:
    """Hold how names become captions; see rules.toml and chinese.toml."""

    drop_words: frozenset[str]
    fragment_words: frozenset[str]
    colours: frozenset[str]
    kinds: frozenset[str]
    respell: Mapping[str, str]
    category: Mapping[str, Mapping[str, str]]
    layers: tuple[Layer, ...]
    translations: Mapping[str, str]

    @classmethod
    def load(cls) -> CaptionRules:
        """Read the two tables beside this file."""
        rules = tomllib.loads((_HERE / "rules.toml").read_text(encoding="utf-8"))
        chinese = tomllib.loads((_HERE / "chinese.toml").read_text(encoding="utf-8"))
        return cls(
            drop_words=frozenset(rules["drop_words"]),
            fragment_words=frozenset(rules["fragment_words"]),
            colours=frozenset(rules["colours"]),
            kinds=frozenset(rules["kinds"]),
            respell=rules["respell"],
            category=rules["category"],
            layers=tuple(Layer(**layer) for layer in rules["layer"]),
            translations=chinese,
        )

    def caption(self, tile: Tile) -> str | None:
        """Return what a tile shows, None for a tile that is left out."""
        rule = self._rule(tile.category)
        if rule is None or any(word in self.fragment_words for word in tile.text.lower().split()):
            return None
        if "alone" in rule:
            return rule["alone"]
        return self.phrase(tile.text, rule.get("noun", ""))

    def phrase(self, name: str, noun: str = "") -> str | None:
        """Return a name in plain words, colours first, the noun last.

        Example:
            >>> CaptionRules.load().phrase("crystal wall lightblue", "wall")
            'light blue crystal wall'
        """
        words = [re.sub(r"\d+[a-z]?$", "", word) for word in name.lower().split()]
        words = [word for word in words if word and word not in self.drop_words]
        first = [word for word in words if word in self.colours]
        rest = [word for word in words if word not in self.colours]
        if noun and not any(part in rest for part in noun.split()):
            rest += noun.split()
        if not rest:
            return None
        return " ".join(self.respell.get(word, word) for word in first + rest)

    def chinese(self, caption: str) -> str | None:
        """Return the caption in Chinese, None if a word of it is not in the table.

        Who it is comes last: "elf woman in red robe with dagger" is 身穿红色长袍、带匕首的精灵女子.
        """
        rest, _, carried = caption.partition(" with ")
        who, _, worn = rest.partition(" in ")
        things = [self._chinese_words(part.split()) for part in re.split(r", | and ", carried)]
        parts = [self._chinese_words(who.split()), self._chinese_words(worn.split()), *things]
        if None in parts:
            return None
        clothes = f"身穿{parts[1]}" if worn else ""
        holds = f"带{'、'.join(filter(None, things))}" if carried else ""
        dressed = "、".join(filter(None, [clothes, holds]))
        return f"{dressed}的{parts[0]}" if dressed else parts[0]

    def _chinese_words(self, words: Sequence[str]) -> str | None:
        """Translate the longest phrases first, in order."""
        if not words:
            return ""
        for length in range(min(3, len(words)), 0, -1):
            known = self.translations.get(" ".join(words[:length]))
            if known is not None:
                rest = self._chinese_words(words[length:])
                return None if rest is None else known + rest
        return None

    def _rule(self, category: str) -> Mapping[str, str] | None:
        while category:
            if category in self.category:
                return self.category[category]
            category = category.rpartition("/")[0]
        return None
