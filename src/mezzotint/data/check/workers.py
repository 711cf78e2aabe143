"""Look at entries side by side: in processes where that is possible, else in threads."""

from __future__ import annotations

import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from mezzotint.data.check.examine import is_large
from mezzotint.data.sources.contents import BrokenContent, LocalContent, SliceContent, ZipContent

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.data.sources.entry import Entry

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# Contents that a process can open from their description alone. A table of Parquet and a store
# keep files and connections open.
_PORTABLE = (LocalContent, SliceContent, ZipContent, BrokenContent)


class Workers(Executor):
    """Run functions of a list of entries in processes, or in threads of this process.

    To threads go entries that only this process can open, and large files, which must take turns.

    Args:
        num_workers: Processes, and threads besides.
    """

    def __init__(self, num_workers: int) -> None:
        # Not "fork": a fork copies locks that other threads (torch, obstore) may hold.
        self._processes = ProcessPoolExecutor(
            num_workers, mp_context=get_context("spawn"), initializer=_ignore_interrupts
        )
        self._threads = ThreadPoolExecutor(num_workers)

    def submit(
        self,
        fn: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Start a call whose only positional argument is a list of entries."""
        (entries,) = cast("tuple[list[Entry]]", args)
        is_portable = all(map(_is_portable, entries))
        return (self._processes if is_portable else self._threads).submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End both."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        self._processes.shutdown(wait, cancel_futures=cancel_futures)


def _is_portable(entry: Entry) -> bool:
    content = entry.content
    return isinstance(content, _PORTABLE) and not is_large(
        content.size_bytes, is_jpeg=entry.key.lower().endswith((".jpg", ".jpeg"))
    )


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
