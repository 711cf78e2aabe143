"""The classic VAE: train `vae-classic` for a short while and report the test log-likelihood.

The published setting (Burda et al. 2016, section 5, one stochastic layer, k = 1) reaches -86.8 nats
on dynamically binarised MNIST after 3,280 passes, and the recipe is that setting; this benchmark
takes NUM_PASSES passes over whatever pictures it is given, so its figure only says how far a short
run comes. The whole run: `mezzotint train MNIST --recipe vae-classic --images 196800000`.

Usage: python -m benchmarks.likelihood --data DIR [--passes N] [--pictures N]
`python -m benchmarks likelihood` takes the pictures from $MEZZOTINT_FASHION_MNIST.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.evaluate_bundle import default_data

NUM_PASSES = 40.0
NUM_TEST_PICTURES = 1000


@dataclass(frozen=True, kw_only=True)
class LikelihoodFigures:
    """Hold what a short run reached."""

    data: str
    recipe: str
    num_passes: float
    num_images_seen: int
    num_threads: int
    training_s: float
    log_likelihood_nats: float  # test pictures, binarised, k importance samples
    standard_error_nats: float
    elbo_nats: float
    num_importance: int
    num_test_pictures: int
    estimating_s: float


def run(
    data: Path | None = None,
    *,
    num_passes: float = NUM_PASSES,
    num_pictures: int = NUM_TEST_PICTURES,
) -> LikelihoodFigures:
    """Train on one thread and estimate.

    Args:
        data: Folder with idx files of grey pictures, both splits; None takes the environment's.
        num_passes: Over the training pictures.
        num_pictures: Test pictures, evenly taken.
    """
    from tools.train_feature_net import read_split

    from mezzotint.training.budget import Budget
    from mezzotint.training.recipes import recipe
    from mezzotint.training.run import train
    from mezzotint.training.vae import VaeLearner
    from mezzotint.training.vae_likelihood import LikelihoodRequest, vae_likelihood

    folder = data or default_data()
    pictures, test = read_split(folder, "train"), read_split(folder, "test")
    num_images = round(num_passes * len(pictures.pixels))
    start_s = time.perf_counter()
    with tempfile.TemporaryDirectory() as run_folder:
        result = train(
            pictures,
            recipe("vae-classic"),
            Path(run_folder),
            budget=Budget(images=num_images),
            threads=1,
        )
    trained_s = time.perf_counter()
    assert isinstance(result.learner, VaeLearner)
    estimate = vae_likelihood(result.learner, test, LikelihoodRequest(num_pictures=num_pictures))
    return LikelihoodFigures(
        data=f"{pictures.source.name}, binarised",
        recipe="vae-classic",
        num_passes=num_passes,
        num_images_seen=result.state.images_seen,
        num_threads=1,
        training_s=round(trained_s - start_s, 1),
        log_likelihood_nats=round(estimate.log_likelihood_nats, 2),
        standard_error_nats=round(estimate.standard_error_nats, 2),
        elbo_nats=round(estimate.elbo_nats, 2),
        num_importance=estimate.num_importance,
        num_test_pictures=estimate.num_pictures,
        estimating_s=round(time.perf_counter() - trained_s, 1),
    )


def main(arguments: list[str]) -> int:
    """Parse the command line, measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--passes", type=float, default=NUM_PASSES)
    parser.add_argument("--pictures", type=int, default=NUM_TEST_PICTURES)
    chosen = parser.parse_args(arguments)
    figures = run(chosen.data, num_passes=chosen.passes, num_pictures=chosen.pictures)
    print(json.dumps(asdict(figures), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
