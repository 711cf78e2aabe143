"""Train the 28x28 grey feature net that the metrics measure with.

Usage: python tools/train_feature_net.py DIR [--out FILE] [--epochs N] [--seed N] [--threads N]

DIR holds the four idx files of Fashion-MNIST. The shipped net was made by exactly this command
with its defaults. Afterwards put the printed sha256 into SHIPPED_SHA256 of `metrics`; a net that
measures differently needs a new name.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.metrics.feature_net_training import TrainingProgress

DATA_SET = "fashion-mnist"  # as the catalogue calls it


def read_split(folder: Path, split_name: str) -> TrainingPictures:
    """Read "train" or "test" of a folder of idx files."""
    from mezzotint.data.catalogue import find_data_set
    from mezzotint.data.classes import class_specs
    from mezzotint.data.idx import find_idx_files, read_idx_split
    from mezzotint.data.training_pictures import TrainingPictures
    from mezzotint.domain.card import DataSpec

    split = next(split for split in find_idx_files(folder) if split.split == split_name)
    pixels, labels = read_idx_split(split)
    assert labels is not None
    known = find_data_set(DATA_SET)
    labelled = class_specs([str(label) for label in labels], known.classes)
    source = DataSpec(
        name=known.title["en"],
        num_images=len(pixels),
        manifest_sha256=data_sha256(pixels, labels),
        licence=known.licence,
        source=known.homepage,
    )
    return TrainingPictures(
        pixels=pixels,
        labels=labelled.labels,
        classes=labelled.classes,
        captions=None,
        source=source,
    )


def data_sha256(pixels: NDArray[np.uint8], labels: NDArray[np.int64]) -> str:
    """Hash pictures and labels in their order."""
    digest = hashlib.sha256(pixels.tobytes())
    digest.update(labels.tobytes())
    return digest.hexdigest()


def print_progress(progress: TrainingProgress) -> None:
    """Print a line every 100 steps."""
    if progress.step % 100 == 0 or progress.step == progress.num_steps:
        print(f"step {progress.step} of {progress.num_steps}, loss {progress.loss:.3f}", flush=True)


def train(folder: Path, destination: Path, *, epochs: int, seed: int, num_threads: int) -> str:
    """Train, round, test and write the net; return its sha256."""
    import torch

    import mezzotint
    from mezzotint.metrics.feature_extraction import NetRuler
    from mezzotint.metrics.feature_net_file import FeatureNetCard, freeze, save_feature_net
    from mezzotint.metrics.feature_net_training import standardise, train_feature_net

    training, test = read_split(folder, "train"), read_split(folder, "test")
    net = train_feature_net(
        training, seed=seed, epochs=epochs, num_threads=num_threads, progress=print_progress
    )
    freeze(net)
    standardise(net, training.pixels)  # again, on the weights as stored
    card = FeatureNetCard(
        spec=net.spec,
        data_name=training.source.name,
        data_sha256=training.source.manifest_sha256,
        data_licence=training.source.licence,
        num_training_pictures=len(training.pixels),
        num_test_pictures=len(test.pixels),
        test_accuracy=(0.0,),
        seed=seed,
        epochs=epochs,
        software=f"mezzotint {mezzotint.__version__}, torch {torch.__version__}",
    )
    ruler = NetRuler(net, title=net.spec.name)
    assert test.labels is not None
    accuracy = float((ruler.observe(test.pixels).answers[:, 0] == test.labels).mean())
    print(f"test accuracy {accuracy:.4f} on {len(test.pixels)} pictures")
    return save_feature_net(net, replace(card, test_accuracy=(accuracy,)), destination)


def main(arguments: list[str]) -> int:
    """Parse the command line and train."""
    from mezzotint.metrics.feature_net_file import SHIPPED_FOLDER

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, default=SHIPPED_FOLDER / "grey28.safetensors")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args(arguments)
    start_s = time.monotonic()
    sha256 = train(
        chosen.folder,
        chosen.out,
        epochs=chosen.epochs,
        seed=chosen.seed,
        num_threads=chosen.threads,
    )
    minutes = (time.monotonic() - start_s) / 60
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, {minutes:.1f} minutes\n{sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
