"""Read back what a picture file says about itself, and check what can be checked."""

from __future__ import annotations

from dataclasses import dataclass

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message
from mezzotint.imaging.formats import PictureFormat
from mezzotint.imaging.labels import Labels, find_labels
from mezzotint.imaging.metadata import Metadata, read_metadata
from mezzotint.imaging.pixel_hash import pixel_hash
from mezzotint.imaging.read import MAX_PIXELS, Picture, read_picture
from mezzotint.imaging.source import PictureSource, open_source
from mezzotint.provenance.infotext import Infotext, parse_infotext
from mezzotint.provenance.record import PictureRecord, read_record, recipe_id
from mezzotint.provenance.stamp import PARAMETERS_KEY, RECORD_KEY
from mezzotint.provenance.verdict import Check, FileContent, WhatItSays, write_verdict
from mezzotint.provenance.xmp import record_json_in

_DAMAGES = ("picture.truncated", "picture.damaged")
_MAX_SEED_DIGITS = 20


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Hold what a file says about itself and whether it still holds.

    Attributes:
        format: What the content is.
        model: Name of the model; None if the file does not say.
        prompt: The prompt; None if the file does not say.
        seed: The seed; None if the file does not say.
        record: Our record; None if the file has none that can be read.
        infotext: The A1111 text; None if the file has none.
        labels: AI labels and others, ours or not.
        foreign_labels: The AI labels that are not ours, as they stand: those of other programs,
            and those of the pictures that this one was made from.
        pixels: Whether the pixels are those that were written.
        recipe: Whether the recipe is the one that was written.
        verdict: All of this in plain sentences.
    """

    format: PictureFormat
    model: str | None
    prompt: str | None
    seed: int | None
    record: PictureRecord | None
    infotext: Infotext | None
    labels: Labels
    foreign_labels: tuple[str, ...]
    pixels: Check
    recipe: Check
    verdict: tuple[Message, ...]

    @property
    def has_all_labels(self) -> bool:
        """Tell whether both labels that we write are there."""
        return self.labels.digital_source_type is not None and self.labels.aigc is not None

    @property
    def is_intact(self) -> bool:
        """Tell whether this is a file of ours with nothing changed or removed."""
        return self.pixels == self.recipe == "holds" and self.has_all_labels


def verify(source: PictureSource, *, max_pixels: int = MAX_PIXELS) -> Verification:
    """Check a picture file, ours or not.

    A file that holds was not changed by accident or by ordinary programs. It is no proof against
    somebody who writes a new record: that takes a signature.

    Args:
        source: A path, or the bytes of a whole file.
        max_pixels: Refuse pictures with more pixels.

    Raises:
        InputError: The file is missing, empty, or no picture; a damaged picture is reported in
            the result.

    Example:
        >>> import numpy as np
        >>> from mezzotint.provenance.stamp import stamp
        >>> record = PictureRecord(mezzotint_version="0.1.0", verb="imagine", prompt="koi", seed=7,
        ...                        model="pond", family="cgan", bundle_sha256="45", engine="native")
        >>> checked = verify(stamp(np.zeros((8, 12, 3), np.uint8), record).data)
        >>> checked.prompt, checked.seed, checked.pixels, checked.is_intact
        ('koi', 7, 'holds', True)
    """
    content = _read(source, max_pixels)
    pixels = _check_pixels(content)
    recipe = _check_recipe(content)
    record, infotext = content.record, content.infotext
    says = _what_it_says(record, infotext)
    return Verification(
        format=content.format,
        model=says.model,
        prompt=says.prompt,
        seed=says.seed,
        record=record,
        infotext=infotext,
        labels=content.labels,
        foreign_labels=_foreign_labels(content),
        pixels=pixels,
        recipe=recipe,
        verdict=write_verdict(content, says, pixels=pixels, recipe=recipe),
    )


def _read(source: PictureSource, max_pixels: int) -> FileContent:
    try:
        picture = read_picture(source, max_pixels=max_pixels)
    except InputError as error:
        if error.code not in _DAMAGES:
            raise
        with open_source(source) as opened:
            metadata = read_metadata(opened.stream, opened.format)
            return _content(opened.format, metadata, None, error.message)
    return _content(picture.format, picture.metadata, _pixel_hash(source, picture), None)


def _pixel_hash(source: PictureSource, picture: Picture) -> str:
    """Hash the pixels; of one of our films, all frames."""
    says_film = "num_frames" in (_record_json(picture.metadata) or "")
    if not says_film or picture.format not in ("gif", "webp"):
        return pixel_hash(picture.pixels)
    from mezzotint.imaging.animation import frames_hash

    with open_source(source) as opened:
        return frames_hash(opened.stream.read())


def _content(
    picture_format: PictureFormat,
    metadata: Metadata,
    found_pixel_hash: str | None,
    pixel_fault: Message | None,
) -> FileContent:
    record = record_fault = None
    record_json = _record_json(metadata)
    try:
        record = None if record_json is None else read_record(record_json)
    except InputError as error:
        record_fault = error
    text = metadata.text(PARAMETERS_KEY)
    infotext = None if text is None else parse_infotext(text)
    if infotext is None and metadata.user_comment is not None:
        # Cameras write comments too: only one with parameters is an infotext.
        parsed = parse_infotext(metadata.user_comment)
        text, infotext = (metadata.user_comment, parsed) if parsed.parameters else (None, None)
    return FileContent(
        format=picture_format,
        labels=find_labels(metadata),
        record_json=record_json,
        record=record,
        record_fault=record_fault,
        text=text,
        infotext=infotext,
        pixel_hash=found_pixel_hash,
        pixel_fault=pixel_fault,
    )


def _record_json(metadata: Metadata) -> str | None:
    text = metadata.text(RECORD_KEY)
    if text is None and metadata.xmp is not None:
        text = record_json_in(metadata.xmp)
    return text


def _what_it_says(record: PictureRecord | None, infotext: Infotext | None) -> WhatItSays:
    if record is not None:
        return WhatItSays(model=record.model or None, prompt=record.prompt, seed=record.seed)
    if infotext is None:
        return WhatItSays()
    seed = infotext.parameters.get("Seed", "")
    return WhatItSays(
        model=infotext.parameters.get("Model"),
        prompt=infotext.prompt or None,
        seed=int(seed) if seed.isdecimal() and len(seed) <= _MAX_SEED_DIGITS else None,
    )


def _check_pixels(content: FileContent) -> Check:
    record, label = content.record, content.our_label
    if record is not None and record.file is not None:
        expected = record.file.pixel_sha256
    elif label is not None and label.reserved_code1:
        expected = label.reserved_code1
    else:
        return "unknown"
    return "holds" if content.pixel_hash == expected else "broken"


def _check_recipe(content: FileContent) -> Check:
    label = content.our_label
    if content.record_json is None or label is None:
        return "unknown"
    is_same = label.produce_id == recipe_id(content.record_json, content.text)
    return "holds" if is_same else "broken"


def _foreign_labels(content: FileContent) -> tuple[str, ...]:
    labels = content.labels
    if content.our_label is not None:
        return labels.of_parents
    if content.record is not None:  # the IPTC label is ours too, as far as anyone can tell
        return tuple(filter(None, (*labels.of_parents, labels.aigc_text)))
    return labels.ai_texts
