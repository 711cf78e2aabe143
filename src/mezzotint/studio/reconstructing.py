"""Reconstruct, from a file to a file with its figures."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.domain.card import Scalar
from mezzotint.domain.message import Message
from mezzotint.prompt.structure import Prompt
from mezzotint.studio.editing import engine_for_edits, find_parents, source_type_with_model
from mezzotint.studio.output import Output, finish, model_record
from mezzotint.studio.parents import engine_of, read_material
from mezzotint.verbs.reconstruct import reconstruct

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.provenance.record import PictureRecord
    from mezzotint.studio.images import StudioImage
    from mezzotint.studio.output import Workshop


@dataclass(frozen=True, kw_only=True, eq=False)
class Reconstructed:
    """Hold what a codec made of a picture.

    Attributes:
        image: The picture that came back.
        psnr_db: Peak signal-to-noise ratio; infinite if nothing was lost.
        ssim: Structural similarity, at most 1; None for sides below 11 px.
        warnings: What was guessed, ignored or scaled.
    """

    image: StudioImage
    psnr_db: float
    ssim: float | None
    warnings: tuple[Message, ...]


def reconstruct_picture(
    workshop: Workshop, source: Path | bytes, output: Output, *, model: str | None
) -> Reconstructed:
    """Send a picture of any origin through the codec of a model."""
    material = read_material(source)
    engine = engine_for_edits(workshop, material, model)
    done = reconstruct(engine, material.picture.pixels)
    figures: dict[str, Scalar] = {}
    if math.isfinite(done.psnr_db):
        figures["psnr_db"] = round(done.psnr_db, 3)
    if done.ssim is not None:
        figures["ssim"] = round(done.ssim, 5)
    record = replace(
        model_record(engine, "reconstruct", prompt=Prompt()),
        parameters=figures,
        digital_source_type=source_type_with_model([material]),
        parent_pixel_sha256=(material.sha256,),
        parent_labels=material.picture.labels.ai_texts,
    )
    image, said = finish(done.pixels, record, output, last="")
    scaled: tuple[Message, ...] = ()
    if done.original.shape[:2] != material.picture.pixels.shape[:2]:
        height, width = done.original.shape[:2]
        scaled = (
            Message(
                "The picture was scaled to {width} x {height} px first.",
                width=width,
                height=height,
            ),
        )
    return Reconstructed(
        image=image,
        psnr_db=done.psnr_db,
        ssim=done.ssim,
        warnings=(*material.picture.warnings, *scaled, *said),
    )


def reconstruct_again(
    workshop: Workshop, record: PictureRecord, parents: Sequence[Path | bytes]
) -> NDArray[np.uint8]:
    """Send the parent through the codec again.

    Raises:
        InputError: "record.parent".
    """
    (material,) = find_parents(record, parents, num_parents=1)
    return reconstruct(engine_of(workshop, record), material.picture.pixels).pixels
