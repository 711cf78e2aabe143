"""Run one stage of a `latent` training on a machine that has torch and little else.

Usage: tools/gpu_run.sh STAGE MINUTES [--pictures FOLDER] [--state FOLDER] [--recipe latent-gpu]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mezzotint.data.training_pictures import TrainingPictures
from mezzotint.domain.message import Message
from mezzotint.training.budget import Budget
from mezzotint.training.latent.config import STAGES, LatentConfig
from mezzotint.training.latent.run import train_latent
from mezzotint.training.latent.scene_set import paint_scenes
from mezzotint.training.progress import Report, describe_report
from mezzotint.training.recipes import override, recipe

TELL_S = 20.0


class Lines:
    """Tell a run as plain lines, one every 20 seconds."""

    def __init__(self) -> None:
        self._told_s = 0.0

    def report(self, report: Report) -> None:
        """Print the figures, now and then."""
        if time.monotonic() - self._told_s >= TELL_S:
            self._told_s = time.monotonic()
            print(describe_report(report), flush=True)

    def say(self, message: Message) -> None:
        """Print the sentence."""
        print(message, flush=True)

    def wrote(self, path: Path) -> None:
        """Print the path."""
        print(path, flush=True)


def main(arguments: list[str]) -> int:
    """Run the stage; 0 = it is done, 1 = it goes on when called again."""
    parser = argparse.ArgumentParser(description="Run one stage of a latent training.")
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("minutes", type=float, help="of the stage, over all calls")
    parser.add_argument("--total-minutes", type=float, help="of the stage, if it takes many calls")
    parser.add_argument("--pictures", type=Path, help="captioned folder; else scenes are painted")
    parser.add_argument("--num", type=int, default=60_000, help="scenes to paint")
    parser.add_argument("--num-held-out", type=int, default=1_000)
    parser.add_argument("--side", type=int, default=256, help="px of both sides")
    parser.add_argument("--state", type=Path, default=Path("state"))
    parser.add_argument("--recipe", default="latent-gpu")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="auto")
    options = parser.parse_args(arguments)
    pairs = [pair.partition("=") for pair in options.set]
    config = override(recipe(options.recipe), {name: value for name, _, value in pairs})
    if not isinstance(config, LatentConfig):
        parser.error("the recipe must be of the latent family")
    pictures, held_out = _pictures(options)
    result = train_latent(
        pictures,
        config,
        options.state,
        budget=Budget(minutes=options.total_minutes or options.minutes),
        held_out=held_out,
        seed=options.seed,
        device=options.device,
        progress=Lines(),
        only=None if options.stage == "knowledge" else options.stage,
    )
    print(f"{options.stage}: {result.ending}, {result.state.images_seen} images", flush=True)
    return 0 if result.ending in ("finished", "stage_done") else 1


def _pictures(options: argparse.Namespace) -> tuple[TrainingPictures, TrainingPictures | None]:
    if options.pictures is None:
        side = (options.side, options.side)
        train = paint_scenes(options.num, side, seed=options.seed, device=options.device)
        held_out = paint_scenes(
            options.num_held_out, side, seed=options.seed + 1, device=options.device
        )
        return train, held_out
    from mezzotint.data.prepare import prepare

    cache = options.state / "cache"
    size = {"height_px": options.side, "width_px": options.side}
    return prepare(options.pictures, cache_dir=cache, **size).pictures, None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
