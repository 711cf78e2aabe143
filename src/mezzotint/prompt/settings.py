"""What a user or a caller settles once for all prompts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.prompt.jobs import Job
from mezzotint.prompt.table import BY_NAME

MAX_MACROS = 20  # Midjourney's own limit
MAX_MACRO_LETTERS = 40
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{MAX_MACRO_LETTERS - 1}}}")


@dataclass(frozen=True)
class Macro:
    """Hold one saved text: `--name` in a prompt stands for it.

    Attributes:
        name: Up to 40 letters, digits, "_" and "-", a letter first; case does not matter.
        text: What it stands for; groups and parameters work, other macros do not.

    Raises:
        InputError: The name cannot be written behind two dashes, or is a parameter's.
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError(
                "macro.name",
                Message("'{name}' cannot name a macro.", name=self.name),
                Message("Use up to 40 letters, digits, '_' and '-', and begin with a letter."),
            )
        if self.name.lower() in BY_NAME:
            raise InputError(
                "macro.taken",
                Message("--{name} is a parameter already.", name=self.name),
                Message("Choose another name for your macro."),
            )


@dataclass(frozen=True, kw_only=True)
class PromptSettings:
    """Hold how prompts are read.

    Raises:
        InputError: A number is below 1, there are more than 20 macros, or two share a name.
    """

    strict: bool = False  # Whether every param.* warning is an error.
    max_prompts: int = 40  # Most prompts built before the user confirms.
    max_characters: int = 100_000  # Most characters built for further prompts, and by macros.
    max_diagnostics: int = 200  # Most warnings listed; errors are always listed.
    macros: tuple[Macro, ...] = ()  # At most 20.
    suffix: str = ""  # Parameters for every prompt that does not set them itself.
    job: Job = Job.IMAGINE  # What the prompt is for.
    num_attached_images: int = 0  # Image prompts that come beside the text.

    def __post_init__(self) -> None:
        if min(self.max_prompts, self.max_characters, self.max_diagnostics) < 1:
            raise InputError(
                "prompt.settings", Message("The limits of the prompt settings begin at 1.")
            )
        if len(self.macros) > MAX_MACROS:
            raise InputError(
                "macro.many",
                Message(
                    "There are {num} macros; at most {most} fit.",
                    num=len(self.macros),
                    most=MAX_MACROS,
                ),
                Message("Remove some of them."),
            )
        if len({macro.name.lower() for macro in self.macros}) < len(self.macros):
            raise InputError(
                "macro.twice",
                Message("Two macros have the same name."),
                Message("Case does not matter: rename or remove one of them."),
            )


DEFAULT_SETTINGS = PromptSettings()
