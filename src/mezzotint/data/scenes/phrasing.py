"""What both languages share: the facts of a scene and the choice of what to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mezzotint.data.scenes.attributes import SceneAttributes
from mezzotint.data.scenes.layout import is_snow_capped
from mezzotint.data.scenes.visibility import HIDDEN, has_lightning, labels

if TYPE_CHECKING:
    from numpy.random import Generator

Phrases = Mapping[StrEnum, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Hold what may be said about a scene.

    Attributes:
        shown: Its labels; "none" where there is nothing to say.
        lightning: True if a stroke of lightning is seen.
        snow_capped: True if snow is seen on mountain tops.
        panorama: True if the picture wraps around.
    """

    shown: Mapping[str, str]
    lightning: bool
    snow_capped: bool
    panorama: bool

    @classmethod
    def of(cls, scene: SceneAttributes) -> Facts:
        """Collect what the picture shows."""
        shown = labels(scene)
        return cls(
            shown=shown,
            lightning=has_lightning(scene),
            snow_capped=shown["terrain"] != HIDDEN and is_snow_capped(scene),
            panorama=scene.panorama,
        )

    def has(self, field: str, *values: str) -> bool:
        """Say whether the field shows anything, or one of the values if any are given."""
        value = self.shown[field]
        return value in values if values else value != HIDDEN


class Wording:
    """Choose words at random and remember nothing."""

    def __init__(self, facts: Facts, stream: Generator) -> None:
        self.facts = facts
        self.stream = stream

    def one(self, options: Sequence[str]) -> str:
        """Return one of the options, all equally likely."""
        return options[int(self.stream.integers(len(options)))]

    def maybe(self, chance: float) -> bool:
        """Return True with that chance; draws a number in any case."""
        return bool(self.stream.random() < chance)

    def say(self, field: str, phrases: Mapping[str, tuple[str, ...]]) -> str:
        """Return a phrase for what the field shows, "" if it shows nothing."""
        options = phrases.get(self.facts.shown[field], ())
        return self.one(options) if options else ""

    def tags(self, tables: Mapping[str, Mapping[str, tuple[str, ...]]]) -> list[str]:
        """Return one tag for each field that shows something, in random order."""
        found = [text for field, table in tables.items() if (text := self.say(field, table))]
        order = self.stream.permutation(len(found))
        return [found[int(index)] for index in order]
