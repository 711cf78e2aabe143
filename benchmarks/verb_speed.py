"""Time and memory of verbs: drafts, batches, and an edit of a very large picture.

* draft: `imagine --draft`, 64 pictures with their sheet. Goal: under 2 s on two cores.
* batch: pictures a second of one run of `batch`, beside one process of `imagine` for each picture,
  as a shell loop would do it. Goal: 3 times as many.
* region: a hole in a picture of 100 megapixels; peak memory of the process. Goal: under 3 GB.

Usage: python -m benchmarks.verb_speed [--model sprites]
`python -m benchmarks verb_speed` takes the model from $MEZZOTINT_TEST_MODEL.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezzotint.studio.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL_VARIABLE = "MEZZOTINT_TEST_MODEL"
NUM_DRAFTS = 64
NUM_ROUNDS = 5
NUM_IN_BATCH = 500
NUM_ONE_BY_ONE = 10
LARGE_PX = (10_000, 10_000)

# In a process of its own, so that the peak is that of the edit.
_EDIT = """
import resource, sys, time
from mezzotint.studio.hole_text import Region
from mezzotint.studio.studio import Studio
start = time.perf_counter()
made = Studio().region(sys.argv[1], Region(box="40%,40%,20%,20%"), model=sys.argv[2], seed=1)
made.images[0].save(sys.argv[3])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.perf_counter() - start, peak / (2**20 if sys.platform == "darwin" else 2**10))
"""


@dataclass(frozen=True, kw_only=True)
class VerbSpeed:
    """Hold what was measured."""

    model: str
    bundle_sha256: str
    draft_64_s: float  # median of the rounds, the model loaded
    draft_64_first_s: float  # a new studio, the model not loaded
    batch_images_per_s: float
    one_by_one_images_per_s: float
    batch_to_one_by_one_ratio: float
    region_megapixels: int
    region_s: float
    region_peak_mib: float


def run(model: str | None = None) -> VerbSpeed:
    """Measure a model; None takes $MEZZOTINT_TEST_MODEL, or sprites."""
    name = model or os.environ.get(MODEL_VARIABLE) or "sprites"
    studio = Studio()
    first_s = _seconds(lambda: _draft(studio, name))
    draft_s = statistics.median(_seconds(lambda: _draft(studio, name)) for _ in range(NUM_ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        batch = _batch(studio, name, Path(folder))
        alone = _one_by_one(name, Path(folder))
        region_s, peak_mib = _edit_large(name, Path(folder))
    return VerbSpeed(
        model=name,
        bundle_sha256=studio.open_engine(name).bundle_sha256,
        draft_64_s=round(draft_s, 3),
        draft_64_first_s=round(first_s, 3),
        batch_images_per_s=round(batch, 1),
        one_by_one_images_per_s=round(alone, 2),
        batch_to_one_by_one_ratio=round(batch / alone, 1),
        region_megapixels=LARGE_PX[0] * LARGE_PX[1] // 1_000_000,
        region_s=round(region_s, 1),
        region_peak_mib=round(peak_mib),
    )


def _draft(studio: Studio, model: str) -> None:
    made = studio.imagine("a red dragon --draft --seed 1", model=model)
    assert len(made.images) == NUM_DRAFTS, "a draft is 64 pictures"


def _batch(studio: Studio, model: str, folder: Path) -> float:
    table = folder / "prompts.csv"
    table.write_text("prompt\n" + "a red dragon\n" * NUM_IN_BATCH)
    done = studio.batch(table, folder / "batch", model=model, seed=1)
    assert done.num_images == NUM_IN_BATCH, "every row is painted"
    return done.images_per_s


def _one_by_one(model: str, folder: Path) -> float:
    def imagine() -> None:
        for seed in range(NUM_ONE_BY_ONE):
            command = ["imagine", f"a red dragon --seed {seed}", "-n", "1", "-m", model]
            subprocess.run(
                [sys.executable, "-m", "mezzotint", *command, "-o", str(folder / "alone")],
                check=True,
                capture_output=True,
            )

    return NUM_ONE_BY_ONE / _seconds(imagine)


def _edit_large(model: str, folder: Path) -> tuple[float, float]:
    """Return seconds and peak memory in MiB."""
    import numpy as np
    from PIL import Image

    height, width = LARGE_PX
    row = np.linspace(0, 255, width, dtype=np.uint8)
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = row, row[::-1], np.resize(row, height)[:, None]
    source, target = folder / "large.png", folder / "edited.png"
    Image.fromarray(pixels).save(source, compress_level=1)
    command = [sys.executable, "-c", _EDIT, str(source), model, str(target)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(answer[0]), float(answer[1])


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(arguments: list[str]) -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=None)
    figures = run(parser.parse_args(arguments).model)
    print(json.dumps(asdict(figures), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
