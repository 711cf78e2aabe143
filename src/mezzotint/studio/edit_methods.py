"""The studio's methods that change or blend pictures of any origin; `Studio` inherits them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.studio.editing import Edit
    from mezzotint.studio.hole_text import Region
    from mezzotint.studio.output import Made, Progress, Workshop
    from mezzotint.verbs.ground import Direction, Ground


class EditMethods:
    """Region, zoom, pan, square, uncrop and blend, for pictures of any origin."""

    def region(
        self: Workshop,
        source: Path | str | bytes,
        region: Region,
        *,
        prompt: str | None = None,
        feather_px: int | None = None,
        invert: bool = False,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,  # the word users know
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Paint a part of a picture anew; every byte outside it stays.

        Args:
            source: The file: its path or its bytes; from anywhere.
            region: Which part.
            prompt: What it shows; None = what goes with the rest.
            feather_px: How deep its border fades into it; None = as fits the model.
            invert: Paint everything but the region.
            model: None = the one that made the picture, or the default one.
            num_images: How many.
            seed: None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.
            progress: Told how many parts of how many are painted.

        Raises:
            InputError: The file is no picture, or the region none.
            UnsupportedError: The model cannot paint parts of pictures.
        """
        from mezzotint.studio.editing import Edit
        from mezzotint.studio.hole_text import read_hole

        asked = Edit(
            verb="region",
            hole_of=lambda size_px: read_hole(region, size_px) ^ invert,
            prompt=prompt,
            feather_px=feather_px,
            model=model,
            seed=seed,
            num_images=num_images,
        )
        return _edit(self, source, asked, format, private=private, progress=progress)

    def zoom(
        self: Workshop,
        source: Path | str | bytes,
        factor: float = 2.0,
        *,
        prompt: str | None = None,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Zoom out: show what lies around a picture, which stays in the middle as it is.

        Args:
            source: The file: its path or its bytes; from anywhere.
            factor: How many times as long both sides become, above 1.
            prompt: What is around; None = what goes with the picture.
            model: None = the one that made the picture, or the default one.
            num_images: How many.
            seed: None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.
            progress: Told how many parts of how many are painted.
        """
        from mezzotint.verbs.ground import ground_of_zoom

        if not 1 < factor <= 64:
            raise InputError(
                "zoom.factor",
                Message("The factor {factor} is not above 1 and at most 64.", factor=factor),
                Message("Zoom out by 1.5 or 2; zoom again to go on."),
            )
        asked = _growing(
            "zoom", lambda size: ground_of_zoom(size, factor), prompt, model, seed, num_images
        )
        return _edit(self, source, asked, format, private=private, progress=progress)

    def pan(
        self: Workshop,
        source: Path | str | bytes,
        direction: Direction,
        length: str | int = "50%",
        *,
        panorama: bool = False,
        prompt: str | None = None,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Continue a picture on one side, any length.

        Args:
            source: The file: its path or its bytes; from anywhere.
            direction: "left", "right", "up" or "down".
            length: Pixels, or a share of that side such as "50%".
            panorama: Whether to close the ring: the new end goes on at the other side.
            prompt: What comes; None = what goes with the picture.
            model: None = the one that made the picture, or the default one.
            num_images: How many.
            seed: None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.
            progress: Told how many parts of how many are painted.
        """
        from mezzotint.verbs.ground import ground_of_pan

        def ground_of(size_px: tuple[int, int]) -> Ground:
            side_px = size_px[direction in ("left", "right")]
            return ground_of_pan(direction, _pan_length_px(length, side_px))

        asked = replace(
            _growing("pan", ground_of, prompt, model, seed, num_images), is_ring=panorama
        )
        return _edit(self, source, asked, format, private=private, progress=progress)

    def square(
        self: Workshop,
        source: Path | str | bytes,
        *,
        prompt: str | None = None,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Make a picture square by painting on its short sides; arguments as in `zoom`."""
        from mezzotint.verbs.ground import ground_of_aspect

        asked = _growing(
            "square", lambda size: ground_of_aspect(size, 1.0), prompt, model, seed, num_images
        )
        return _edit(self, source, asked, format, private=private, progress=progress)

    def uncrop(
        self: Workshop,
        source: Path | str | bytes,
        aspect: str,
        *,
        prompt: str | None = None,
        model: str | None = None,
        num_images: int = 1,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Give a picture another aspect, such as "16:9", by painting on; nothing is cut off."""
        from mezzotint.verbs.ground import ground_of_aspect

        ratio = _read_ratio(aspect)
        asked = _growing(
            "uncrop", lambda size: ground_of_aspect(size, ratio), prompt, model, seed, num_images
        )
        return _edit(self, source, asked, format, private=private, progress=progress)

    def blend(
        self: Workshop,
        sources: Sequence[Path | str | bytes],
        *,
        weights: Sequence[float] = (),
        coarse: int | None = None,
        fine: int | None = None,
        prompt: str = "",
        model: str | None = None,
        num_images: int | None = None,
        seed: int | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
    ) -> Made:
        """Make pictures that have something of two to five others.

        Args:
            sources: The files: paths or bytes; from anywhere.
            weights: One a picture; () = all the same.
            coarse: Number of the picture, from 1, that gives the shapes; None = all of them.
            fine: Number of the picture that gives the manner; None = all of them.
            prompt: Words and parameters besides.
            model: None for the default one.
            num_images: How many; None for the setting's number.
            seed: None draws one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave prompt and parameters out of the files; labels stay.

        Raises:
            InputError: Too few or too many pictures, or the weights do not fit.
            UnsupportedError: The model cannot read pictures.
        """
        from mezzotint.studio.blending import Blending, blend_pictures
        from mezzotint.studio.output import output_of

        asked = Blending(
            weights=weights,
            coarse=coarse,
            fine=fine,
            prompt=prompt,
            model=model or self.settings.default_model,
            seed=seed,
            num_images=self.settings.num_images if num_images is None else num_images,
        )
        return blend_pictures(
            self,
            [one if isinstance(one, bytes) else Path(one) for one in sources],
            output_of(self.settings, format, private=private),
            asked,
        )


def _edit(
    workshop: Workshop,
    source: Path | str | bytes,
    asked: Edit,
    picture_format: OutputFormat | None,
    *,
    private: bool,
    progress: Progress | None,
) -> Made:
    from mezzotint.studio.editing import edit_picture
    from mezzotint.studio.output import output_of

    return edit_picture(
        workshop,
        source if isinstance(source, bytes) else Path(source),
        output_of(workshop.settings, picture_format, private=private),
        asked,
        progress=progress,
    )


def _growing(
    verb: str,
    ground_of: Callable[[tuple[int, int]], Ground],
    prompt: str | None,
    model: str | None,
    seed: int | None,
    num_images: int,
) -> Edit:
    """Return the edit that keeps a picture whole and paints ground around it."""
    from mezzotint.studio.editing import Edit

    return Edit(
        verb=verb,
        ground_of=ground_of,
        prompt=prompt,
        model=model,
        seed=seed,
        num_images=num_images,
    )


def _pan_length_px(length: str | int, side_px: int) -> int:
    text = str(length).strip()
    try:
        value = float(text.removesuffix("%").removesuffix("px"))
    except ValueError:
        value = 0.0
    pixels = value * side_px / 100 if text.endswith("%") else value
    if not 1 <= pixels < 2**31:
        raise InputError(
            "pan.length",
            Message("'{length}' is no length to pan by.", length=text),
            Message("Write pixels or a share of the picture: --by 64 or --by 50%"),
        )
    return round(pixels)


def _read_ratio(aspect: str) -> float:
    width, _, height = aspect.replace("：", ":").partition(":")
    try:
        ratio = float(width) / float(height or 1)
    except (ValueError, ZeroDivisionError):
        ratio = 0.0
    if not 0.01 <= ratio <= 100:
        raise InputError(
            "uncrop.aspect",
            Message("'{aspect}' is no aspect.", aspect=aspect),
            Message("Write width to height: --ar 16:9"),
        )
    return ratio
