"""Make one picture, or a run of them, what the packed set wants: decode, crop, resize."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mezzotint.data.packed.channels import to_channels
from mezzotint.data.packed.records import PackedEntry, SkippedEntry, packed_entry
from mezzotint.data.sources.pixel_content import PixelContent
from mezzotint.domain.errors import InputError
from mezzotint.imaging.read import probe_picture, read_picture
from mezzotint.imaging.resize import fill_and_crop

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.packed.options import Channels, OptOuts, PackOptions
    from mezzotint.data.sources.entry import Entry


@dataclass(frozen=True, kw_only=True, eq=False)
class Unit:
    """Hold a run of entries made ready to write.

    Attributes:
        pixels: uint8 [n, H, W, C] in [0, 255], n at most the number of entries.
        entries: Of the n pictures.
        skipped: Of the other entries.
    """

    pixels: NDArray[np.uint8]
    entries: tuple[PackedEntry, ...]
    skipped: tuple[SkippedEntry, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Hold what the header of a picture says, upright."""

    height_px: int
    width_px: int
    channels: Channels


def fit_entries(
    entries: Sequence[Entry], options: PackOptions, channels: Channels, opt_outs: OptOuts | None
) -> Unit:
    """Decode and resize a run of entries; those that are broken or opted out are skipped."""
    import numpy as np

    shape = (options.height_px, options.width_px, channels)
    pixels = np.empty((len(entries), *shape), np.uint8)
    packed: list[PackedEntry] = []
    skipped: list[SkippedEntry] = []
    for entry in entries:
        try:
            data = entry.open()
            digest = hashlib.sha256(data).hexdigest()
            reason = opt_outs.reason_against(entry.key, digest) if opt_outs else None
            if reason is None:
                pixels[len(packed)] = _fit(entry, data, options, channels)
                packed.append(packed_entry(entry, digest))
            else:
                skipped.append(SkippedEntry(key=entry.key, code="data.opt_out", reason=reason))
        except InputError as error:
            skipped.append(SkippedEntry(key=entry.key, code=error.code, reason=error.message))
    return Unit(pixels=pixels[: len(packed)], entries=tuple(packed), skipped=tuple(skipped))


def shape_of(entry: Entry) -> Shape | None:
    """Read size and channels of a picture from its header; None if it is broken."""
    try:
        if isinstance(entry.content, PixelContent):
            height, width, channels = entry.content.pixels.shape
        else:
            header = probe_picture(entry.path or entry.open(), name=entry.key)
            height, width, channels = header.height_px, header.width_px, header.num_channels
    except InputError:
        return None
    return Shape(height_px=height, width_px=width, channels=cast("Channels", channels))


def _fit(entry: Entry, data: bytes, options: PackOptions, channels: Channels) -> NDArray[np.uint8]:
    if isinstance(entry.content, PixelContent):
        pixels = entry.content.pixels
    else:
        pixels = read_picture(
            data,
            max_pixels=options.max_pixels,
            # A JPEG decoder that shrinks while it decodes does most of the resizing for free.
            min_size_px=max(options.height_px, options.width_px),
            name=entry.key,
        ).pixels
    fitted = fill_and_crop(pixels, options.height_px, options.width_px, method=options.method)
    return to_channels(fitted, channels)
