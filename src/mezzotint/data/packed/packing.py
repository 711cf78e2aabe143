"""Pack a source: decode and resize by all cores, write in order, resume after a kill."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Literal

from mezzotint.data.packed.finishing import RECORD_NAMES, finish, is_finished
from mezzotint.data.packed.fitting import fit_entries
from mezzotint.data.packed.journal import (
    JOURNAL_NAME,
    PIXELS_NAME,
    Journal,
    JournalHead,
    read_head,
    resume_journal,
    start_journal,
)
from mezzotint.data.packed.lock import exclusive
from mezzotint.data.packed.packed_set import HEADER_NAME, PackedSet, open_packed
from mezzotint.data.packed.parallel import batched, map_in_order, shapes_of
from mezzotint.data.packed.plan import Plan, make_plan
from mezzotint.domain.errors import FailedError, InputError
from mezzotint.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator
    from pathlib import Path

    from mezzotint.data.packed.options import Channels, OptOuts, PackOptions
    from mezzotint.data.sources.entry import Source

# What is lost by a kill, and held in memory twice for every worker.
UNIT_BYTES = 8 << 20
MAX_UNIT_ENTRIES = 512

PLAN_CHARS = 16  # of the plan's digest in a folder's name: 64 bits

Workers = Literal["threads", "processes"]


@dataclass(frozen=True, kw_only=True)
class PackProgress:
    """Say how far a packing is.

    Attributes:
        num_done: Entries that are on disk or skipped.
        num_entries: Of the source.
        num_skipped: Broken or opted out.
    """

    num_done: int
    num_entries: int
    num_skipped: int


def pack(
    source: Source,
    destination: Path,
    options: PackOptions,
    *,
    opt_outs: OptOuts | None = None,
    num_workers: int | None = None,
    workers: Workers = "threads",
    progress: Callable[[PackProgress], None] | None = None,
) -> PackedSet:
    """Make a packed set of a source, or go on where an interrupted call was.

    The bytes depend on source and options alone, not on workers or interruptions. Until the set
    is whole it lies in a hidden folder beside `destination`. A set that is there already, made of
    the same source in the same way, is opened and returned.

    Args:
        source: Where the pictures come from; nothing in it is changed.
        destination: Folder to make.
        options: Size and channels.
        opt_outs: Pictures that must not be in it.
        num_workers: None = one for each core.
        workers: Decoding lets go of Python's lock for about four fifths of its time, so "threads"
            keep some five cores busy; beyond, "processes" are faster, once they have started.
            They need a program that can be imported: `if __name__ == "__main__":`.
        progress: Called after each unit of work.

    Returns:
        The opened set, all of it verified.

    Raises:
        InputError: No picture can be read, or `destination` holds something else.
        FailedError: The disk is full, or another process is packing the same set.
    """
    job = _Job(
        source=source,
        plan=make_plan(source, options, opt_outs),
        options=options,
        opt_outs=opt_outs,
        num_workers=num_workers or os.cpu_count() or 1,
        workers=workers,
        progress=progress or (lambda _: None),
    )
    return _pack_once(destination, job)


def pack_in_cache(
    source: Source,
    cache_dir: Path,
    name: str,
    options: PackOptions,
    *,
    opt_outs: OptOuts | None = None,
    num_workers: int | None = None,
    workers: Workers = "threads",
    progress: Callable[[PackProgress], None] | None = None,
) -> PackedSet:
    """Pack into a cache; open what is there if neither pictures nor options have changed.

    Args:
        source: Where the pictures come from.
        cache_dir: Where packed sets are kept, each in a folder of its own.
        name: How its folder's name begins, for people who look into the cache.
        options: See `pack`, as all that follow.
        opt_outs: Pictures that must not be in it.
        num_workers: None = one for each core.
        workers: "threads" or "processes".
        progress: Called after each unit of work.

    Raises:
        InputError: No picture can be read.
        FailedError: The disk is full, or another process is packing the same set.
    """
    job = _Job(
        source=source,
        plan=make_plan(source, options, opt_outs),
        options=options,
        opt_outs=opt_outs,
        num_workers=num_workers or os.cpu_count() or 1,
        workers=workers,
        progress=progress or (lambda _: None),
    )
    size = f"{options.height_px}x{options.width_px}"
    return _pack_once(cache_dir / f"{name}-{size}-{job.plan.digest[:PLAN_CHARS]}", job)


def _pack_once(destination: Path, job: _Job) -> PackedSet:
    lock = destination.with_name(f".{destination.name}.lock")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        if not destination.exists():
            with exclusive(lock):
                try:
                    if not destination.exists():
                        _pack_beside(destination, job)
                finally:
                    _remove(lock)
    except OSError as error:
        raise FailedError(
            "data.packed.write",
            Message(
                "The packed set cannot be written to {path}: {reason}.",
                path=str(destination.parent),
                reason=error.strerror or str(error),
            ),
            Message("Make room on the disk and start again: it goes on where it was."),
        ) from error
    return _open_same(destination, job.plan)


def _remove(lock: Path) -> None:
    # while it is held, so that nobody else's is removed; Windows allows that only afterwards,
    # where an empty file stays
    with suppress(PermissionError):
        lock.unlink(missing_ok=True)


@dataclass(frozen=True, kw_only=True)
class _Job:
    """What all steps of one packing share; see `pack`."""

    source: Source
    plan: Plan
    options: PackOptions
    opt_outs: OptOuts | None
    num_workers: int
    workers: Workers
    progress: Callable[[PackProgress], None]


def _pack_beside(destination: Path, job: _Job) -> None:
    """Pack into a hidden folder, which gets its name when it is whole."""
    unfinished = destination.with_name(f".{destination.name}.partial")
    unfinished.mkdir(exist_ok=True)
    if not is_finished(unfinished, job.plan):
        with _open_journal(unfinished, job) as journal:
            _work_through(journal, job)
            finish(journal, job.plan, job.options)
    unfinished.rename(destination)


def _open_same(destination: Path, plan: Plan) -> PackedSet:
    packed = open_packed(destination) if (destination / HEADER_NAME).exists() else None
    if packed is None or packed.plan != plan.digest:
        raise InputError(
            "data.packed.taken",
            Message("There is something else at {path} already.", path=str(destination)),
            Message("Delete it, or name another folder."),
        )
    return packed


def _open_journal(folder: Path, job: _Job) -> Journal:
    head = read_head(folder)
    is_same = head is not None and head.plan == job.plan.digest
    if head is None or not is_same:
        for name in (JOURNAL_NAME, PIXELS_NAME, *RECORD_NAMES):
            (folder / name).unlink(missing_ok=True)
        channels = job.options.channels or fewest_channels(job.source, job.num_workers)
        head = JournalHead(plan=job.plan.digest, channels=channels)
    shape = (job.options.height_px, job.options.width_px, head.channels)
    return resume_journal(folder, shape) if is_same else start_journal(folder, head, shape)


def fewest_channels(source: Source, num_threads: int) -> Channels:
    """Return the fewest channels that lose nothing of any picture: the headers tell."""
    shapes = shapes_of(source.entries(), num_threads)
    return most_channels({shape.channels for shape in shapes if shape})


def most_channels(found: Collection[Channels]) -> Channels:
    """Return the largest of several numbers of channels."""
    return 4 if 4 in found else 3 if 3 in found else 1


def _work_through(journal: Journal, job: _Job) -> None:
    """Make units of what is left of the source and append them in their order."""
    picture_bytes = job.options.height_px * job.options.width_px * journal.channels
    num_unit_entries = max(1, min(MAX_UNIT_ENTRIES, UNIT_BYTES // picture_bytes))
    # A resumed run must cut its units where the first one did, for the hashes of the blocks.
    rest = islice(job.source.entries(), journal.num_entries, None)
    fit = partial(
        fit_entries, options=job.options, channels=journal.channels, opt_outs=job.opt_outs
    )
    batches = batched(rest, num_unit_entries)
    with _executor(job) as executor:
        for unit in map_in_order(executor, fit, batches, job.num_workers):
            journal.append(unit)
            job.progress(
                PackProgress(
                    num_done=journal.num_entries,
                    num_entries=job.plan.num_entries,
                    num_skipped=len(journal.skipped),
                )
            )


@contextmanager
def _executor(job: _Job) -> Generator[Executor]:
    if job.workers == "threads":
        executor: Executor = ThreadPoolExecutor(job.num_workers)
    else:
        # Not "fork": a fork copies locks that other threads (torch, obstore) may hold.
        executor = ProcessPoolExecutor(
            job.num_workers, mp_context=get_context("spawn"), initializer=_ignore_interrupts
        )
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
