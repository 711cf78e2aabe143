"""Upscale picture files by a model, or by plain interpolation where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mezzotint.domain.errors import InputError, UnsupportedError
from mezzotint.domain.message import Message
from mezzotint.imaging.naming import picture_name
from mezzotint.prompt.structure import Prompt
from mezzotint.studio.composing import list_pictures, plain_record
from mezzotint.studio.editing import source_type_with_model
from mezzotint.studio.output import Made, Output, finish, model_record
from mezzotint.studio.parents import read_material

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine
    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Workshop
    from mezzotint.studio.parents import Material

UpscaleMethod = Literal["subtle", "creative", "lanczos"]


@dataclass(frozen=True, kw_only=True)
class Upscaling:
    """Say how pictures are enlarged.

    Attributes:
        factor: 2 or 4; for "lanczos" any whole number from 2.
        method: "subtle" or "creative" by a model; "lanczos" by interpolation alone.
        model: None = the one that made the picture, if it is here and can, else the default one.
    """

    factor: int
    method: UpscaleMethod
    model: str | None = None


def upscale_pictures(
    workshop: Workshop,
    sources: Sequence[Path],
    output: Output,
    asked: Upscaling,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """Enlarge pictures of any origin.

    Args:
        workshop: The studio.
        sources: Files, or folders of files.
        output: How they are written.
        asked: How much, and how.
        progress: Told how many tiles of a picture are done.

    Raises:
        InputError: "upscale.factor" or "upscale.size", or a file is no picture.
        UnsupportedError: `engine.no_upscaler`.
    """
    images: list[StudioImage] = []
    warnings: dict[Message, None] = {}
    for path in list_pictures(sources):
        material = read_material(path)
        warnings.update(dict.fromkeys(material.picture.warnings))
        if asked.method == "lanczos":
            pixels = _interpolated(material.picture.pixels, asked.factor)
            record = plain_record("upscale", [material], adds_own=False)
        else:
            engine = _engine(workshop, material, asked.model)
            pixels = _by_model(engine, material, asked, progress)
            record = _record(engine, material)
        parameters = {"factor": asked.factor, "method": asked.method}
        record = replace(record, parameters=parameters)
        image, more = finish(pixels, record, output, last=0)
        name = picture_name(path.stem, f"{asked.factor}x", picture_format=output.picture_format)
        images.append(replace(image, name=name))
        warnings.update(dict.fromkeys(more))
    return Made(images=tuple(images), warnings=tuple(warnings))


def _engine(workshop: Workshop, material: Material, model: str | None) -> Engine:
    if model is None and material.record is not None:
        bundle = workshop.models.find_hash(material.record.bundle_sha256)
        if bundle is not None and bundle.card.graph("upscaler") is not None:
            return workshop.open_engine(bundle.path.name)
    return workshop.open_engine(model or workshop.settings.default_model)


def _by_model(
    engine: Engine,
    material: Material,
    asked: Upscaling,
    progress: Callable[[int, int], None] | None,
) -> NDArray[np.uint8]:
    from mezzotint.engines.lacking import lacking_graph
    from mezzotint.verbs.upscale import UpscaleRequest, upscale

    if engine.card.graph("upscaler") is None:
        refusal = lacking_graph(engine.card, "upscaler")
        raise UnsupportedError(
            refusal.code,
            refusal.message,
            Message(
                "Choose a model with an upscaler: --model NAME. Without one, --method lanczos "
                "interpolates and --method squares enlarges sprites."
            ),
        )
    assert asked.method != "lanczos", "that needs no model"
    request = UpscaleRequest(factor=asked.factor, manner=asked.method)
    return upscale(engine, request, material.picture.pixels, progress=progress)


def _interpolated(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    from mezzotint.imaging.resize import resize
    from mezzotint.verbs.upscale_sprite import check_size

    if factor < 2:
        raise InputError(
            "upscale.factor",
            Message("Interpolation enlarges 2 times or more, not {factor}.", factor=factor),
        )
    height, width = pixels.shape[0] * factor, pixels.shape[1] * factor
    check_size(height, width)
    return resize(pixels, height, width)


def _record(engine: Engine, material: Material) -> PictureRecord:
    return replace(
        model_record(engine, "upscale", prompt=Prompt()),
        digital_source_type=source_type_with_model([material]),
        parent_pixel_sha256=(material.sha256,),
        parent_labels=material.picture.labels.ai_texts,
    )
