"""Look at all entries of a source: on all cores, in order, in bounded memory."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mezzotint.data.check.examine import examine
from mezzotint.data.check.facts import BrokenPicture, PictureFacts
from mezzotint.data.packed.parallel import batched, map_in_order
from mezzotint.imaging.read import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.data.optout import OptOuts
    from mezzotint.data.sources.entry import Entry, Source

_ENTRIES_AT_ONCE = 8  # per task: small pictures take less time than a task's own cost


@dataclass(frozen=True, kw_only=True)
class SurveyOptions:
    """Say how to look.

    Attributes:
        max_pixels: Pictures with more are refused as decompression bombs.
        opt_outs: Pictures that must not be trained on; None = no such list.
        num_threads: None = one a core. The result does not depend on it.
    """

    max_pixels: int = MAX_PIXELS
    opt_outs: OptOuts | None = None
    num_threads: int | None = None


@dataclass(frozen=True, kw_only=True)
class SurveyProgress:
    """Say how far a survey is."""

    num_done: int
    num_entries: int


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Hold the facts of every entry, in the order of the source.

    Attributes:
        pictures: Of the readable ones.
        broken: The others, with the reason; together with `pictures` all entries there are.
    """

    pictures: tuple[PictureFacts, ...]
    broken: tuple[BrokenPicture, ...]


def survey(
    source: Source,
    options: SurveyOptions | None = None,
    *,
    progress: Callable[[SurveyProgress], None] | None = None,
) -> Survey:
    """Look at every entry once. About 1 KB a picture is kept.

    Args:
        source: Anything that `open_source` opens; it is only read.
        options: None = the defaults.
        progress: Called after every few pictures.
    """
    options = options or SurveyOptions()
    num_entries = sum(1 for _ in source.entries()) if progress else 0
    num_threads = options.num_threads or os.cpu_count() or 1
    look = partial(_examine_all, options=options)
    pictures: list[PictureFacts] = []
    broken: list[BrokenPicture] = []
    executor = ThreadPoolExecutor(num_threads)
    try:
        batches = batched(source.entries(), _ENTRIES_AT_ONCE)
        for found in map_in_order(executor, look, batches, num_threads):
            for each in found:
                if isinstance(each, BrokenPicture):
                    broken.append(each)
                else:
                    pictures.append(each)
            if progress:
                num_done = len(pictures) + len(broken)
                progress(SurveyProgress(num_done=num_done, num_entries=num_entries))
    finally:
        executor.shutdown(cancel_futures=True)  # Ctrl-C waits for the files in hand, no more
    return Survey(pictures=tuple(pictures), broken=tuple(broken))


def _examine_all(
    entries: list[Entry], *, options: SurveyOptions
) -> list[PictureFacts | BrokenPicture]:
    return [
        examine(entry, max_pixels=options.max_pixels, opt_outs=options.opt_outs)
        for entry in entries
    ]
