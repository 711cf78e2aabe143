"""How fast scenes are painted: 128 px on one CPU core, 256 px on one GPU where there is one.

Goals: 10 pictures/s on one core, 1,500 pictures/s on one GPU.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import asdict, dataclass

import torch

from mezzotint.data.scenes import (
    Medium,
    SceneAttributes,
    SceneOptions,
    caption_at,
    render,
    scene_at,
)

NUM_RUNS = 5
NUM_CPU = 64
NUM_CUDA = 1024
OPTIONS = SceneOptions(seed=1)


@dataclass(frozen=True, kw_only=True)
class ScenesFigures:
    """Hold medians over NUM_RUNS runs after one run that makes the drawings of plants and things.

    The CPU figures count processor time of one thread, which another load disturbs less than the
    clock on the wall; that is given beside them.
    """

    cpu_pictures_per_s: float  # 128 px, all media as they come
    cpu_wall_pictures_per_s: float
    cpu_ms_per_medium: dict[str, float]  # 128 px
    host_pictures_per_s: float  # attributes and captions in two languages, no pixels
    cuda_device: str | None
    cuda_pictures_per_s: float | None  # 256 px
    cuda_peak_gib: float | None


def run() -> ScenesFigures:
    """Measure with one CPU thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        scenes = [scene_at(OPTIONS, index) for index in range(NUM_CPU)]
        busy_s, wall_s = _seconds(scenes, 128)
        media = {medium: [s for s in scenes if s.medium is medium] for medium in Medium}
        per_medium = {
            str(medium): round(_seconds(some, 128)[0] / len(some) * 1e3, 1)
            for medium, some in media.items()
            if some
        }
        cuda_per_s, peak_gib = _cuda() if torch.cuda.is_available() else (None, None)
        return ScenesFigures(
            cpu_pictures_per_s=round(NUM_CPU / busy_s, 1),
            cpu_wall_pictures_per_s=round(NUM_CPU / wall_s, 1),
            cpu_ms_per_medium=per_medium,
            host_pictures_per_s=_host_per_s(),
            cuda_device=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
            cuda_pictures_per_s=cuda_per_s,
            cuda_peak_gib=peak_gib,
        )
    finally:
        torch.set_num_threads(before)


# Processor and wall-clock seconds of painting all scenes once.
def _seconds(scenes: list[SceneAttributes], size_px: int) -> tuple[float, float]:
    busy: list[float] = []
    wall: list[float] = []
    for _ in range(NUM_RUNS + 1):
        busy_start, wall_start = time.process_time(), time.perf_counter()
        render(scenes, size_px, size_px)
        busy.append(time.process_time() - busy_start)
        wall.append(time.perf_counter() - wall_start)
    return statistics.median(busy[1:]), statistics.median(wall[1:])


def _host_per_s() -> float:
    start = time.process_time()
    for index in range(500):
        scene = scene_at(OPTIONS, index)
        caption_at(OPTIONS, index, scene, "en")
        caption_at(OPTIONS, index, scene, "zh")
    return round(500 / (time.process_time() - start), 1)


def _cuda() -> tuple[float, float]:
    scenes = [scene_at(OPTIONS, index) for index in range(NUM_CUDA)]
    torch.cuda.reset_peak_memory_stats()
    times: list[float] = []
    for _ in range(NUM_RUNS + 1):
        torch.cuda.synchronize()
        start = time.perf_counter()
        render(scenes, 256, 256, "cuda")
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    per_s = NUM_CUDA / statistics.median(times[1:])
    return round(per_s, 1), round(torch.cuda.max_memory_allocated() / 2**30, 2)


if __name__ == "__main__":
    print(json.dumps(asdict(run()), indent=2))
