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
from mezzotint.prompt.extensions import with_style_codes
from mezzotint.prompt.render import render
from mezzotint.prompt.structure import Prompt, Submission
from mezzotint.provenance.record import PictureRecord
from mezzotint.provenance.stamp import stamp
from mezzotint.studio.images import Imagined, StudioImage, image_name
from mezzotint.studio.reference_files import (
    NO_REFERENCES,
    References,
    read_references,
    references_of_record,
    with_file_names,
)
from mezzotint.verbs.imagine import ImagineRequest, ImagineResult, imagine
from mezzotint.verbs.latent_plan import NUM_DRAFTS
from mezzotint.verbs.unsupported import followed_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.domain.card import Card
    from mezzotint.engines.protocol import Engine


@dataclass(frozen=True, kw_only=True)
class ImagineOptions:
    """Say how many pictures are made and how they are written."""

    num_images: int = 4  # for each prompt
    picture_format: OutputFormat = "png"
    producer: str = "mezzotint-local"  # in the AIGC label
    private: bool = False  # leave prompt and parameters out of the files
    with_sheet: bool = True
    num_drafts: int = NUM_DRAFTS  # for each prompt with --draft
    may_read_files: bool = True  # whether paths in the prompt are read


@dataclass(frozen=True, kw_only=True)
class Job:
    """Hold one prompt with its seed and the pictures wanted of it."""

    prompt: Prompt
    seed: int
    first_index: int
    num_images: int
    references: References = NO_REFERENCES

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
    for job in plan_jobs(engine.card, submission, options):
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


def plan_jobs(card: Card, submission: Submission, options: ImagineOptions) -> Iterator[Job]:
    """Give each prompt its seed; a repeat goes on with the next pictures of the same seed.

    `--sref random` becomes another code in every prompt and every repeat.

    Raises:
        InputError: A picture that a prompt refers to cannot be read.
    """
    for prompt in submission.prompts:
        seed = prompt.parameters.seed
        if seed is None:
            seed = _draw_number()
        is_draft = bool(prompt.parameters.draft) and "draft" in followed_words(card)
        num_images = options.num_drafts if is_draft else options.num_images
        references = NO_REFERENCES
        if card.graph("image") is not None:
            references = read_references(prompt, may_read_files=options.may_read_files)
        for repeat in range(prompt.num_repeats):
            yield Job(
                prompt=with_style_codes(prompt, _draw_number),
                seed=seed,
                first_index=repeat * num_images,
                num_images=num_images,
                references=references,
            )


def _draw_number() -> int:
    return secrets.randbelow(MAX_SEED + 1)


def imagine_job(
    engine: Engine, job: Job, options: ImagineOptions
) -> tuple[tuple[StudioImage, ...], tuple[Message, ...]]:
    """Paint and stamp the pictures of one job."""
    return stamp_job(engine, job, imagine(engine, request_of(job)), options)


def request_of(job: Job) -> ImagineRequest:
    """Return what the engine is asked for a job."""
    return ImagineRequest(
        prompt=job.prompt,
        seed=job.seed,
        picture_indices=job.indices,
        references=job.references.pictures,
    )


def stamp_job(
    engine: Engine, job: Job, result: ImagineResult, options: ImagineOptions
) -> tuple[tuple[StudioImage, ...], tuple[Message, ...]]:
    """Stamp the pictures that were painted for a job."""
    record = _record(engine, job, result)
    images: list[StudioImage] = []
    warnings = dict.fromkeys((*job.references.warnings, *result.warnings))
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
        references=references_of_record(record),
    )


def _record(engine: Engine, job: Job, result: ImagineResult) -> PictureRecord:
    """Return what all pictures of a job have in common."""
    card = engine.card
    named = with_file_names(job.prompt)
    seeded = replace(named, parameters=replace(named.parameters, seed=job.seed))
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
        parent_pixel_sha256=job.references.pixel_sha256,
        parent_labels=job.references.labels,
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
