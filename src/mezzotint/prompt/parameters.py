"""The parameters of a prompt: what the user set, and what holds once defaults are filled in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True, slots=True)
class AspectRatio:
    """Hold width to height as typed: 4:2 stays 4:2.

    Attributes:
        width: At least 1.
        height: At least 1.

    Example:
        >>> AspectRatio(3, 2).ratio
        1.5
    """

    width: int
    height: int

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    def __str__(self) -> str:
        return f"{self.width}:{self.height}"


SQUARE = AspectRatio(1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Hold one item of a reference list: a picture by address, a style by code, or `random`.

    Attributes:
        url: Path or web address of a picture; None for a code.
        code: Style code, 0 to 4294967295; None for a picture. Both None: `random`, a code that
            is still to be drawn (see `with_style_codes`).
        weight: Share among the items of the list.
    """

    url: str | None = None
    code: int | None = None
    weight: float = 1.0

    @property
    def is_random(self) -> bool:
        """Whether a style code is still to be drawn."""
        return self.url is None and self.code is None


Value = bool | int | float | str | AspectRatio | tuple[Reference, ...] | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Hold what a prompt (or the user's suffix) set. None means: not given.

    Flags are True or None. `resolve` fills in the defaults.
    """

    aspect: AspectRatio | None = None  # Width to height of the picture.
    chaos: int | None = None  # 0-100. How different the pictures of one grid are.
    stylize: int | None = None  # 0-1000. Pull to the mean of the training data.
    weird: int | None = None  # 0-3000. Push away from that mean.
    exp: int | None = None  # 0-100. Extra gain on the guidance.
    seed: int | None = None  # 0-4294967295.
    quality: float | None = None  # Best of so many: 1, 2 or 4; other steps in other versions.
    repeat: int | None = None  # 1-40. Jobs a prompt.
    tile: bool | None = None  # Seamless on all four sides.
    stop: int | None = None  # 10-100. Percent of the way from blurred to final.
    image_weight: float | None = None  # 0-3. Image prompts against text.
    style_references: tuple[Reference, ...] | None = None
    style_weight: int | None = None  # 0-1000.
    style_version: int | None = None  # 1-6.
    character_references: tuple[Reference, ...] | None = None
    character_weight: int | None = None  # 0-100. 0 = the face alone.
    omni_reference: str | None = None  # Web address.
    omni_weight: int | None = None  # 1-1000.
    edit_images: tuple[Reference, ...] | None = None  # At most 4 pictures to edit.
    profile: str | Literal[True] | None = None  # Profile, moodboard or code; True = your own.
    raw: bool | None = None  # No prior pull, no preference model.
    style: str | None = None  # Style of an old version, or a tuner code.
    draft: bool | None = None  # Many small candidates in one pass.
    hd: bool | None = None  # Twice the size.
    version: str | None = None  # Rules of a Midjourney version; text, 5 is not 5.0.
    niji: str | Literal[True] | None = None  # Rules of a niji version; True = the newest.
    fast: bool | None = None
    relax: bool | None = None
    turbo: bool | None = None
    public: bool | None = None  # Recorded only: Mezzotint is private.
    stealth: bool | None = None
    video: bool | None = None  # Record the progress of the grid.
    zoom: float | None = None  # 1-2. Custom zoom only.
    motion: str | None = None  # "low" or "high". Video only, like the next three.
    loop: bool | None = None
    end_frame: str | None = None  # Web address.
    batch_size: int | None = None  # 1, 2 or 4.

    def resolve(self) -> ResolvedParameters:
        """Return what holds: the default for everything that was not given.

        Example:
            >>> Parameters(stylize=250).resolve().stylize
            250
            >>> Parameters().resolve().stylize
            100
        """
        given = {
            each.name: value
            for each in fields(self)
            if (value := getattr(self, each.name)) is not None
        }
        return ResolvedParameters(**given)


@dataclass(frozen=True, kw_only=True)
class ResolvedParameters:
    """Hold what holds for a job: every parameter that has a default has a value.

    Ranges and meanings are those of `Parameters`; None is left where nothing was asked for.
    """

    aspect: AspectRatio = SQUARE
    chaos: int = 0
    stylize: int = 100
    weird: int = 0
    exp: int = 0
    seed: int | None = None  # None = draw one.
    quality: float = 1.0
    repeat: int = 1
    tile: bool = False
    stop: int = 100
    image_weight: float = 1.0
    style_references: tuple[Reference, ...] = ()
    style_weight: int = 100
    style_version: int = 6
    character_references: tuple[Reference, ...] = ()
    character_weight: int = 100
    omni_reference: str | None = None
    omni_weight: int = 100
    edit_images: tuple[Reference, ...] = ()
    profile: str | Literal[True] | None = None
    raw: bool = False
    style: str | None = None
    draft: bool = False
    hd: bool = False
    version: str | None = None
    niji: str | Literal[True] | None = None
    fast: bool = False
    relax: bool = False
    turbo: bool = False
    public: bool = False
    stealth: bool = False
    video: bool = False
    zoom: float | None = None
    motion: str = "low"
    loop: bool = False
    end_frame: str | None = None
    batch_size: int = 4


NOTHING_SET = Parameters()
DEFAULTS = ResolvedParameters()
