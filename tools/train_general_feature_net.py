"""Train a feature net on painted scenes: the general ruler, or the judge of scenes.

Usage: python tools/train_general_feature_net.py --pictures-folder FOLDER [--net NET] [--out FILE]
       python tools/train_general_feature_net.py --pictures 60000 --device cuda

Both nets are asked for every attribute that `mezzotint data scenes` varies, so their features must
tell apart light, weather, land, things and how a picture is made. `colour64` measures every picture
but 28x28 grey; `scenes96` only judges whether a painted scene shows what was asked for, and is
another net trained on other pictures. A painted folder is shrunk to the net's side; without one the
pictures are painted anew, minutes on a GPU and hours on two cores. The shipped nets:

    mezzotint data scenes ./one -n 12000 --size 128 --seed 1
    mezzotint data scenes ./other -n 9000 --size 128 --seed 3
    python tools/train_general_feature_net.py --pictures-folder ./one
    python tools/train_general_feature_net.py --pictures-folder ./other --net scenes96 --seed 7

Afterwards put the printed sha256 into SHIPPED_SHA256 of `metrics`.
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

    from mezzotint.metrics.feature_net import FeatureNet, FeatureNetSpec
    from mezzotint.metrics.feature_net_training import TrainingProgress

NETS = ("colour64", "scenes96")
BLOCK_PICTURES = 1000  # painted at a time
NUM_TEST_PICTURES = 5000  # painted for the test
TEST_SHARE = 1 / 12  # of a folder, its last pictures


@dataclass(frozen=True, kw_only=True, eq=False)
class PaintedSet:
    """Hold painted scenes and the right answers about them.

    Attributes:
        pixels: uint8 [N, side, side, 3].
        answers: int64 [N, number of questions].
    """

    pixels: NDArray[np.uint8]
    answers: NDArray[np.int64]


def paint(indices: range, side_px: int, seed: int, device: str) -> PaintedSet:
    """Draw, paint and label the scenes of a range of picture indices."""
    import numpy as np

    from mezzotint.data.scenes import render, sample_attributes
    from mezzotint.domain.streams import Purpose, picture_stream
    from mezzotint.metrics.scene_questions import scene_answers

    pixels = np.empty((len(indices), side_px, side_px, 3), dtype=np.uint8)
    answers = []
    for start in range(0, len(indices), BLOCK_PICTURES):
        block = indices[start : start + BLOCK_PICTURES]
        scenes = [sample_attributes(picture_stream(seed, i, Purpose.SCENE)) for i in block]
        pixels[start : start + len(block)] = render(scenes, side_px, side_px, device).cpu().numpy()
        answers.append(scene_answers(scenes))
        print(f"painted {start + len(block)} of {len(indices)}", flush=True)
    return PaintedSet(pixels=pixels, answers=np.concatenate(answers))


def paint_sets(count: int, side_px: int, seed: int, device: str) -> tuple[PaintedSet, PaintedSet]:
    """Paint what is trained on, and the next pictures of the seed for the test."""
    test_indices = range(count, count + NUM_TEST_PICTURES)
    return (
        paint(range(count), side_px, seed, device),
        paint(test_indices, side_px, seed, device),
    )


def read_sets(folder: Path, side_px: int) -> tuple[PaintedSet, PaintedSet]:
    """Read a painted folder: what is trained on, and its last pictures for the test."""
    from mezzotint.metrics.painted_folder import read_painted_folder
    from mezzotint.metrics.scene_questions import scene_answers

    painted = read_painted_folder(folder, (side_px, side_px))
    answers = scene_answers(painted.scenes)
    num_training = round(len(painted.pixels) * (1 - TEST_SHARE))
    return (
        PaintedSet(pixels=painted.pixels[:num_training], answers=answers[:num_training]),
        PaintedSet(pixels=painted.pixels[num_training:], answers=answers[num_training:]),
    )


def with_mirrored(pictures: PaintedSet) -> PaintedSet:
    """Add every picture mirrored: left and right change their names, all else stays as it is."""
    import numpy as np

    from mezzotint.metrics.scene_questions import mirrored_answers

    return PaintedSet(
        pixels=np.concatenate([pictures.pixels, pictures.pixels[:, :, ::-1]]),
        answers=np.concatenate([pictures.answers, mirrored_answers(pictures.answers)]),
    )


def print_progress(progress: TrainingProgress) -> None:
    """Print a line every 100 steps."""
    if progress.step % 100 == 0 or progress.step == progress.num_steps:
        print(f"step {progress.step} of {progress.num_steps}, loss {progress.loss:.3f}", flush=True)


def net_spec(name: str) -> FeatureNetSpec:
    """Return the spec of one of NETS."""
    from mezzotint.metrics.feature_net import colour64_spec, scenes96_spec
    from mezzotint.metrics.scene_questions import scene_questions

    spec_of = {"colour64": colour64_spec, "scenes96": scenes96_spec}[name]
    return spec_of(scene_questions())


def make_net(spec: FeatureNetSpec, training: PaintedSet, chosen: argparse.Namespace) -> FeatureNet:
    """Train a net and round it to what its file holds."""
    from mezzotint.metrics.feature_net_file import freeze
    from mezzotint.metrics.feature_net_training import (
        FeatureNetTraining,
        fit_feature_net,
        standardise,
    )

    settings = FeatureNetTraining(
        epochs=chosen.epochs,
        seed=chosen.seed,
        num_threads=chosen.threads,
        device=chosen.device,
        max_shift_px=2,
    )
    shown = with_mirrored(training)
    net = fit_feature_net(spec, shown.pixels, shown.answers, settings, print_progress)
    freeze(net)
    standardise(net, training.pixels)  # again, on the weights as stored
    return net


def test_accuracy(net: FeatureNet, test: PaintedSet) -> tuple[float, ...]:
    """Return and print the share of right answers, question by question."""
    from mezzotint.metrics.feature_extraction import NetRuler

    right = NetRuler(net, title=net.spec.name).observe(test.pixels).answers == test.answers
    accuracy = tuple(float(share) for share in right.mean(axis=0))
    for question, share in zip(net.spec.questions, accuracy, strict=True):
        print(f"{question.name}: {share:.4f} of {len(test.pixels)} pictures")
    return accuracy


def train(chosen: argparse.Namespace) -> str:
    """Paint or read, train, round, test and write the net; return its sha256."""
    import torch

    import mezzotint
    from mezzotint.metrics.feature_net_file import FeatureNetCard, save_feature_net

    spec = net_spec(chosen.net)
    side_px, folder = spec.height_px, chosen.pictures_folder
    training, test = (
        paint_sets(chosen.pictures, side_px, chosen.seed, chosen.device)
        if folder is None
        else read_sets(folder, side_px)
    )
    net = make_net(spec, training, chosen)
    card = FeatureNetCard(
        spec=spec,
        data_name="Mezzotint scenes",
        data_sha256=hashlib.sha256(
            training.pixels.tobytes() + training.answers.tobytes()
        ).hexdigest(),
        data_licence="CC0-1.0",
        num_training_pictures=len(training.pixels),
        num_test_pictures=len(test.pixels),
        test_accuracy=test_accuracy(net, test),
        seed=chosen.seed,
        epochs=chosen.epochs,
        software=f"mezzotint {mezzotint.__version__}, torch {torch.__version__}",
    )
    return save_feature_net(net, card, chosen.out)


def main(arguments: list[str]) -> int:
    """Parse the command line and train."""
    from mezzotint.metrics.feature_net_file import SHIPPED_FOLDER

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", choices=NETS, default=NETS[0])
    parser.add_argument("--pictures-folder", type=Path, help="painted scenes, any size")
    parser.add_argument("--pictures", type=int, default=60_000, help="to paint without a folder")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    chosen.out = chosen.out or SHIPPED_FOLDER / f"{chosen.net}.safetensors"
    start_s = time.monotonic()
    sha256 = train(chosen)
    minutes = (time.monotonic() - start_s) / 60
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, {minutes:.1f} minutes\n{sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
