"""The only door out for picture bytes: encode, write the recipe, label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.imaging.encode import DEFAULT_OPTIONS, EncodeOptions, encode_pixels
from mezzotint.imaging.formats import FileFormat, OutputFormat
from mezzotint.imaging.metadata import Metadata, embed_metadata
from mezzotint.imaging.pixel_hash import pixel_hash
from mezzotint.imaging.read import read_picture
from mezzotint.provenance.infotext import infotext_of
from mezzotint.provenance.record import FileFacts, PictureRecord, recipe_id
from mezzotint.provenance.xmp import DEFAULT_PRODUCER, aigc_label, write_packet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARAMETERS_KEY = "parameters"
RECORD_KEY = "mezzotint"

_NO_LIMIT = 2**62  # pixels; what was just encoded fits in memory


@dataclass(frozen=True, kw_only=True)
class StampedPicture:
    """Hold a finished picture file. Store and serve its bytes unchanged.

    Attributes:
        data: The whole file.
        record: The record as it stands in the file, its facts about the file included.
        warnings: What was lost on the way.
    """

    data: bytes
    record: PictureRecord
    warnings: tuple[Message, ...] = ()


def stamp(
    pixels: NDArray[np.uint8],
    record: PictureRecord,
    *,
    picture_format: OutputFormat = "png",
    options: EncodeOptions = DEFAULT_OPTIONS,
    producer: str = DEFAULT_PRODUCER,
    private: bool = False,
) -> StampedPicture:
    """Turn pixels into a file that says what it is and how it was made.

    The order is fixed: a visible label and a watermark, where there are any, are part of the
    pixels; then encoding; then the text that describes the encoded pixels; then the labels; a
    signature, where there is one, comes last and covers it all.

    Args:
        pixels: uint8 [H, W, C], C 1, 3 or 4.
        record: The recipe; its `file` is filled in here.
        picture_format: "png", "webp" or "jpeg".
        options: Quality and compression.
        producer: Who makes pictures here, for the AIGC label.
        private: Leave out prompt, parameters, seed and parents. Labels are always written.

    Raises:
        InputError: "label.producer", "picture.too-large-for-format" or "picture.text-too-long".

    Example:
        >>> import numpy as np
        >>> record = PictureRecord(mezzotint_version="0.1.0", verb="imagine", prompt="koi", seed=7,
        ...                        model="pond", family="cgan", bundle_sha256="45", engine="native")
        >>> stamped = stamp(np.zeros((8, 12, 3), np.uint8), record)
        >>> stamped.record.file.width_px, stamped.data == stamp(
        ...     np.zeros((8, 12, 3), np.uint8), record).data
        (12, True)
    """
    encoded = encode_pixels(pixels, picture_format, options)
    record = record.without_private_data() if private else record
    record = replace(record, file=_file_facts(encoded.data, picture_format, options))
    metadata = describe(record, picture_format, producer)
    data = embed_metadata(encoded.data, picture_format, metadata)
    return StampedPicture(data=data, record=record, warnings=encoded.warnings)


def _file_facts(data: bytes, picture_format: OutputFormat, options: EncodeOptions) -> FileFacts:
    # Read back what was encoded: JPEG changes pixels, WebP turns grey into RGB.
    pixels = read_picture(data, max_pixels=_NO_LIMIT).pixels
    return FileFacts(
        format=picture_format,
        height_px=pixels.shape[0],
        width_px=pixels.shape[1],
        encoder=options.used_by(picture_format),
        pixel_sha256=pixel_hash(pixels),
    )


def describe(record: PictureRecord, file_format: FileFormat, producer: str) -> Metadata:
    """Write the record and the labels as the metadata of one file format.

    The labels that say "made by AI" are left out only if no model took part and no picture that
    this one was made from carries such a label.
    """
    assert record.file is not None, "the file was encoded before it is described"
    has_comment = file_format not in ("gif", "mp4")
    parameters = infotext_of(record).to_text() if has_comment and not record.is_private else None
    record_json = record.to_json()
    label = None
    if record.digital_source_type is not None:
        label = aigc_label(
            producer=producer,
            produce_id=recipe_id(record_json, parameters),
            pixel_sha256=record.file.pixel_sha256,
        )
    has_text_chunks = file_format == "png"
    texts = [(PARAMETERS_KEY, parameters)] if parameters is not None else []
    return Metadata(
        texts=(*texts, (RECORD_KEY, record_json)) if has_text_chunks else (),
        user_comment=None if has_text_chunks else parameters,
        xmp=write_packet(
            digital_source_type=record.digital_source_type,
            aigc=label,
            record_json=None if has_text_chunks else record_json,
            parent_labels=record.parent_labels,
        ),
    )
