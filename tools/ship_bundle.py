"""Take a trained model into the package.

python tools/ship_bundle.py NAME [--models FOLDER] [--data ADDRESS] [--judge MODEL]

Adds what only people can say (tools/shipped/NAME.toml) to its card and checks its size; with
--data the figures on the card are measured anew by the metrics of this version.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

from mezzotint.bundles.library import SHIPPED_FOLDER
from mezzotint.bundles.read import open_bundle
from mezzotint.bundles.write import write_bundle
from mezzotint.studio.settings import load_settings
from mezzotint.studio.studio import Studio

ABOUT = Path(__file__).resolve().parent / "shipped"


def main() -> int:
    """Read, amend, check and write one bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--models", type=Path, default=None, help="models folder")
    parser.add_argument("--data", default=None, help="pictures to measure on, as for training")
    parser.add_argument("--judge", default=None, help="model that judges retrieval, with --data")
    arguments = parser.parse_args()
    about = tomllib.loads((ABOUT / f"{arguments.name}.toml").read_text(encoding="utf-8"))
    models = arguments.models or load_settings().models_folder
    bundle = open_bundle(models / arguments.name)
    metrics = bundle.card.metrics
    if arguments.data is not None:
        studio = Studio(load_settings(models_folder=models))
        metrics = studio.evaluate(arguments.name, arguments.data, judge=arguments.judge).metrics
    data = tuple(replace(one, **about.get("data", {})) for one in bundle.card.data)
    card = replace(
        bundle.card,
        metrics=metrics,
        data=data,
        title=about["title"],
        description=about["description"],
        licence=about["licence"],
        limits=tuple(about["limits"]),
    )
    files = {name: bundle.read_file(name) for name in card.files}
    megabytes = sum(len(content) for content in files.values()) / 1e6
    if megabytes > about["max_megabytes"]:
        print(f"{arguments.name} has {megabytes:.1f} MB, at most {about['max_megabytes']} MB")
        return 1
    write_bundle(SHIPPED_FOLDER / arguments.name, card, files, replace=True)
    print(f"{SHIPPED_FOLDER / arguments.name}: {megabytes:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
