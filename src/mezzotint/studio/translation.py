"""Sentences in the user's language, from gettext catalogues; English is key and fallback."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from mezzotint.domain.message import Message

Language = Literal["en", "zh"]
Translate = Callable[[Message], str]

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"


def translator(language: Language) -> Translate:
    """Return the function that turns messages into `language`.

    Example:
        >>> translator("en")(Message("Saved {path}.", path="a.png"))
        'Saved a.png.'
    """
    if language == "en":
        return str
    catalogue = gettext.translation(
        "mezzotint", localedir=LOCALE_FOLDER, languages=[language], fallback=True
    )

    def translate(message: Message) -> str:
        return message.render(catalogue.gettext)

    return translate


def detect_language(environment: Mapping[str, str]) -> Language:
    """Choose the language the environment asks for: MEZZOTINT_LANG, then the POSIX locale.

    Example:
        >>> detect_language({"LANG": "zh_CN.UTF-8"})
        'zh'
        >>> detect_language({"LANG": "de_DE.UTF-8"})
        'en'
    """
    for name in ("MEZZOTINT_LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = environment.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
