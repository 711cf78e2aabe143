"""Version profiles: what `--v` and `--niji` allow. They choose no trained model, only the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Every version a prompt may name; kept as text, because 5 and 5.0 are two names.
VERSIONS = ("1", "2", "3", "4", "5", "5.0", "5.1", "5.2", "6", "6.1", "7", "8.1", "8.2")
NIJI_VERSIONS = ("4", "5", "6", "7")
NEWEST_NIJI = NIJI_VERSIONS[-1]


@dataclass(frozen=True)
class Profile:
    """Name a set of rules: Mezzotint's own, or those of one Midjourney version.

    Attributes:
        family: "mezzotint" (everything the engine maps is legal), "v" or "niji".
        number: The version as typed, such as "6.1"; empty for Mezzotint's own rules.
    """

    family: Literal["mezzotint", "v", "niji"] = "mezzotint"
    number: str = ""

    @property
    def generation(self) -> float:
        """The version as a number, to compare with; 0 for Mezzotint's own rules."""
        return float(self.number or 0)

    def __str__(self) -> str:
        names = {"mezzotint": "Mezzotint", "v": f"--v {self.number}"}
        return names.get(self.family, f"--niji {self.number}")


MEZZOTINT = Profile()


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Say in which versions something exists, ends included.

    Attributes:
        first: Earliest version.
        last: Latest version.
        families: "v", "niji" or both.
    """

    first: float = 1
    last: float = 99
    families: tuple[str, ...] = ("v", "niji")

    def include(self, profile: Profile) -> bool:
        """Tell whether `profile` is one of them; Mezzotint's own rules never are.

        Example:
            >>> Versions(first=5, last=6.1).include(Profile("v", "6.1"))
            True
        """
        return profile.family in self.families and self.first <= profile.generation <= self.last


EVERY_VERSION = Versions()
