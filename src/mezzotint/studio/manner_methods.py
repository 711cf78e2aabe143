"""The studio's methods that change how a picture looks; `Studio` inherits them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.studio.output import output_of
from mezzotint.verbs.restyle import DEFAULT_STRENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.studio.output import Made, Workshop
    from mezzotint.studio.sliding import Strip
    from mezzotint.verbs.directions import Direction


class MannerMethods:
    """Restyle and sliders, for pictures of any origin."""

    def restyle(
        self: Workshop,
        source: Path | str | bytes,
        manner: str = "",
        *,
        like: Path | str | bytes | None = None,
        strength: float = DEFAULT_STRENGTH,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,  # the word users know
        private: bool = False,
    ) -> Made:
        """Keep the shapes of a picture and take the manner of words, or of another picture.

        Args:
            source: The file: its path or its bytes; from anywhere.
            manner: Words of the manner.
            like: A picture of that manner; with words both count.
            strength: 0 gives the picture itself, 1 the whole manner.
            model: None = the one that made the picture, or the default one.
            num_images: How many.
            seed: None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.

        Raises:
            InputError: A file is no picture, or there is no manner.
            UnsupportedError: The model has no styles.
        """
        from mezzotint.studio.restyling import RestyleWish, restyle_picture

        asked = RestyleWish(
            prompt=manner,
            like=Path(like) if isinstance(like, str) else like,
            strength=strength,
            num_images=num_images,
            seed=seed,
            model=model,
        )
        output = output_of(self.settings, format, private=private)
        source = source if isinstance(source, bytes) else Path(source)
        return restyle_picture(self, source, output, asked)

    def sliders(
        self: Workshop,
        source: Path | bytes | str,
        values: Mapping[str, float] | None = None,
        *,
        strip: Strip | None = None,
        model: str | None = None,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
    ) -> Made:
        """Move a picture along directions of its model, or show a strip of values on one sheet.

        Args:
            source: A file from anywhere (path or bytes), or a prompt (text).
            values: How far along each direction; 0 changes nothing, 1 is one step.
            strip: Which values of one direction are shown side by side, besides.
            model: None = the one that made the picture, or the default one.
            seed: For a prompt without one, or a picture from elsewhere; None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the file; labels stay.

        Raises:
            InputError: There is no such direction, or a value is too far away.
            UnsupportedError: The model has no directions.
        """
        from mezzotint.studio.sliding import SliderWish, slide_picture

        asked = SliderWish(
            values=tuple((values or {}).items()), strip=strip, model=model, seed=seed
        )
        output = output_of(self.settings, format, private=private)
        return slide_picture(self, source, output, asked)

    def list_sliders(
        self: Workshop, model: str | None = None, *, picture: Path | None = None
    ) -> tuple[Direction, ...]:
        """Return the directions of a model, the named ones first.

        Args:
            model: None for the one that made the picture, or the default one.
            picture: A file that the model may have made.

        Raises:
            UnsupportedError: The model has no directions.
        """
        from mezzotint.studio.sliding import directions_of
        from mezzotint.studio.starts import read_start

        if picture is not None and model is None:
            return directions_of(self, read_start(self, picture, model=None).engine)
        return directions_of(self, self.open_engine(model or self.settings.default_model))
