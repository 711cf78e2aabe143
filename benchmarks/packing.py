"""Packing 512 px JPEGs to 256 px on one core, beside a bare Pillow loop in the same run.

Goal: at least 1.3 times as fast as `Image.open(path).convert("RGB").resize((256, 256))` into an
array in memory, although `pack` also hashes, checks, records and syncs to disk.

Usage: python -m benchmarks.packing [NUM_PICTURES]
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from mezzotint.data.packed.options import PackOptions
from mezzotint.data.packed.packing import pack
from mezzotint.data.sources.opening import open_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mezzotint.data.packed.packing import Workers

NUM_PICTURES = 300
NUM_ROUNDS = 5
SOURCE_PX = 512
PACKED_PX = 256
GOAL_RATIO = 1.3


@dataclass(frozen=True, kw_only=True)
class PackingFigures:
    """Hold milliseconds a picture, medians over rounds that take turns; ratios are of medians."""

    num_pictures: int
    kilobytes_a_picture: float
    pack_ms: float  # one worker, everything included
    pillow_ms: float  # open, convert, resize by Pillow's default (bicubic)
    pillow_lanczos_ms: float  # the same with the filter that `pack` uses
    pillow_draft_ms: float  # the same with a draft decoding, as an expert would write it
    ratio: float  # pillow_ms / pack_ms
    ratio_cpu: float  # the same in processor time, which a busy machine disturbs less
    ratio_lanczos: float
    goal: float
    all_cores: int
    pack_threads_ms: float  # a worker a core
    pack_processes_ms: float  # the same, the start of the processes included
    mean_difference: float  # of levels 0 to 255, packed against fully decoded and Lanczos


@dataclass(frozen=True, kw_only=True)
class _Time:
    wall_ms: float
    cpu_ms: float


def run(num_pictures: int = NUM_PICTURES) -> PackingFigures:
    """Make pictures, pack them in every way, and compare."""
    with tempfile.TemporaryDirectory(prefix="mezzotint-bench-") as name:
        folder = Path(name)
        paths = _make_pictures(folder / "pictures", num_pictures)
        cores = os.cpu_count() or 1
        ways: dict[str, Callable[[], object]] = {
            "pack": lambda: _pack(folder, 1, "threads"),
            "bicubic": lambda: _pillow(paths, Image.Resampling.BICUBIC, draft=False),
            "lanczos": lambda: _pillow(paths, Image.Resampling.LANCZOS, draft=False),
            "draft": lambda: _pillow(paths, Image.Resampling.LANCZOS, draft=True),
            "threads": lambda: _pack(folder, cores, "threads"),
            "processes": lambda: _pack(folder, cores, "processes"),
        }
        times = _take_turns(ways, num_pictures)
        packed = _pack(folder, 1, "threads").astype(np.int16)
        full = _pillow(paths, Image.Resampling.LANCZOS, draft=False).astype(np.int16)
        return PackingFigures(
            num_pictures=num_pictures,
            kilobytes_a_picture=round(statistics.mean(p.stat().st_size for p in paths) / 1000, 1),
            pack_ms=times["pack"].wall_ms,
            pillow_ms=times["bicubic"].wall_ms,
            pillow_lanczos_ms=times["lanczos"].wall_ms,
            pillow_draft_ms=times["draft"].wall_ms,
            ratio=round(times["bicubic"].wall_ms / times["pack"].wall_ms, 2),
            ratio_cpu=round(times["bicubic"].cpu_ms / times["pack"].cpu_ms, 2),
            ratio_lanczos=round(times["lanczos"].wall_ms / times["pack"].wall_ms, 2),
            goal=GOAL_RATIO,
            all_cores=cores,
            pack_threads_ms=times["threads"].wall_ms,
            pack_processes_ms=times["processes"].wall_ms,
            mean_difference=round(float(np.abs(packed - full).mean()), 2),
        )


def _take_turns(ways: dict[str, Callable[[], object]], num_pictures: int) -> dict[str, _Time]:
    """Time every way in each round, so that a change of the machine's load hits all alike."""
    walls: dict[str, list[float]] = {name: [] for name in ways}
    cpus: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(NUM_ROUNDS):
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            way()
            walls[name].append(time.perf_counter() - wall)
            cpus[name].append(time.process_time() - cpu)
    return {
        name: _Time(
            wall_ms=round(statistics.median(walls[name]) / num_pictures * 1000, 3),
            cpu_ms=statistics.median(cpus[name]) / num_pictures * 1000,
        )
        for name in ways
    }


def _pack(folder: Path, num_workers: int, workers: Workers) -> NDArray[np.uint8]:
    options = PackOptions(height_px=PACKED_PX, width_px=PACKED_PX)
    with (
        tempfile.TemporaryDirectory(dir=folder) as destination,
        open_source(folder / "pictures") as source,
    ):
        packed = pack(
            source, Path(destination) / "set", options, num_workers=num_workers, workers=workers
        )
        return np.array(packed.pixels)


def _pillow(paths: list[Path], resample: Image.Resampling, *, draft: bool) -> NDArray[np.uint8]:
    pixels = np.empty((len(paths), PACKED_PX, PACKED_PX, 3), np.uint8)
    for index, path in enumerate(paths):
        with Image.open(path) as image:
            if draft:
                image.draft("RGB", (PACKED_PX, PACKED_PX))
            resized = image.convert("RGB").resize((PACKED_PX, PACKED_PX), resample)
            pixels[index] = np.asarray(resized)
    return pixels


def _make_pictures(folder: Path, num_pictures: int) -> list[Path]:
    """Paint clouds of detail at every scale, about as hard to compress as photographs."""
    folder.mkdir()
    paths: list[Path] = []
    for number in range(num_pictures):
        random = np.random.default_rng(number)
        pixels = np.full((SOURCE_PX, SOURCE_PX, 3), 128.0)
        for octave in range(2, 10):
            side = 2**octave
            noise = random.integers(0, 256, (side, side, 3), dtype=np.uint8)
            cloud = Image.fromarray(noise).resize((SOURCE_PX, SOURCE_PX), Image.Resampling.BICUBIC)
            pixels += (np.asarray(cloud, np.float64) - 128) * 1.4 / 2 ** (octave - 2)
        path = folder / f"{number:05d}.jpg"
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, quality=90)
        paths.append(path)
    return paths


if __name__ == "__main__":
    figures = run(int(sys.argv[1]) if len(sys.argv) > 1 else NUM_PICTURES)
    print(json.dumps(asdict(figures), indent=2))
