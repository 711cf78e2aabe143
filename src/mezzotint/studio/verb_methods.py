"""The studio's methods for verbs that need no mask and no text model; `Studio` inherits them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mezzotint.imaging.formats import AnimationFormat, OutputFormat
    from mezzotint.studio.batching import BatchDone
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Filmed, Made, StudioAnimation, Workshop

    Progress = Callable[[int, int], None]

Strength = Literal["subtle", "strong"] | float


class VerbMethods:
    """Vary, morph, loop, grid, batch, and making any of their files again."""

    def vary(
        self: Workshop,
        source: Path | str | bytes,
        *,
        strength: Strength = "subtle",
        num_images: int | None = None,
        seed: int | None = None,
        prompt: str | None = None,
        model: str | None = None,
        format: OutputFormat | None = None,  # the word users know
        private: bool = False,
    ) -> Made:
        """Make variations of a picture: by its recipe, or by its pixels if it comes from elsewhere.

        Args:
            source: The file: its path or its bytes.
            strength: "subtle", "strong", or 0 (the picture itself) to 1 (all chance anew).
            num_images: How many; None for the setting's number.
            seed: Of what is new; None draws one.
            prompt: Other words for the same picture (remix).
            model: None = the one that made the picture, or the default one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.

        Raises:
            InputError: The file has no recipe that can be followed here, and the model does not
                work on pixels.
        """
        from mezzotint.studio.output import output_of
        from mezzotint.studio.varying import Varying, vary_picture
        from mezzotint.verbs.vary import STRONG, SUBTLE

        named = {"subtle": SUBTLE, "strong": STRONG}
        return vary_picture(
            self,
            source if isinstance(source, bytes) else Path(source),
            output_of(self.settings, format, private=private),
            Varying(
                strength=named[strength] if isinstance(strength, str) else strength,
                num_images=_at_least_one(num_images, self.settings.num_images),
                seed=seed,
                prompt=prompt,
                model=model,
            ),
        )

    def morph(
        self: Workshop,
        stations: Sequence[str | Path],
        *,
        model: str | None = None,
        num_keys: int = 1,
        num_steps: int = 24,
        frames_per_s: float = 20.0,
        scale: int | None = None,
        seed: int | None = None,
        format: AnimationFormat = "gif",
        private: bool = False,
        progress: Progress | None = None,
    ) -> Filmed:
        """Make a film from picture to picture.

        Args:
            stations: What it passes through: prompts (text) and pictures of any origin (paths).
            model: None = the one that made the pictures, or the default one.
            num_keys: How many pictures of each prompt.
            num_steps: Frames from one picture to the next.
            frames_per_s: Speed, 1 to 50.
            scale: Whole factor; None enlarges small frames until they can be looked at.
            seed: For prompts without one.
            format: "gif", "webp" or "mp4".
            private: Leave prompt and parameters out of the file; labels stay.
            progress: Told how many frames of how many are painted.

        Raises:
            InputError: Fewer than two pictures, or a file that the model cannot take up.
            MissingExtraError: MP4 without the part `video`.
        """
        from mezzotint.studio.animating import FilmOptions, film_pictures
        from mezzotint.studio.output import output_of

        options = FilmOptions(
            model=model,
            num_keys=num_keys,
            num_steps=num_steps,
            frames_per_s=frames_per_s,
            scale=scale,
            seed=seed,
            file_format=format,
        )
        output = output_of(self.settings, None, private=private)
        return film_pictures(self, stations, output, options, progress=progress)

    def loop(
        self: Workshop,
        stations: Sequence[str | Path],
        *,
        model: str | None = None,
        num_keys: int = 1,
        num_steps: int = 24,
        frames_per_s: float = 20.0,
        scale: int | None = None,
        seed: int | None = None,
        format: AnimationFormat = "gif",
        private: bool = False,
        progress: Progress | None = None,
    ) -> Filmed:
        """Make a film that ends exactly where it began; arguments as in `morph`."""
        from mezzotint.studio.animating import FilmOptions, film_pictures
        from mezzotint.studio.output import output_of

        options = FilmOptions(
            model=model,
            num_keys=num_keys,
            num_steps=num_steps,
            frames_per_s=frames_per_s,
            scale=scale,
            seed=seed,
            file_format=format,
            is_closed=True,
        )
        output = output_of(self.settings, None, private=private)
        return film_pictures(self, stations, output, options, progress=progress)

    def grid(
        self: Workshop,
        prompt: str,
        *,
        x: str,
        y: str | None = None,
        model: str | None = None,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Make one labelled sheet: a picture for every pair of values of two parameters.

        Args:
            prompt: What all cells have in common.
            x: What changes from left to right: "stylize=0,500,1000", "seed=1..4",
                "words=bag|ankle boot".
            y: What changes from top to bottom; None for a single row.
            model: None for the default one.
            seed: Of all cells; None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the file; labels stay.
            progress: Told how many pictures of how many are painted.

        Raises:
            InputError: An axis is wrong, or a prompt is refused.
        """
        from mezzotint.studio.gridding import grid_sheet
        from mezzotint.studio.output import output_of
        from mezzotint.verbs.grid import parse_axis

        return grid_sheet(
            self,
            self.open_engine(model or self.settings.default_model),
            prompt,
            output_of(self.settings, format, private=private),
            columns=parse_axis(x),
            rows=parse_axis(y) if y else None,
            seed=seed,
            progress=progress,
        )

    def batch(
        self: Workshop,
        table: Path | str,
        folder: Path | str,
        *,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> BatchDone:
        """Make the pictures of a table of prompts; called again, go on where it stopped.

        Args:
            table: CSV or JSONL with a column "prompt"; others may be num_images, name, model and
                parameters such as seed or ar.
            folder: Where the pictures and the journal go.
            model: For rows without one; None for the default one.
            num_images: For rows that do not say.
            seed: Row n without a seed gets this plus n; None draws it, once for a folder.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.
            progress: Told how many pictures of how many are written.

        Raises:
            InputError: A row is wrong; nothing was made then.
        """
        from mezzotint.studio.batching import BatchOptions, run_batch
        from mezzotint.studio.imagining import ImagineOptions

        options = BatchOptions(
            model=model or self.settings.default_model,
            seed=seed,
            imagine=ImagineOptions(
                num_images=_at_least_one(num_images, 1),
                picture_format=format or self.settings.format,
                producer=self.settings.producer,
                private=private,
                with_sheet=False,
            ),
        )
        return run_batch(self, Path(table), Path(folder), options, progress=progress)

    def make_again(
        self: Workshop,
        source: Path | str | bytes,
        *,
        parents: Sequence[Path | bytes] = (),
        progress: Progress | None = None,
    ) -> StudioImage | StudioAnimation:
        """Make the picture, sheet or film of a file again from the recipe in it.

        Args:
            source: A file made by Mezzotint: its path or its bytes.
            parents: The pictures it was made from, if it is an edit or a blend of some.
            progress: Told how much of how much is painted.

        Raises:
            InputError: The file has no complete recipe, or its model is not here.
        """
        from mezzotint.studio.again import make_again

        return make_again(
            self,
            source if isinstance(source, bytes) else Path(source),
            parents=parents,
            progress=progress,
        )


def _at_least_one(num_images: int | None, otherwise: int) -> int:
    wanted = otherwise if num_images is None else num_images
    if wanted < 1:
        raise InputError(
            "imagine.count",
            Message("{num} pictures cannot be made.", num=wanted),
            Message("Ask for 1 or more."),
        )
    return wanted
