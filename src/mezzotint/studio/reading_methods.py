"""The studio's methods that read: prompts, the weight of words, a codec's loss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.reading import Described
    from mezzotint.studio.reconstructing import Reconstructed
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

        name = model or self.settings.default_model
        source = source if isinstance(source, bytes) else Path(source)
        return describe_picture(self.open_engine(name), self.models.find(name), source, language)

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

    def reconstruct(
        self: Workshop,
        source: Path | str | bytes,
        *,
        model: str | None = None,
        format: OutputFormat | None = None,  # the word users know
        private: bool = False,
    ) -> Reconstructed:
        """Take a picture apart and put it together again: what the model's codec keeps of it.

        Args:
            source: The file: its path or its bytes.
            model: None = the one that made the picture, or the default one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave parents and figures out of the file; labels stay.

        Raises:
            InputError: The file is no picture.
            UnsupportedError: The model cannot take pictures apart.
        """
        from mezzotint.studio.output import output_of
        from mezzotint.studio.reconstructing import reconstruct_picture

        source = source if isinstance(source, bytes) else Path(source)
        output = output_of(self.settings, format, private=private)
        return reconstruct_picture(self, source, output, model=model)
