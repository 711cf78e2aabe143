"""Do independent pieces of work over some threads, and stop at once when one fails."""

from __future__ import annotations

import itertools
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def run_side_by_side(
    work: Callable[[int], None],
    count: int,
    *,
    num_threads: int,
    stop: Callable[[], None],
) -> None:
    """Call work(0) to work(count - 1), each once, `num_threads` at a time.

    Args:
        work: One piece; gets its number.
        count: How many pieces.
        num_threads: How many at a time; 1 works in the calling thread.
        stop: Called when a piece fails or the user interrupts: makes running pieces end soon.

    Raises:
        BaseException: What the first failed piece raised, or KeyboardInterrupt; no piece runs
            any more then.
    """
    numbers = itertools.count()  # next() on it is atomic
    is_stopped = False

    def work_off() -> None:
        while not is_stopped and (number := next(numbers)) < count:
            work(number)

    num_threads = min(num_threads, count)
    if num_threads <= 1:
        work_off()
        return
    with ThreadPoolExecutor(num_threads, thread_name_prefix="mezzotint") as pool:
        try:
            ended, _ = wait(
                [pool.submit(work_off) for _ in range(num_threads)], return_when=FIRST_EXCEPTION
            )
            for future in ended:
                future.result()
        except BaseException:
            is_stopped = True
            stop()
            raise
