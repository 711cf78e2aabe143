"""What `data check` costs: memory, and files a second beside decoding them once in the same run.

Pictures: 512 x 384 JPEG photographs (noise with a photograph's spectrum, quality 90). Goals for
10,000 of them: memory under 500 MB, files a second within 1.5 times of a bare decoding. That one
decodes every file with Pillow at full size, on as many cores; what it decodes it throws away.
On a machine with other work to do, seconds say little: CPU time, of all processes, is measured too.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT_PX, WIDTH_PX = 384, 512
GROUND_PX = 2048  # pictures are windows of one large ground: generating takes less than encoding
NUM_THREADS = os.cpu_count() or 1


@dataclass(frozen=True, kw_only=True)
class PassFigures:
    """Hold one pass over all files, made in a process of its own."""

    seconds: float
    cpu_seconds: float  # of the process and those it started
    peak_memory_mb: float  # of the process and those it started, Python and libraries included


@dataclass(frozen=True, kw_only=True)
class DataCheckFigures:
    """Hold the figures; decoding is the mean of a pass before and a pass after the check."""

    num_pictures: int
    num_threads: int
    mean_file_kb: float
    decode_files_per_s: float  # Pillow, full size, as many threads
    check_files_per_s: float
    check_time_over_decode: float  # goal: at most 1.5
    decode_cpu_us: float  # a file
    check_cpu_us: float  # a file, with the start of processes and the report
    check_cpu_over_decode: float
    decode_peak_memory_mb: float
    check_peak_memory_mb: float  # goal: under 500


def run(num_pictures: int = 10_000) -> DataCheckFigures:
    """Generate pictures and measure.

    Args:
        num_pictures: How many files to generate, in a temporary folder.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _generate(folder, num_pictures)
        sizes = [path.stat().st_size for path in folder.iterdir()]
        before = _in_own_process(_decode_all, folder)
        check = _in_own_process(_check_all, folder)
        after = _in_own_process(_decode_all, folder)
    decode_s = (before.seconds + after.seconds) / 2
    decode_cpu_s = (before.cpu_seconds + after.cpu_seconds) / 2
    return DataCheckFigures(
        num_pictures=num_pictures,
        num_threads=NUM_THREADS,
        mean_file_kb=round(float(np.mean(sizes)) / 1000, 1),
        decode_files_per_s=round(num_pictures / decode_s, 1),
        check_files_per_s=round(num_pictures / check.seconds, 1),
        check_time_over_decode=round(check.seconds / decode_s, 3),
        decode_cpu_us=round(decode_cpu_s / num_pictures * 1e6, 1),
        check_cpu_us=round(check.cpu_seconds / num_pictures * 1e6, 1),
        check_cpu_over_decode=round(check.cpu_seconds / decode_cpu_s, 3),
        decode_peak_memory_mb=round(before.peak_memory_mb, 1),
        check_peak_memory_mb=round(check.peak_memory_mb, 1),
    )


def _generate(folder: Path, num_pictures: int) -> None:
    random = np.random.default_rng(0)
    noise = random.standard_normal((GROUND_PX, GROUND_PX, 3)).astype(np.float32)
    frequency = np.fft.fftfreq(GROUND_PX)
    distance = np.hypot(frequency[:, None], frequency[None])
    distance[0, 0] = 1
    spectrum = np.fft.fft2(noise, axes=(0, 1)) / distance[..., None] ** 1.2
    ground = np.fft.ifft2(spectrum, axes=(0, 1)).real
    ground = 128 + 50 * (ground - ground.mean()) / ground.std()
    pixels = np.clip(ground, 0, 255).astype(np.uint8)
    corners = random.integers(0, (GROUND_PX - HEIGHT_PX, GROUND_PX - WIDTH_PX), (num_pictures, 2))

    def write(number: int) -> None:
        top, left = corners[number]
        window = pixels[top : top + HEIGHT_PX, left : left + WIDTH_PX]
        Image.fromarray(window).save(folder / f"{number:06d}.jpg", quality=90)

    with ThreadPoolExecutor(NUM_THREADS) as threads:
        list(threads.map(write, range(num_pictures)))


def _in_own_process(work: Callable[[Path], PassFigures], folder: Path) -> PassFigures:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, folder).result()


def _decode_all(folder: Path) -> PassFigures:
    start = time.perf_counter()
    with ThreadPoolExecutor(NUM_THREADS) as threads:
        list(threads.map(_decode, sorted(folder.iterdir())))
    return _figures(start)


def _decode(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()


def _check_all(folder: Path) -> PassFigures:
    from mezzotint.data.check.checking import check
    from mezzotint.data.check.survey import SurveyOptions
    from mezzotint.data.sources.opening import open_source

    start = time.perf_counter()
    with open_source(folder) as source:
        report = check(source, SurveyOptions(num_workers=NUM_THREADS, workers="processes"))
    assert not report.broken
    return _figures(start)


def _figures(start: float) -> PassFigures:
    # the process is new and does nothing else, so all its CPU time counts, imports included
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return PassFigures(
        seconds=time.perf_counter() - start,
        cpu_seconds=sum(usage.ru_utime + usage.ru_stime for usage in usages),
        peak_memory_mb=_peak_memory_bytes() / 1_000_000,
    )


def _peak_memory_bytes() -> int:
    # Linux hands ru_maxrss on from the parent to a program that it starts; VmHWM begins anew.
    # For the workers of the check that makes it an upper bound.
    children = NUM_THREADS * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest
    return _own_peak_memory_bytes() + children * (1 if sys.platform == "darwin" else 1024)


def _own_peak_memory_bytes() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        (line,) = [line for line in lines if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes
