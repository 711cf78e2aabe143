"""Train the general feature net, for every picture but 28x28 grey, on painted scenes.

Usage: python tools/train_general_feature_net.py [--pictures N] [--device cuda] [--out FILE]

The net is asked for every attribute that `mezzotint data scenes` varies, so its features must tell
apart light, weather, land, things and how a picture is made. 60,000 pictures at 64 px take 740 MB;
painting and training take minutes on a GPU and hours on two cores. Afterwards put the printed
sha256 into SHIPPED_SHA256 of `metrics`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.metrics.feature_net_training import TrainingProgress

SIDE_PX = 64
BLOCK_PICTURES = 1000  # painted at a time
NUM_TEST_PICTURES = 5000


@dataclass(frozen=True, kw_only=True, eq=False)
class PaintedSet:
    """Hold painted scenes and the right answers about them.

    Attributes:
        pixels: uint8 [N, 64, 64, 3].
        answers: int64 [N, number of questions].
    """

    pixels: NDArray[np.uint8]
    answers: NDArray[np.int64]


def paint(indices: range, seed: int, device: str) -> PaintedSet:
    """Draw, paint and label the scenes of a range of picture indices."""
    import numpy as np

    from mezzotint.data.scenes import render, sample_attributes
    from mezzotint.domain.streams import Purpose, picture_stream
    from mezzotint.metrics.scene_questions import scene_answers

    pixels = np.empty((len(indices), SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    answers = []
    for start in range(0, len(indices), BLOCK_PICTURES):
        block = indices[start : start + BLOCK_PICTURES]
        scenes = [sample_attributes(picture_stream(seed, i, Purpose.SCENE)) for i in block]
        pixels[start : start + len(block)] = render(scenes, SIDE_PX, SIDE_PX, device).cpu().numpy()
        answers.append(scene_answers(scenes))
        print(f"painted {start + len(block)} of {len(indices)}", flush=True)
    return PaintedSet(pixels=pixels, answers=np.concatenate(answers))


def print_progress(progress: TrainingProgress) -> None:
    """Print a line every 100 steps."""
    if progress.step % 100 == 0 or progress.step == progress.num_steps:
        print(f"step {progress.step} of {progress.num_steps}, loss {progress.loss:.3f}", flush=True)


def train(chosen: argparse.Namespace) -> str:
    """Paint, train, round, test and write the net; return its sha256."""
    import torch

    import mezzotint
    from mezzotint.metrics.feature_extraction import NetRuler
    from mezzotint.metrics.feature_net import colour64_spec
    from mezzotint.metrics.feature_net_file import FeatureNetCard, freeze, save_feature_net
    from mezzotint.metrics.feature_net_training import (
        FeatureNetTraining,
        fit_feature_net,
        standardise,
    )
    from mezzotint.metrics.scene_questions import scene_questions

    training = paint(range(chosen.pictures), chosen.seed, chosen.device)
    test_indices = range(chosen.pictures, chosen.pictures + NUM_TEST_PICTURES)
    test = paint(test_indices, chosen.seed, chosen.device)
    settings = FeatureNetTraining(
        epochs=chosen.epochs,
        seed=chosen.seed,
        num_threads=chosen.threads,
        device=chosen.device,
        max_shift_px=2,
    )
    spec = colour64_spec(scene_questions())
    net = fit_feature_net(spec, training.pixels, training.answers, settings, print_progress)
    freeze(net)
    standardise(net, training.pixels)  # again, on the weights as stored
    right = NetRuler(net, title=spec.name).observe(test.pixels).answers == test.answers
    accuracy = tuple(float(share) for share in right.mean(axis=0))
    for question, share in zip(spec.questions, accuracy, strict=True):
        print(f"{question.name}: {share:.4f} of {len(test.pixels)} pictures")
    card = FeatureNetCard(
        spec=spec,
        data_name="Mezzotint scenes",
        data_sha256=hashlib.sha256(
            training.pixels.tobytes() + training.answers.tobytes()
        ).hexdigest(),
        data_licence="Apache-2.0",
        num_training_pictures=len(training.pixels),
        num_test_pictures=len(test.pixels),
        test_accuracy=accuracy,
        seed=chosen.seed,
        epochs=chosen.epochs,
        software=f"mezzotint {mezzotint.__version__}, torch {torch.__version__}",
    )
    return save_feature_net(net, card, chosen.out)


def main(arguments: list[str]) -> int:
    """Parse the command line and train."""
    from mezzotint.metrics.feature_net_file import SHIPPED_FOLDER

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=SHIPPED_FOLDER / "colour64.safetensors")
    chosen = parser.parse_args(arguments)
    start_s = time.monotonic()
    sha256 = train(chosen)
    minutes = (time.monotonic() - start_s) / 60
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, {minutes:.1f} minutes\n{sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
