"""The studio's methods that read: prompts for a picture, the weight of words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.reading import Described
    from mezzotint.verbs.describe import DescribeLanguage
    from mezzotint.verbs.shorten import Shortened


class ReadingMethods:
    """What a model says of pictures and of words; `Studio` inherits them."""

    def describe(
        self: Workshop,
        source: Path | str | bytes,
        *,
        language: DescribeLanguage = "en",
        model: str | None = None,
    ) -> Described:
        """Return four prompts for a picture from anywhere, in words that the model knows.

        Args:
            source: The file: its path or its bytes.
            language: "en" or "zh".
            model: None for the default one.

        Raises:
            InputError: The file is no picture.
            UnsupportedError: The model has no words, or cannot read pictures.
        """
        from mezzotint.studio.reading import describe_picture

        engine = self.open_engine(model or self.settings.default_model)
        source = source if isinstance(source, bytes) else Path(source)
        return describe_picture(engine, source, language)

    def shorten(self: Workshop, prompt: str, *, model: str | None = None) -> Shortened:
        """Return which words of a prompt matter, and shorter prompts.

        Args:
            prompt: One prompt.
            model: None for the default one.

        Raises:
            InputError: The prompt is refused.
            UnsupportedError: The model has no words.
        """
        from mezzotint.studio.output import one_prompt
        from mezzotint.verbs.shorten import shorten

        engine = self.open_engine(model or self.settings.default_model)
        return shorten(engine, one_prompt(self, prompt))
