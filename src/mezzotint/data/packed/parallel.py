"""Work on runs of entries side by side and take the results in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from mezzotint.data.packed.fitting import Shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

    from mezzotint.data.sources.entry import Entry

Item = TypeVar("Item")
Result = TypeVar("Result")
PROBE_ENTRIES = 128  # a header takes 0.1 ms; one future each would cost as much


def map_in_order(
    executor: Executor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    num_workers: int,
) -> Iterator[Result]:
    """Map with few results waiting; `Executor.map` would take in all items at once.

    Args:
        executor: Threads or processes.
        function: What to do.
        items: Taken as they are needed.
        num_workers: Of the executor; one more item than that is kept ready.

    Example:
        >>> with ThreadPoolExecutor(2) as threads:
        ...     list(map_in_order(threads, len, ["a", "bb", "ccc"], 2))
        [1, 2, 3]
    """
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(executor.submit(function, item))
        if len(waiting) > num_workers + 1:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a series into runs of `size`, the last one shorter.

    Example:
        >>> list(batched("abcde", 2))
        [['a', 'b'], ['c', 'd'], ['e']]
    """
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def shapes_of(entries: Iterable[Entry], num_threads: int) -> Iterator[Shape | None]:
    """Read size and channels of each picture from its header; None for broken ones."""
    with ThreadPoolExecutor(num_threads) as threads:
        batches = batched(entries, PROBE_ENTRIES)
        yield from chain.from_iterable(map_in_order(threads, _probe, batches, num_threads))


def _probe(entries: list[Entry]) -> list[Shape | None]:
    return [shape_of(entry) for entry in entries]
