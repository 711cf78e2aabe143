"""Compose and enlarge, from files of any origin to labelled files; no model takes part."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.version import VERSION
from mezzotint.imaging.naming import picture_name
from mezzotint.imaging.new_file import write_new
from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.stamp import stamp
from mezzotint.studio.images import StudioImage
from mezzotint.studio.output import Made, Output
from mezzotint.studio.parents import Material, read_material, source_type_of
from mezzotint.verbs.compose.spritesheet import Sprite, Spritesheet, SpritesheetRequest, spritesheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.verbs.compose.ad import Layout
    from mezzotint.verbs.compose.skybox import SkyboxRequest
    from mezzotint.verbs.compose.texture import TextureRequest
    from mezzotint.verbs.upscale_sprite import UpscaleSpriteRequest

_PICTURE_ENDINGS = frozenset(".png .webp .jpg .jpeg .gif .bmp .tif .tiff .avif".split())
_MAX_AD_SIDE_PX = 8192


@dataclass(frozen=True, kw_only=True)
class AdOptions:
    """Say what an advert shows and in which shapes.

    Attributes:
        headline: The large text.
        subline: The smaller one; "" = none.
        aspects: "1:1", "16:9", ... or exact sizes such as "1200x628"; one file each.
        size_px: Longer side of those given as W:H.
        layout: "over", "beside" or "auto".
        focus: What must stay in sight: across and down, 0 to 1.
        font_file: None = a font of the system.
    """

    headline: str
    subline: str = ""
    aspects: Sequence[str] = ("1:1", "4:5", "9:16", "16:9")
    size_px: int = 1080
    layout: Layout = "auto"
    focus: tuple[float, float] = (0.5, 0.5)
    font_file: Path | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Atlas:
    """Hold a spritesheet and what describes it.

    Attributes:
        image: The atlas, labelled and ready to store.
        sheet: Where each sprite lies.
        warnings: What was guessed or lost.
    """

    image: StudioImage
    sheet: Spritesheet
    warnings: tuple[Message, ...]

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write the atlas, and beside it the JSON that names it; return both paths."""
        image_path = self.image.save(folder / self.image.name)
        document = json.dumps(self.sheet.atlas(image_path.name), ensure_ascii=False, indent=1)
        json_path = write_new(image_path.with_suffix(".json"), document.encode())
        return image_path, json_path


def compose_ads(
    picture_file: Path | bytes, logo_file: Path | None, output: Output, options: AdOptions
) -> Made:
    """Make one advert for each aspect."""
    from mezzotint.imaging.fonts import find_typeface
    from mezzotint.verbs.compose.ad import AdRequest, ad

    if not options.headline.strip():
        raise InputError(
            "ad.headline",
            Message("The headline is empty."),
            Message('Give it a text: --headline "Walk on"'),
        )
    sizes = [ad_size(aspect, options.size_px) for aspect in options.aspects]
    typeface = find_typeface(options.headline + options.subline, options.font_file)
    materials = [read_material(picture_file)]
    logo = None if logo_file is None else read_material(logo_file)
    if logo is not None:
        materials.append(logo)
    making = _Making("ad", materials, output, adds_own=True)
    for (width, height), aspect in zip(sizes, options.aspects, strict=True):
        request = AdRequest(
            headline=options.headline,
            subline=options.subline,
            width_px=width,
            height_px=height,
            layout=options.layout,
            focus=options.focus,
        )
        pixels = ad(
            request,
            materials[0].picture.pixels,
            None if logo is None else logo.picture.pixels,
            typeface,
        )
        parameters: dict[str, Scalar] = {
            "headline": options.headline,
            "subline": options.subline,
            "aspect": aspect,
            "size_px": options.size_px,
            "layout": options.layout,
            "focus_x": options.focus[0],
            "focus_y": options.focus[1],
            "font": typeface.name,
        }
        making.add(pixels, parameters, "ad", aspect.replace(":", "x"), text=options.headline)
    return making.made()


def compose_spritesheet(
    sources: Sequence[Path], name: str, output: Output, request: SpritesheetRequest
) -> Atlas:
    """Pack pictures, or all pictures of folders, into an atlas; sprites are called like files."""
    files = list_pictures(sources)
    materials = [read_material(path) for path in files]
    sheet = spritesheet(
        request,
        [Sprite(name=material.name, pixels=material.picture.pixels) for material in materials],
    )
    making = _Making("spritesheet", materials, output, adds_own=False)
    parameters: dict[str, Scalar] = {
        "padding_px": request.padding_px,
        "trim": request.trim,
        "power_of_two": request.power_of_two,
        "max_side_px": request.max_side_px,
    }
    image = making.add(sheet.pixels, parameters, name=name)
    return Atlas(image=image, sheet=sheet, warnings=making.made().warnings)


def compose_skybox(
    source: Path | bytes,
    output: Output,
    request: SkyboxRequest,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """Cut a panorama into six faces; the sheet is the unfolded cube."""
    from mezzotint.verbs.compose.skybox import skybox

    material = read_material(source)
    cube = skybox(request, material.picture.pixels, progress=progress)
    making = _Making("skybox", [material], output, adds_own=False)
    making.warn(cube.warnings)
    for face, pixels in cube.faces.items():
        making.add(pixels, {"face": face, "face_px": pixels.shape[0]}, "skybox", face)
    face_px = cube.faces["front"].shape[0]
    making.add_sheet(cube.cross(), {"face": "all", "face_px": face_px}, "skybox", "cross")
    return making.made()


def compose_texture(source: Path | bytes, output: Output, request: TextureRequest) -> Made:
    """Make a tile, its height map and its normal map."""
    from mezzotint.verbs.compose.texture import texture

    material = read_material(source)
    made = texture(request, material.picture.pixels)
    making = _Making("texture", [material], output, adds_own=False)
    if not made.is_joined and request.overlap is None:
        making.warn([Message("The picture repeats without a seam already; it was not cut.")])
    parameters: dict[str, Scalar] = {
        "overlap": request.overlap,
        "strength": request.strength,
        "convention": request.convention,
        "seam": round(made.seam, 3),
    }
    maps = {"tile": made.tile, "height": made.height, "normal": made.normal}
    for kind, pixels in maps.items():
        making.add(pixels, {**parameters, "map": kind}, "texture", kind)
    return making.made()


def upscale_sprites(sources: Sequence[Path], output: Output, request: UpscaleSpriteRequest) -> Made:
    """Enlarge sprites by a whole number."""
    from mezzotint.verbs.upscale_sprite import upscale_sprite

    warnings: dict[Message, None] = {}
    images: list[StudioImage] = []
    for path in list_pictures(sources):
        material = read_material(path)
        pixels = upscale_sprite(request, material.picture.pixels)
        making = _Making("upscale", [material], output, adds_own=False)
        parameters: dict[str, Scalar] = {"factor": request.factor, "method": request.method}
        images.append(making.add(pixels, parameters, f"{request.factor}x"))
        warnings.update(dict.fromkeys(making.made().warnings))
    return Made(images=tuple(images), warnings=tuple(warnings))


def list_pictures(sources: Sequence[Path]) -> list[Path]:
    """Return the files named, and the pictures of the folders named, in the order of their names.

    Raises:
        InputError: "compose.empty".
    """
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            files += sorted(
                path for path in source.iterdir() if path.suffix.lower() in _PICTURE_ENDINGS
            )
        else:
            files.append(source)
    if not files:
        raise InputError(
            "compose.empty",
            Message("There is no picture to work on."),
            Message("Name pictures, or a folder with PNG, WebP or JPEG files."),
        )
    return files


def ad_size(aspect: str, size_px: int) -> tuple[int, int]:
    """Return width and height of an advert.

    Raises:
        InputError: "ad.aspect".

    Example:
        >>> ad_size("16:9", 1920), ad_size("1200x628", 1080)
        ((1920, 1080), (1200, 628))
    """
    sides = aspect.lower().replace("\u00d7", "x").replace(":", "x").split("x")
    is_valid = len(sides) == 2 and all(side.isdecimal() and int(side) > 0 for side in sides)
    if is_valid:
        width, height = map(int, sides)
        if ":" in aspect:
            scale = size_px / max(width, height)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
        if min(width, height) >= 32 and max(width, height) <= _MAX_AD_SIDE_PX:
            return width, height
    raise InputError(
        "ad.aspect",
        Message("'{aspect}' is no shape for an advert.", aspect=aspect),
        Message("Write W:H such as 16:9, or WIDTHxHEIGHT such as 1200x628, 32 to 8192 px a side."),
    )


class _Making:
    """Collect the files that one verb makes from the same pictures."""

    def __init__(
        self, verb: str, materials: Sequence[Material], output: Output, *, adds_own: bool
    ) -> None:
        self._output = output
        self._stem = Path(materials[0].name).stem
        self._record = plain_record(verb, materials, adds_own=adds_own)
        self._images: list[StudioImage] = []
        self._sheet: StudioImage | None = None
        self._warnings: dict[Message, None] = {}
        for material in materials:
            self.warn(material.picture.warnings)

    def warn(self, warnings: Sequence[Message]) -> None:
        """Keep warnings, each once."""
        self._warnings.update(dict.fromkeys(warnings))

    def add(
        self,
        pixels: NDArray[np.uint8],
        parameters: Mapping[str, Scalar],
        *parts: str,
        text: str = "",
        name: str | None = None,
    ) -> StudioImage:
        """Stamp one picture; its name is that of the first file with `parts` behind it."""
        image = self._stamped(pixels, parameters, parts, text, name)
        self._images.append(image)
        return image

    def add_sheet(
        self, pixels: NDArray[np.uint8], parameters: Mapping[str, Scalar], *parts: str
    ) -> None:
        """Stamp the picture that shows all of them."""
        self._sheet = self._stamped(pixels, parameters, parts, "", None)

    def made(self) -> Made:
        """Return everything."""
        return Made(images=tuple(self._images), sheet=self._sheet, warnings=tuple(self._warnings))

    def _stamped(
        self,
        pixels: NDArray[np.uint8],
        parameters: Mapping[str, Scalar],
        parts: Sequence[str],
        text: str,
        name: str | None,
    ) -> StudioImage:
        stamped = stamp(
            pixels,
            replace(self._record, parameters=dict(parameters), text=text),
            picture_format=self._output.picture_format,
            producer=self._output.producer,
            private=self._output.private,
        )
        self.warn(stamped.warnings)
        file_name = picture_name(
            name or self._stem, *parts, picture_format=self._output.picture_format
        )
        return StudioImage(pixels=pixels, data=stamped.data, record=stamped.record, name=file_name)


def plain_record(verb: str, materials: Sequence[Material], *, adds_own: bool) -> PictureRecord:
    """Return the record of what was made from pictures without a model."""
    # The model is named if one and the same made all pictures; their recipes stay in their files.
    records = [material.record for material in materials]
    first = records[0]
    made_by = {record.bundle_sha256 if record else None for record in records}
    model = first if first is not None and len(made_by) == 1 else None
    return PictureRecord(
        mezzotint_version=VERSION,
        verb=verb,
        model=model.model if model else "",
        family=model.family if model else "",
        bundle_sha256=model.bundle_sha256 if model else "",
        engine="",
        data_manifest_sha256=model.data_manifest_sha256 if model else (),
        digital_source_type=source_type_of(materials, adds_own=adds_own),
        parent_pixel_sha256=tuple(material.sha256 for material in materials),
        parent_labels=tuple(
            dict.fromkeys(label for each in materials for label in each.picture.labels.ai_texts)
        ),
        num_pictures=1,
    )
