"""Laws of hashes and clusters, and what counts as the same picture."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageEnhance, ImageOps

from mezzotint.data.similarity import (
    Signature,
    close_hashes,
    groups,
    hamming_distance,
    join,
    near_clusters,
    perceptual_hashes,
    sign_picture,
)

# enough for laws of small sets
LAW = settings(max_examples=50)
GREYS = hnp.arrays(np.uint8, (32, 32))
HASHES = st.integers(0, 2**64 - 1)
NUM_ITEMS = 12
ITEM = st.integers(0, NUM_ITEMS - 1)
PAIRS = st.lists(st.tuples(ITEM, ITEM), max_size=20)


def photograph(seed: int, height: int = 90, width: int = 120) -> Image.Image:
    """Make a picture with the spectrum of a photograph."""
    noise = np.random.default_rng(seed).standard_normal((height, width, 3))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    frequency[0, 0] = 1
    pixels = np.fft.ifft2(np.fft.fft2(noise, axes=(0, 1)) / frequency[..., None], axes=(0, 1)).real
    pixels = 128 + 50 * (pixels - pixels.mean()) / pixels.std()
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def same(first: Image.Image, second: Image.Image, *, mirrored: bool = True) -> bool:
    signatures = [sign_picture(first), sign_picture(second)]
    return near_clusters(signatures, mirrored=mirrored) == ((0, 1),)


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)


def test_hash_of_a_known_picture_never_changes() -> None:
    rows, columns = np.mgrid[0:32, 0:32]
    grey = ((rows * 7 + columns * columns) % 256).astype(np.uint8)
    hashes, mirrored = perceptual_hashes(grey[None])
    assert f"{hashes[0]:016x} {mirrored[0]:016x}" == "01063c011e315756 545369544b640203"


@LAW
@given(GREYS)
def test_mirroring_a_picture_swaps_its_two_hashes(grey: np.ndarray) -> None:
    hashes, mirrored = perceptual_hashes(np.stack([grey, grey[:, ::-1]]))
    assert hashes.tolist() == mirrored[::-1].tolist()


@LAW
@given(GREYS)
def test_a_batch_hashes_like_its_pictures(grey: np.ndarray) -> None:
    batch = np.stack([grey, grey.T, 255 - grey])
    alone = [int(perceptual_hashes(each[None])[0][0]) for each in batch]
    assert perceptual_hashes(batch)[0].tolist() == alone


def test_the_hash_does_not_move_with_contrast() -> None:
    picture = photograph(1)
    weaker = ImageEnhance.Contrast(picture).enhance(0.7)
    first, second = sign_picture(picture), sign_picture(weaker)
    assert hamming_distance(first.perceptual_hash, second.perceptual_hash) <= 2


@LAW
@given(HASHES, HASHES, HASHES)
def test_hamming_distance_is_a_metric(a: int, b: int, c: int) -> None:
    assert hamming_distance(a, b) == hamming_distance(b, a)
    assert (hamming_distance(a, b) == 0) == (a == b)
    assert hamming_distance(a, c) <= hamming_distance(a, b) + hamming_distance(b, c)


@LAW
@given(
    base=st.lists(HASHES, min_size=1, max_size=4),
    flips=st.lists(st.sets(st.integers(0, 63), max_size=12), min_size=2, max_size=12),
    max_distance=st.integers(0, 11),
)
def test_the_index_finds_exactly_the_close_hashes(
    base: list[int], flips: list[set[int]], max_distance: int
) -> None:
    values = [base[i % len(base)] ^ sum(1 << bit for bit in bits) for i, bits in enumerate(flips)]
    hashes = np.array(values, np.uint64)
    found = {
        (int(a), int(b))
        for i, j in close_hashes(hashes, hashes, max_distance=max_distance)
        for a, b in zip(i, j, strict=True)
    }
    expected = {
        (i, j)
        for i, first in enumerate(values)
        for j, second in enumerate(values)
        if hamming_distance(first, second) <= max_distance
    }
    assert found == expected


def test_batches_of_candidates_stay_small() -> None:
    hashes = np.zeros(1000, np.uint64)
    sizes = [len(i) for i, _ in close_hashes(hashes, hashes, max_distance=0)]
    assert max(sizes) <= 20_000
    assert sum(sizes) == 4 * 1000 * 1000  # each pair once a band


def test_a_search_too_wide_for_the_index_is_refused() -> None:
    hashes = np.zeros(1, np.uint64)
    with pytest.raises(ValueError, match="0 to 11"):
        list(close_hashes(hashes, hashes, max_distance=12))


@LAW
@given(PAIRS)
def test_groups_are_the_transitive_closure(pairs: list[tuple[int, int]]) -> None:
    reachable = np.eye(NUM_ITEMS, dtype=bool)
    for a, b in pairs:
        reachable[a, b] = reachable[b, a] = True
    for _ in range(NUM_ITEMS):
        reachable = reachable @ reachable
    expected = {tuple(np.flatnonzero(row).tolist()) for row in reachable if row.sum() > 1}
    joined = join(np.arange(NUM_ITEMS), *np.array(pairs, np.int64).reshape(-1, 2).T)
    assert set(groups(joined)) == expected


@LAW
@given(PAIRS, st.integers(0, 20))
def test_groups_depend_on_neither_order_nor_batches(pairs: list[tuple[int, int]], cut: int) -> None:
    shuffled = [(b, a) for a, b in reversed(pairs)]
    labels = np.arange(NUM_ITEMS)
    for part in (shuffled[:cut], shuffled[cut:]):
        labels = join(labels, *np.array(part, np.int64).reshape(-1, 2).T)
    whole = join(np.arange(NUM_ITEMS), *np.array(pairs, np.int64).reshape(-1, 2).T)
    assert labels.tolist() == whole.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_is_found_compressed_scaled_brightened_or_mirrored(seed: int) -> None:
    picture = photograph(seed)
    assert same(picture, as_jpeg(picture, 50))
    assert same(picture, picture.resize((60, 45)))
    assert same(picture, ImageEnhance.Brightness(picture).enhance(1.05))
    assert same(picture, ImageOps.mirror(picture))
    assert not same(picture, ImageOps.mirror(picture), mirrored=False)


def test_other_pictures_are_not_copies() -> None:
    pictures = [photograph(seed) for seed in range(30)]
    assert near_clusters([sign_picture(picture) for picture in pictures]) == ()


def test_the_same_drawing_in_another_colour_is_another_picture() -> None:
    grey = photograph(3).convert("L")
    red = Image.merge("RGB", (grey, Image.new("L", grey.size), Image.new("L", grey.size)))
    blue = Image.merge("RGB", (Image.new("L", grey.size), Image.new("L", grey.size), grey))
    assert not same(red, blue)


def test_flat_pictures_are_compared_by_colour() -> None:
    flat = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue", "#fe0101")]
    assert near_clusters([sign_picture(picture) for picture in flat]) == ((0, 2),)


def test_what_is_transparent_counts_as_middle_grey() -> None:
    hidden = Image.merge("RGBA", (*photograph(1).split(), Image.new("L", (120, 90))))
    assert same(hidden, Image.new("RGB", (10, 10), (128, 128, 128)))


def test_grey_rgb_and_rgba_of_one_picture_are_the_same() -> None:
    grey = photograph(2).convert("L")
    signatures = [sign_picture(grey.convert(mode)) for mode in ("L", "RGB", "RGBA")]
    assert len(set(signatures)) == 1


def test_no_pictures_have_no_clusters() -> None:
    assert near_clusters([]) == ()


def test_clusters_do_not_depend_on_the_order_of_the_pictures() -> None:
    originals = [photograph(seed) for seed in range(6)]
    pictures = [*originals, *(as_jpeg(picture, 60) for picture in originals[:3])]
    signatures = [sign_picture(picture) for picture in pictures]
    forward = near_clusters(signatures)
    backward = near_clusters(signatures[::-1])
    last = len(signatures) - 1
    assert set(forward) == {tuple(sorted(last - i for i in group)) for group in backward}
    assert forward == ((0, 6), (1, 7), (2, 8))


def test_a_large_set_is_searched_without_comparing_all_pairs() -> None:
    generator = np.random.default_rng(0)
    prints = generator.integers(0, 256, (5000, 304), np.uint8)
    hashes = generator.integers(0, 2**63, 5000, np.uint64)
    signatures = [
        Signature(
            perceptual_hash=int(value),
            mirrored_hash=int(value) ^ 0x5555_5555_5555_5555,
            grey=row[:256].tobytes(),
            colours=row[256:].tobytes(),
        )
        for value, row in zip(hashes, prints, strict=True)
    ]
    candidates = sum(len(i) for i, _ in close_hashes(hashes, hashes, max_distance=7))
    assert candidates < 5000 * 5000 // 100
    assert near_clusters(signatures) == ()


def test_plain_pictures_of_different_colours_are_no_copies() -> None:
    greys = [Image.new("RGB", (64, 64), (level,) * 3) for level in range(0, 256, 16)]
    ramp = np.linspace(0, 1, 64)[None, :, None]
    ramps = [
        Image.fromarray(np.repeat(ramp * colour, 64, axis=0).astype(np.uint8))
        for colour in ([255, 90, 60], [255, 120, 90], [225, 90, 90])
    ]
    assert near_clusters([sign_picture(picture) for picture in (*greys, *ramps)]) == ()


def test_a_plain_picture_and_its_jpeg_are_copies() -> None:
    plain = Image.new("RGB", (64, 64), (200, 60, 90))
    file = BytesIO()
    plain.save(file, "JPEG", quality=60)
    assert near_clusters([sign_picture(each) for each in (plain, Image.open(file))]) == ((0, 1),)
