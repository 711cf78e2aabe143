"""Imagine, from the submitted text to labelled files: read, draw seeds, paint, stamp."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.domain.streams import MAX_SEED
from mezzotint.domain.version import VERSION
from mezzotint.imaging.contact_sheet import contact_sheet
from mezzotint.imaging.formats import OutputFormat
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt, Submission
from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.stamp import stamp
from mezzotint.studio.images import Imagined, StudioImage, image_name
from mezzotint.verbs.imagine import ImagineRequest, ImagineResult, imagine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.engines.protocol import Engine


@dataclass(frozen=True, kw_only=True)
class ImagineOptions:
    """Say how many pictures are made and how they are written."""

    num_images: int = 4  # for each prompt
    picture_format: OutputFormat = "png"
    producer: str = "mezzotint-local"  # in the AIGC label
    private: bool = False  # leave prompt and parameters out of the files
    with_sheet: bool = True


@dataclass(frozen=True, kw_only=True)
class Job:
    """Hold one prompt with its seed and the pictures wanted of it."""

    prompt: Prompt
    seed: int
    first_index: int
    num_images: int

    @property
    def indices(self) -> range:
        """Return the indices of the pictures within the seed."""
        return range(self.first_index, self.first_index + self.num_images)


def imagine_submission(engine: Engine, submission: Submission, options: ImagineOptions) -> Imagined:
    """Make every picture that a submitted text stands for.

    Raises:
        InputError: The submission is refused, or nothing is left of it.
    """
    submission.raise_if_refused()
    images: list[StudioImage] = []
    warnings: dict[Message, None] = {}
    for job in plan_jobs(submission, options.num_images):
        made, said = imagine_job(engine, job, options)
        images.extend(made)
        warnings.update(dict.fromkeys(said))
    sheet = _sheet(images, options) if options.with_sheet and len(images) > 1 else None
    return Imagined(
        submission=submission,
        model=engine.card.name,
        images=tuple(images),
        sheet=sheet,
        warnings=tuple(warnings),
    )


def plan_jobs(submission: Submission, num_images: int) -> Iterator[Job]:
    """Give each prompt its seed; a repeat goes on with the next pictures of the same seed."""
    for prompt in submission.prompts:
        seed = prompt.parameters.seed
        if seed is None:
            seed = secrets.randbelow(MAX_SEED + 1)
        for repeat in range(prompt.num_repeats):
            yield Job(
                prompt=prompt, seed=seed, first_index=repeat * num_images, num_images=num_images
            )


def imagine_job(
    engine: Engine, job: Job, options: ImagineOptions
) -> tuple[tuple[StudioImage, ...], tuple[Message, ...]]:
    """Paint and stamp the pictures of one job."""
    request = ImagineRequest(prompt=job.prompt, seed=job.seed, picture_indices=job.indices)
    result = imagine(engine, request)
    record = _record(engine, job, result)
    images: list[StudioImage] = []
    warnings = dict.fromkeys(result.warnings)
    for index, pixels in zip(job.indices, result.pictures, strict=True):
        image, said = _stamped(pixels, replace(record, picture_index=index), options)
        images.append(image)
        warnings.update(dict.fromkeys(said))
    return tuple(images), tuple(warnings)


def job_of_record(record: PictureRecord, submission: Submission) -> Job:
    """Return the job that makes one recorded picture again.

    Raises:
        InputError: The record does not hold enough to make the picture again.
    """
    if record.verb != "imagine" or record.seed is None or len(submission.prompts) != 1:
        raise InputError(
            "record.incomplete",
            Message("This file does not hold the recipe of a picture made by imagine."),
            Message("Use the picture's own file, written without --private."),
        )
    return Job(
        prompt=submission.prompts[0],
        seed=record.seed,
        first_index=record.picture_index,
        num_images=1,
    )


def _record(engine: Engine, job: Job, result: ImagineResult) -> PictureRecord:
    """Return what all pictures of a job have in common."""
    card = engine.card
    seeded = replace(job.prompt, parameters=replace(job.prompt.parameters, seed=job.seed))
    return PictureRecord(
        mezzotint_version=VERSION,
        verb="imagine",
        prompt=render(seeded),
        text=job.prompt.text,
        negative_text=", ".join(job.prompt.no),
        parameters=result.resolved,
        model=card.name,
        family=card.family,
        bundle_sha256=engine.bundle_sha256,
        engine=engine.description,
        seed=job.seed,
        num_pictures=1,
        data_manifest_sha256=tuple(data.manifest_sha256 for data in card.data),
        warnings=tuple(str(warning) for warning in result.warnings),
    )


def _stamped(
    pixels: NDArray[np.uint8],
    record: PictureRecord,
    options: ImagineOptions,
    *,
    is_sheet: bool = False,
) -> tuple[StudioImage, tuple[Message, ...]]:
    stamped = stamp(
        pixels,
        record,
        picture_format=options.picture_format,
        producer=options.producer,
        private=options.private,
    )
    image = StudioImage(
        pixels=pixels,
        data=stamped.data,
        record=stamped.record,
        name=image_name(stamped.record, options.picture_format, is_sheet=is_sheet),
    )
    return image, stamped.warnings


def _sheet(images: Sequence[StudioImage], options: ImagineOptions) -> StudioImage:
    """Lay all pictures on one sheet; it is a picture too, so it carries labels and parents."""
    parents = [image.record.file.pixel_sha256 for image in images if image.record.file]
    record = replace(
        images[0].record,
        verb="sheet",
        parent_pixel_sha256=tuple(parents),
        num_pictures=len(images),
        file=None,
    )
    sheet = contact_sheet([image.pixels for image in images])
    return _stamped(sheet.pixels, record, options, is_sheet=True)[0]
