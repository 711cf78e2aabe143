"""The pixel hash depends on shape and values, and on nothing else."""

import hashlib

import numpy as np

from mezzotint.imaging.pixel_hash import pixel_hash

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)


def test_it_is_what_the_documentation_says() -> None:
    assert pixel_hash(PIXELS) == hashlib.sha256(b"2x4x3\n" + bytes(range(24))).hexdigest()


def test_memory_layout_does_not_matter() -> None:
    assert pixel_hash(np.asfortranarray(PIXELS)) == pixel_hash(PIXELS)
    assert pixel_hash(PIXELS[::-1][::-1]) == pixel_hash(PIXELS)


def test_shape_and_every_value_matter() -> None:
    changed = PIXELS.copy()
    changed[1, 3, 2] ^= 1
    hashes = {pixel_hash(PIXELS), pixel_hash(changed), pixel_hash(PIXELS.reshape(4, 2, 3))}
    assert len(hashes) == 3
