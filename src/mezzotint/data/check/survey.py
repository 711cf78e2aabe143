"""Look at all entries of a source: on all cores, in order, in bounded memory."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from mezzotint.data.check.examine import examine
from mezzotint.data.check.facts import BrokenPicture, PictureFacts
from mezzotint.data.check.workers import Workers
from mezzotint.data.packed.parallel import batched, map_in_order
from mezzotint.imaging.read import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezzotint.data.optout import OptOuts
    from mezzotint.data.sources.entry import Source

_ENTRIES_AT_ONCE = 16  # per task: small pictures take less time than a task's own cost
MIN_FOR_PROCESSES = 512  # fewer take less time than to start a process: half a second


@dataclass(frozen=True, kw_only=True)
class SurveyOptions:
    """Say how to look.

    Attributes:
        max_pixels: Pictures with more are refused as decompression bombs.
        opt_outs: Pictures that must not be trained on; None = no such list.
        num_workers: None = one a core. The result does not depend on it.
        workers: "processes" are faster by the number of cores, and need a main module that may be
            imported anew (`if __name__ == "__main__":`); a few hundred pictures and those behind
            the network are left to "threads" all the same.
    """

    max_pixels: int = MAX_PIXELS
    opt_outs: OptOuts | None = None
    num_workers: int | None = None
    workers: Literal["threads", "processes"] = "threads"


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
    pictures: list[PictureFacts] = []
    broken: list[BrokenPicture] = []
    for found in _examined(source, options):
        for each in found:
            if isinstance(each, BrokenPicture):
                broken.append(each)
            else:
                pictures.append(each)
        if progress:
            num_done = len(pictures) + len(broken)
            progress(SurveyProgress(num_done=num_done, num_entries=num_entries))
    return Survey(pictures=tuple(pictures), broken=tuple(broken))


def _examined(
    source: Source, options: SurveyOptions
) -> Iterator[list[PictureFacts | BrokenPicture]]:
    num_workers = options.num_workers or os.cpu_count() or 1
    entries = source.entries()
    first = list(islice(entries, MIN_FOR_PROCESSES))
    is_large = len(first) == MIN_FOR_PROCESSES
    use_processes = options.workers == "processes" and is_large and num_workers > 1
    look = partial(examine, max_pixels=options.max_pixels, opt_outs=options.opt_outs)
    batches = batched(chain(first, entries), _ENTRIES_AT_ONCE)
    executor = Workers(num_workers) if use_processes else ThreadPoolExecutor(num_workers)
    try:
        yield from map_in_order(executor, look, batches, 2 * num_workers)
    finally:
        executor.shutdown(cancel_futures=True)  # Ctrl-C waits for the files in hand, no more
