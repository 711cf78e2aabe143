"""The door out for films: encode the frames, write the recipe, label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.imaging.animation import encode_animation, frames_hash
from mezzotint.imaging.formats import AnimationFormat
from mezzotint.provenance.record import FileFacts, PictureRecord
from mezzotint.provenance.stamp import describe
from mezzotint.provenance.xmp import DEFAULT_PRODUCER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.imaging.metadata import Metadata


@dataclass(frozen=True, kw_only=True)
class StampedAnimation:
    """Hold a finished film. Store and serve its bytes unchanged.

    Attributes:
        data: The whole file.
        record: The record as it stands in the file.
        warnings: What was lost on the way.
    """

    data: bytes
    record: PictureRecord
    warnings: tuple[Message, ...] = ()


def stamp_animation(
    frames: Sequence[NDArray[np.uint8]],
    record: PictureRecord,
    *,
    file_format: AnimationFormat,
    frames_per_s: float,
    producer: str = DEFAULT_PRODUCER,
    private: bool = False,
) -> StampedAnimation:
    """Turn frames into a film that says what it is and how it was made.

    Args:
        frames: uint8 [H, W, C], all of one shape.
        record: The recipe; its `file` is filled in here.
        file_format: "gif", "webp" or "mp4".
        frames_per_s: Speed.
        producer: Who makes pictures here, for the AIGC label.
        private: Leave out prompt, parameters, seed and parents. Labels are always written.

    Raises:
        InputError: As `encode_animation`, or "label.producer".
        MissingExtraError: MP4 without the part `video`.
        FailedError: ffmpeg failed.
    """
    encoded = encode_animation(frames, file_format, frames_per_s=frames_per_s)
    record = record.without_private_data() if private else record
    height, width = frames[0].shape[:2]
    facts = FileFacts(
        format=file_format,
        height_px=height,
        width_px=width,
        encoder={"num_frames": len(frames), "frame_ms": encoded.frame_ms},
        pixel_sha256=_content_hash(encoded.data, file_format),
    )
    record = replace(record, file=facts)
    metadata = describe(record, file_format, producer)
    data = _embed(encoded.data, file_format, metadata)
    return StampedAnimation(data=data, record=record, warnings=encoded.warnings)


def _content_hash(data: bytes, file_format: AnimationFormat) -> str:
    if file_format != "mp4":
        return frames_hash(data)
    import hashlib

    # Nothing here decodes H.264, so the hash is that of the film without its label.
    return hashlib.sha256(data).hexdigest()


def _embed(data: bytes, file_format: AnimationFormat, metadata: Metadata) -> bytes:
    from mezzotint.imaging.containers import gif, mp4
    from mezzotint.imaging.metadata import embed_metadata

    if file_format == "webp":
        return embed_metadata(data, "webp", metadata)
    assert metadata.xmp is not None, "every file gets a packet"
    insert = gif.insert_blocks if file_format == "gif" else mp4.insert_blocks
    return insert(data, xmp=metadata.xmp.encode())
