"""The studio's methods for finished things: adverts, atlases, skies, surfaces, larger pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mezzotint.imaging.formats import OutputFormat
    from mezzotint.imaging.surface import NormalConvention
    from mezzotint.studio.composing import Atlas
    from mezzotint.studio.output import Made, Workshop
    from mezzotint.studio.upscaling import UpscaleMethod
    from mezzotint.verbs.compose.ad import Layout
    from mezzotint.verbs.upscale_sprite import SpriteMethod

    Progress = Callable[[int, int], None]


class ComposeMethods:
    """Make finished things from pictures of any origin; labels found in them are kept."""

    def ads(
        self: Workshop,
        picture: Path | str | bytes,
        headline: str,
        *,
        subline: str = "",
        logo: Path | str | None = None,
        aspects: Sequence[str] = ("1:1", "4:5", "9:16", "16:9"),
        size_px: int = 1080,
        layout: Layout = "auto",
        focus: tuple[float, float] = (0.5, 0.5),
        font: Path | str | None = None,
        format: OutputFormat | None = None,  # the word users know
        private: bool = False,
    ) -> Made:
        """Set a headline, and a logo, on a picture, in several shapes at once.

        Args:
            picture: Any picture: a path or bytes.
            headline: The large text; English, Chinese or both.
            subline: The smaller one.
            logo: A picture, transparent as a rule.
            aspects: "W:H" or "WIDTHxHEIGHT", one file each.
            size_px: Longer side of those given as W:H.
            layout: "over" the picture, "beside" it, or "auto".
            focus: What must stay in sight when cropped: across and down, 0 to 1.
            font: A font file; None takes one of the system.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave texts and parents out of the files; labels stay.

        Raises:
            InputError: A file is no picture, an aspect is wrong, or no font has the characters.
        """
        from mezzotint.studio.composing import AdOptions, compose_ads
        from mezzotint.studio.output import output_of

        options = AdOptions(
            headline=headline,
            subline=subline,
            aspects=aspects,
            size_px=size_px,
            layout=layout,
            focus=focus,
            font_file=None if font is None else Path(font),
        )
        return compose_ads(
            _source(picture),
            None if logo is None else Path(logo),
            output_of(self.settings, format, private=private),
            options,
        )

    def spritesheet(
        self: Workshop,
        pictures: Sequence[Path | str],
        *,
        name: str = "sprites",
        padding_px: int = 2,
        trim: bool = True,
        power_of_two: bool = False,
        max_side_px: int = 4096,
    ) -> Atlas:
        """Pack pictures into one PNG with the JSON that game engines read.

        Args:
            pictures: Files, or folders of files.
            name: Of the atlas.
            padding_px: Empty pixels between sprites.
            trim: Cut transparent borders off.
            power_of_two: Make the sides powers of two.
            max_side_px: No side is longer.

        Raises:
            InputError: A file is no picture, two have one name, or they do not fit.
        """
        from mezzotint.studio.composing import compose_spritesheet
        from mezzotint.studio.output import output_of
        from mezzotint.verbs.compose.spritesheet import SpritesheetRequest

        request = SpritesheetRequest(
            padding_px=padding_px, trim=trim, power_of_two=power_of_two, max_side_px=max_side_px
        )
        output = output_of(self.settings, "png")
        return compose_spritesheet([Path(each) for each in pictures], name, output, request)

    def skybox(
        self: Workshop,
        panorama: Path | str | bytes,
        *,
        face_px: int | None = None,
        format: OutputFormat | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Made:
        """Cut a panorama into the six faces of a cube; the sheet is the cube unfolded.

        Args:
            panorama: Equirectangular, twice as wide as high.
            face_px: Side of a face; None = a quarter of the width.
            format: "png", "webp" or "jpeg"; None for the setting's.
            progress: Told how many faces of six are done.
        """
        from mezzotint.studio.composing import compose_skybox
        from mezzotint.studio.output import output_of
        from mezzotint.verbs.compose.skybox import SkyboxRequest

        output = output_of(self.settings, format)
        request = SkyboxRequest(face_px=face_px)
        return compose_skybox(_source(panorama), output, request, progress=progress)

    def texture(
        self: Workshop,
        picture: Path | str | bytes,
        *,
        overlap: float | None = None,
        strength: float = 1.0,
        convention: NormalConvention = "opengl",
        format: OutputFormat | None = None,
    ) -> Made:
        """Make a tile that repeats without a seam, with height and normal map.

        Args:
            picture: Any picture.
            overlap: Share of each side used up for the joint; None joins only what has a seam.
            strength: Of the slopes; 1 is usual.
            convention: "opengl" (green up) or "directx" (green down).
            format: "png", "webp" or "jpeg"; None for the setting's.
        """
        from mezzotint.studio.composing import compose_texture
        from mezzotint.studio.output import output_of
        from mezzotint.verbs.compose.texture import TextureRequest

        request = TextureRequest(overlap=overlap, strength=strength, convention=convention)
        return compose_texture(_source(picture), output_of(self.settings, format), request)

    def upscale_sprites(
        self: Workshop,
        pictures: Sequence[Path | str],
        *,
        factor: int,
        method: SpriteMethod = "squares",
        format: OutputFormat | None = None,
    ) -> Made:
        """Enlarge sprites by a whole number, without a new colour.

        Args:
            pictures: Files, or folders of files.
            factor: 1 or more.
            method: "squares", or "pixel-art" for rounded diagonals (2, 3, 4, 6, 8 or 9 times).
            format: "png", "webp" or "jpeg"; None for the setting's.

        Raises:
            InputError: The factor is wrong, or the result would be too large.
        """
        from mezzotint.studio.composing import upscale_sprites
        from mezzotint.studio.output import output_of
        from mezzotint.verbs.upscale_sprite import UpscaleSpriteRequest

        request = UpscaleSpriteRequest(factor=factor, method=method)
        output = output_of(self.settings, format)
        return upscale_sprites([Path(each) for each in pictures], output, request)

    def upscale(
        self: Workshop,
        pictures: Sequence[Path | str],
        *,
        factor: int = 2,
        method: UpscaleMethod = "subtle",
        model: str | None = None,
        format: OutputFormat | None = None,
        private: bool = False,
        progress: Progress | None = None,
    ) -> Made:
        """Enlarge pictures of any origin by a model's upscaler, in tiles.

        Args:
            pictures: Files, or folders of files.
            factor: 2 or 4.
            method: "subtle" adds what the net is sure of, "creative" half as much again;
                "lanczos" interpolates by any whole factor, without a model or new detail.
            model: None = the one that made the picture, or the default one.
            format: "png", "webp" or "jpeg"; None for the setting's.
            private: Leave parents and parameters out of the files; labels stay.
            progress: Told how many tiles of a picture are done.

        Raises:
            InputError: The factor is wrong, or the result would be too large.
            UnsupportedError: The model has no upscaler.
        """
        from mezzotint.studio.output import output_of
        from mezzotint.studio.upscaling import Upscaling, upscale_pictures

        return upscale_pictures(
            self,
            [Path(each) for each in pictures],
            output_of(self.settings, format, private=private),
            Upscaling(factor=factor, method=method, model=model),
            progress=progress,
        )


def _source(picture: Path | str | bytes) -> Path | bytes:
    return picture if isinstance(picture, bytes) else Path(picture)
