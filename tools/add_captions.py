"""Give a model that was exported without them the captions of its training pictures.

python tools/add_captions.py BUNDLE PICTURES

BUNDLE is the folder of a latent model; PICTURES what it was trained on, as for `mezzotint train`.
The pictures must be the very ones: the hash of their list is on the card.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mezzotint.bundles.names import CAPTIONS_FILE
from mezzotint.bundles.read import open_bundle
from mezzotint.bundles.write import write_bundle
from mezzotint.studio.training_data import DataRequest, load_training_data
from mezzotint.training.latent.caption_table import captions_of
from mezzotint.training.latent.captions_file import write_captions


def main() -> int:
    """Read the pictures again, compare, write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("pictures")
    arguments = parser.parse_args()
    bundle = open_bundle(arguments.bundle)
    card = bundle.card
    with tempfile.TemporaryDirectory() as cache:
        request = DataRequest(
            address=arguments.pictures,
            size_px=(card.height_px, card.width_px),
            channels=card.channels,
            classes_file=None,
            licence=None,
            cache_folder=Path(cache),
        )
        pictures = load_training_data(request).train
    if pictures.source.manifest_sha256 not in {one.manifest_sha256 for one in card.data}:
        print(f"{arguments.pictures} is not what {card.name} was trained on")
        return 1
    files = {name: bundle.read_file(name) for name in card.files}
    files[CAPTIONS_FILE] = write_captions(captions_of(pictures))
    write_bundle(arguments.bundle, card, files, replace=True)
    print(f"{arguments.bundle}: {len(files[CAPTIONS_FILE]) / 1e6:.2f} MB of captions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
