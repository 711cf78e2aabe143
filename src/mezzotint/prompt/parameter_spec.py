"""How one parameter of the prompt language is described."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from mezzotint.prompt.profiles import EVERY_VERSION, Profile, Versions

if TYPE_CHECKING:
    from mezzotint.domain.message import Message
    from mezzotint.prompt.jobs import Job


class Kind(Enum):
    """Name the forms a value can have."""

    FLAG = auto()  # no value
    INTEGER = auto()  # a whole number between limits
    NUMBER = auto()  # a number between limits, or on one of a few steps
    RATIO = auto()  # W:H, positive whole numbers
    CHOICE = auto()  # one of a few words
    WORD = auto()  # letters, digits and hyphens
    ADDRESS = auto()  # one web address
    REFERENCES = auto()  # web addresses with weights; for styles also codes and `random`
    LIST = auto()  # everything up to the next parameter, split at commas
    OPTIONAL = auto()  # one token if it is legal, else none


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Say which values are legal.

    Attributes:
        minimum: Least number.
        maximum: Greatest number.
        steps: The only legal numbers, ascending; empty if all between the limits are.
        choices: The only legal words; empty if the kind alone decides.
        max_items: Most items of a list; 0 = any number.
    """

    minimum: float = 0
    maximum: float = 0
    steps: tuple[float, ...] = ()
    choices: tuple[str, ...] = ()
    max_items: int = 0


NO_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class ParameterSpec:
    """Describe one parameter.

    Attributes:
        name: Canonical name, without dashes.
        field: Attribute of `Parameters` that holds it ("no": of `Prompt`); empty if legacy.
        kind: Form of its value.
        meaning: What it does in Mezzotint, one line.
        aliases: Other names.
        limits: Legal values by Mezzotint's own rules and where no other limits match.
        limits_by_version: Legal values in some versions; the first match holds.
        versions: Where it exists.
        is_exact: A value outside the limits is refused, not moved to the nearest legal one: a
            near value would mean something else.
        is_legacy: Accepted and ignored.
        is_dropped_elsewhere: In versions without it, ignored; other parameters are honoured.
        job: The only kind of job it has a meaning in; None = all.
    """

    name: str
    field: str
    kind: Kind
    meaning: Message
    aliases: tuple[str, ...] = ()
    limits: Limits = NO_LIMITS
    limits_by_version: tuple[tuple[Versions, Limits], ...] = ()
    versions: Versions = EVERY_VERSION
    is_exact: bool = False
    is_legacy: bool = False
    is_dropped_elsewhere: bool = False
    job: Job | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the canonical one first."""
        return (self.name, *self.aliases)

    def limits_in(self, profile: Profile) -> Limits:
        """Return the legal values by the rules of `profile`."""
        for versions, limits in self.limits_by_version:
            if versions.include(profile):
                return limits
        return self.limits

    def is_known_to(self, profile: Profile) -> bool:
        """Tell whether `profile` has this parameter; Mezzotint's own rules have all."""
        return profile.family == "mezzotint" or self.versions.include(profile)
