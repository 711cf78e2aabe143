"""Small pictures for the report's page, of those that it shows and no others."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from mezzotint.data.check.page.context import MAX_FIGURES
from mezzotint.data.check.page.findings import MAX_GROUPS, MAX_OF_GROUP
from mezzotint.data.packed.parallel import map_in_order
from mezzotint.domain.errors import MezzotintError
from mezzotint.imaging.read import MAX_PIXELS, read_picture

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mezzotint.data.check.report import CheckReport
    from mezzotint.data.sources.entry import Entry, Source

SIDE_PX = 128  # of a 92 px frame: sharp on fine screens, and 2 to 4 KB each
_QUALITY = 60


def shown_keys(report: CheckReport) -> frozenset[str]:
    """Return the keys of the pictures that the page shows."""
    lists: list[Sequence[str]] = [
        report.sample,
        report.blurred[:MAX_FIGURES],
        report.flat[:MAX_FIGURES],
        report.near_opted_out[:MAX_FIGURES],
        [each.key for each in report.no_training[:MAX_FIGURES]],
        [each.key for each in report.made_by_ai[:MAX_FIGURES]],
    ]
    for groups in (report.exact_duplicates, report.near_duplicates, report.straddling):
        lists += [group[:MAX_OF_GROUP] for group in groups[:MAX_GROUPS]]
    return frozenset(key for keys in lists for key in keys)


def make_thumbnails(
    source: Source,
    keys: Collection[str],
    *,
    max_pixels: int = MAX_PIXELS,
    num_threads: int | None = None,
) -> dict[str, bytes]:
    """Read the named pictures again, small, as WebP.

    Args:
        source: The one that was checked.
        keys: Usually `shown_keys`; what cannot be read any more is left out.
        max_pixels: Refuse larger pictures.
        num_threads: None = one a core.
    """
    wanted = (entry for entry in source.entries() if entry.key in keys)
    num_threads = num_threads or os.cpu_count() or 1
    make = partial(_thumbnail, max_pixels=max_pixels)
    with ThreadPoolExecutor(num_threads) as threads:
        return dict(_present(map_in_order(threads, make, wanted, num_threads)))


def _present(made: Iterable[tuple[str, bytes | None]]) -> Iterable[tuple[str, bytes]]:
    return ((key, data) for key, data in made if data is not None)


def _thumbnail(entry: Entry, *, max_pixels: int) -> tuple[str, bytes | None]:
    from PIL import Image

    try:
        picture = read_picture(
            entry.open(), name=entry.key, max_pixels=max_pixels, min_size_px=SIDE_PX
        )
    except MezzotintError:
        return entry.key, None
    pixels = picture.pixels
    small = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    factor = SIDE_PX // max(small.size)
    if factor > 1:  # tiny pictures are pixel art more often than not: enlarged, it stays sharp
        size = (small.width * factor, small.height * factor)
        small = small.resize(size, Image.Resampling.NEAREST)
    else:
        small.thumbnail((SIDE_PX, SIDE_PX))
    file = BytesIO()
    small.save(file, "WEBP", quality=_QUALITY, method=4, lossless=factor > 1)
    return entry.key, file.getvalue()
