"""Pieces of work over threads: each once, and none after a failure or an interrupt."""

from __future__ import annotations

import _thread
import signal
import threading

import pytest

from mezzotint.engines.settings import EngineSettings, count_usable_cores
from mezzotint.engines.side_by_side import run_side_by_side


@pytest.mark.parametrize("num_threads", [1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_every_piece_is_done_once(num_threads: int, count: int) -> None:
    done: list[int] = []
    run_side_by_side(done.append, count, num_threads=num_threads, stop=pytest.fail)
    assert sorted(done) == list(range(count))


def test_one_thread_is_the_calling_one() -> None:
    threads: set[str] = set()
    run_side_by_side(
        lambda _: threads.add(threading.current_thread().name), 3, num_threads=1, stop=pytest.fail
    )
    assert threads == {threading.current_thread().name}


@pytest.mark.parametrize("num_threads", [2, 5])
def test_pieces_run_at_the_same_time(num_threads: int) -> None:
    # Nobody passes the barrier unless all threads are there together.
    barrier = threading.Barrier(num_threads, timeout=60)

    def work(_number: int) -> None:
        barrier.wait()

    run_side_by_side(work, num_threads, num_threads=num_threads, stop=pytest.fail)
    assert not barrier.broken


@pytest.mark.parametrize("num_threads", [1, 3])
@pytest.mark.parametrize("failing", [0, 4])
def test_a_failure_ends_the_rest(num_threads: int, failing: int) -> None:
    started: list[int] = []
    stopped = threading.Event()

    def work(number: int) -> None:
        started.append(number)
        if number == failing:
            raise ValueError(number)
        if number > failing:
            # Others are under way: they end because stop() is called, not by themselves.
            assert stopped.wait(timeout=60)

    with pytest.raises(ValueError, match=str(failing)):
        run_side_by_side(work, 1000, num_threads=num_threads, stop=stopped.set)
    assert len(started) <= failing + num_threads


def test_an_interrupt_ends_everything() -> None:
    started: list[int] = []
    stopped = threading.Event()

    def work(number: int) -> None:
        started.append(number)
        if number == 1:
            _thread.interrupt_main()
        stopped.wait(timeout=60)

    # A shell starts what runs in the background with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_side_by_side(work, 1000, num_threads=2, stop=stopped.set)
    finally:
        signal.signal(signal.SIGINT, before)
    for thread in threading.enumerate():
        if thread.name.startswith("mezzotint"):
            thread.join(timeout=60)
            assert not thread.is_alive()
    assert sorted(started) == [0, 1]


def test_settings_refuse_nonsense_and_count_cores() -> None:
    assert EngineSettings().count_threads() == count_usable_cores() >= 1
    assert EngineSettings(num_threads=3).count_threads() == 3
    with pytest.raises(ValueError, match="at least 1"):
        EngineSettings(num_threads=0)
    with pytest.raises(ValueError, match="at least 1"):
        EngineSettings(batch_nimg=0)
