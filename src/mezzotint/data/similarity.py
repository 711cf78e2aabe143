"""Find pictures that look the same: hash, thumbprint, clusters.

The perceptual hash finds candidates among a hundred thousand pictures in seconds; a thumbprint of
304 bytes decides. Everything is integer arithmetic, so every machine finds the same. A copy that
was cropped or turned is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from mezzotint.data.packed.channels import to_channels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

HASH_SIDE_PX = 32
NUM_FREQUENCIES = 8
GREY_SIDE_PX = 16
COLOUR_SIDE_PX = 4
# Measured on emoji, sprites and Fashion-MNIST: JPEG at quality 60 and half the size move up to 4
# bits, correlate above 0.99 and move colours by 3 levels; other pictures rarely pass all three.
MAX_HASH_DISTANCE = 7  # bits of 63
MIN_CORRELATION = 0.98  # of the grey prints
MAX_COLOUR_DIFFERENCE = 20.0  # mean of |a - b| of the colour prints, in levels of 255
# A plain picture, of one colour or a gradient, has little but its colours to tell it from others.
MAX_PLAIN_COLOUR_DIFFERENCE = 4.0  # as above; what JPEG moves colours by
PLAIN_BEND = 1.0  # mean of |second difference| of the grey print, in levels
_FLAT_STANDARD_DEVIATION = 2.0  # levels; below it there is no structure to correlate
_MAX_SEARCHABLE_DISTANCE = 11
_NUM_BANDS = 4
_BAND_BITS = 16
_COSINE_SCALE = 4096  # one unit of the integer cosine table
# A coefficient below one level of a checkerboard is rounding noise: symmetric and flat pictures.
_DEAD_ZONE = 32 * _COSINE_SCALE**2
_PAIRS_AT_ONCE = 20_000  # bounds memory


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Hold what a picture looks like.

    Attributes:
        perceptual_hash: 63 bits, one a low frequency: is its cosine coefficient positive?
        mirrored_hash: The hash of the picture mirrored left to right.
        grey: uint8 [16, 16], luma over middle grey, row by row.
        colours: uint8 [4, 4, 3], RGB over middle grey, row by row.
    """

    perceptual_hash: int
    mirrored_hash: int
    grey: bytes
    colours: bytes


@lru_cache(maxsize=1)
def _cosine_table() -> NDArray[np.float64]:
    # DCT-II basis, [frequency, position]: cos(pi k (2n + 1) / 2N)
    import numpy as np

    frequency = np.arange(NUM_FREQUENCIES)[:, None]
    position = 2 * np.arange(HASH_SIDE_PX)[None, :] + 1
    cosines = np.cos(np.pi * frequency * position / (2 * HASH_SIDE_PX))
    return np.rint(cosines * _COSINE_SCALE)


def perceptual_hashes(grey: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hash pictures by the signs of their low cosine frequencies (after Zauner 2010).

    A sign, not the comparison with the median: it does not move with contrast, and mirroring
    the picture only negates the odd horizontal frequencies.

    Args:
        grey: uint8 [N, 32, 32] in [0, 255].

    Returns:
        uint64 [N] hashes, and uint64 [N] hashes of the mirrored pictures. A flat picture has 0.

    Example:
        >>> import numpy as np
        >>> ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (1, 32, 1))
        >>> hashes, mirrored = perceptual_hashes(ramp)
        >>> bool(mirrored[0] == perceptual_hashes(ramp[:, :, ::-1])[0][0])
        True
    """
    import numpy as np

    table = _cosine_table()
    # whole numbers below 2^42, which floating-point numbers of 53 bits hold exactly
    coefficients = table @ (grey.astype(np.float64) - 128) @ table.T
    mirror_signs = np.where(np.arange(NUM_FREQUENCIES) % 2, -1, 1)
    return _pack_signs(coefficients), _pack_signs(coefficients * mirror_signs)


def _pack_signs(coefficients: NDArray[np.float64]) -> NDArray[np.uint64]:
    # float64 [N, 8, 8] => uint64 [N]; the constant term says only how bright it is: its bit is 0
    import numpy as np

    bits = (coefficients > _DEAD_ZONE).reshape(len(coefficients), -1)
    bits[:, 0] = False
    return np.packbits(bits, axis=1).view(">u8").ravel().astype(np.uint64)


def sign_picture(picture: Image) -> Signature:
    """Compute the signature of one picture; see `sign_pictures`.

    Example:
        >>> from PIL import Image
        >>> sign_picture(Image.new("RGB", (40, 30), "red")).perceptual_hash
        0
    """
    return sign_pictures([picture])[0]


def sign_pictures(pictures: Sequence[Image]) -> list[Signature]:
    """Compute the signatures of pictures, together because that takes less time.

    Args:
        pictures: Mode L, RGB or RGBA, any size; what is transparent counts as middle grey.
    """
    import numpy as np

    if not pictures:
        return []
    small = [small_over_grey(picture) for picture in pictures]
    rgb = [(each if each.mode == "RGB" else each.convert("RGB")).tobytes() for each in small]
    pixels = np.frombuffer(b"".join(rgb), np.uint8).reshape(-1, HASH_SIDE_PX, HASH_SIDE_PX, 3)
    luma = to_channels(pixels.reshape(-1, HASH_SIDE_PX, 3), 1).reshape(pixels.shape[:3])
    hashes, mirrored = perceptual_hashes(luma)
    grey = _means(luma[..., None], HASH_SIDE_PX // GREY_SIDE_PX)
    colours = _means(pixels, HASH_SIDE_PX // COLOUR_SIDE_PX)
    columns = zip(hashes.tolist(), mirrored.tolist(), grey, colours, strict=True)
    return [
        Signature(perceptual_hash=one, mirrored_hash=other, grey=bytes(g), colours=bytes(c))
        for one, other, g, c in columns
    ]


def _means(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    # of squares of side x side px, rounded half up; [N, 32, 32, C] => [N, 32 / side, 32 / side, C]
    import numpy as np

    num = HASH_SIDE_PX // side
    squares = pixels.reshape(len(pixels), num, side, num, side, -1)
    totals = squares.sum(axis=4, dtype=np.uint16).sum(axis=2, dtype=np.uint16)
    return ((totals + side * side // 2) // (side * side)).astype(np.uint8)


def small_over_grey(picture: Image) -> Image:
    """Shrink a picture to 32 x 32, L or RGB: all that its signature depends on."""
    from PIL import Image

    size = (HASH_SIDE_PX, HASH_SIDE_PX)
    if picture.size == size and picture.mode != "RGBA":
        return picture
    small = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    if small.mode != "RGBA":
        return small
    middle_grey = Image.new("RGBA", size, (128, 128, 128, 255))
    return Image.alpha_composite(middle_grey, small).convert("RGB")


def hamming_distance(first: int, second: int) -> int:
    """Count the bits in which two hashes differ.

    Example:
        >>> hamming_distance(0b1011, 0b0010)
        2
    """
    return (first ^ second).bit_count()


def near_clusters(
    signatures: Sequence[Signature],
    *,
    max_hash_distance: int = MAX_HASH_DISTANCE,
    mirrored: bool = True,
) -> tuple[tuple[int, ...], ...]:
    """Group the pictures that look the same, directly or through others.

    Args:
        signatures: One a picture.
        max_hash_distance: Largest number of differing bits of a candidate, 0 to 11.
        mirrored: Whether a picture and its mirror image look the same.

    Returns:
        The groups of two and more: indices ascending, groups by their first index.
    """
    import numpy as np

    if not signatures:
        return ()
    first_with: dict[Signature, int] = {}
    labels = np.array([first_with.setdefault(each, i) for i, each in enumerate(signatures)])
    distinct = np.array(list(first_with.values()))
    straight = _Columns.of(list(first_with))
    for others in (straight, straight.mirrored()) if mirrored else (straight,):
        for i, j in close_hashes(straight.hashes, others.hashes, max_distance=max_hash_distance):
            apart = labels[distinct[i]] != labels[distinct[j]]
            i, j = straight.looking_like(others, i[apart], j[apart])
            labels = join(labels, distinct[i], distinct[j])
    return groups(labels)


@dataclass(frozen=True, kw_only=True)
class _Columns:
    # many signatures as arrays
    hashes: NDArray[np.uint64]  # [N]
    mirrored_hashes: NDArray[np.uint64]  # [N]
    grey: NDArray[np.uint8]  # [N, 16, 16]
    colours: NDArray[np.uint8]  # [N, 4, 4, 3]
    plain: NDArray[np.bool_]  # [N]

    @classmethod
    def of(cls, signatures: Sequence[Signature]) -> _Columns:
        import numpy as np

        grey = np.frombuffer(b"".join(each.grey for each in signatures), np.uint8)
        colours = np.frombuffer(b"".join(each.colours for each in signatures), np.uint8)
        grey = grey.reshape(-1, GREY_SIDE_PX, GREY_SIDE_PX)
        return cls(
            hashes=np.array([each.perceptual_hash for each in signatures], np.uint64),
            mirrored_hashes=np.array([each.mirrored_hash for each in signatures], np.uint64),
            grey=grey,
            colours=colours.reshape(-1, COLOUR_SIDE_PX, COLOUR_SIDE_PX, 3),
            plain=_plain(grey),
        )

    def mirrored(self) -> _Columns:
        return _Columns(
            hashes=self.mirrored_hashes,
            mirrored_hashes=self.hashes,
            grey=self.grey[:, :, ::-1],
            colours=self.colours[:, :, ::-1],
            plain=self.plain,
        )

    def looking_like(
        self, others: _Columns, i: NDArray[np.int64], j: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        # keep the pairs whose prints agree, the cheap test first
        import numpy as np

        difference = np.abs(self.colours[i].astype(np.int16) - others.colours[j])
        both_plain = self.plain[i] & others.plain[j]
        most = np.where(both_plain, MAX_PLAIN_COLOUR_DIFFERENCE, MAX_COLOUR_DIFFERENCE)
        same = difference.mean(axis=(1, 2, 3)) <= most
        i, j = i[same], j[same]
        same = _correlated(self.grey[i], others.grey[j])
        return i[same], j[same]


def _plain(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    # is a print flat or a slope, [N, 16, 16] => [N]
    import numpy as np

    levels = grey.astype(np.int16)
    bends = np.abs(np.diff(levels, 2, axis=1)).mean(axis=(1, 2))
    return bends + np.abs(np.diff(levels, 2, axis=2)).mean(axis=(1, 2)) < 2 * PLAIN_BEND


def _correlated(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.bool_]:
    # Pearson correlation of each pair of prints; [P, 16, 16] twice => [P]. Two flat ones agree.
    import numpy as np

    num_pixels = GREY_SIDE_PX**2
    a = left.reshape(-1, num_pixels).astype(np.int64)
    b = right.reshape(-1, num_pixels).astype(np.int64)
    sum_a, sum_b = a.sum(axis=1), b.sum(axis=1)
    covariance = num_pixels * (a * b).sum(axis=1) - sum_a * sum_b
    variance_a = num_pixels * (a * a).sum(axis=1) - sum_a**2
    variance_b = num_pixels * (b * b).sum(axis=1) - sum_b**2
    flat = np.maximum(variance_a, variance_b) <= (num_pixels * _FLAT_STANDARD_DEVIATION) ** 2
    bound = MIN_CORRELATION * np.sqrt(variance_a.astype(np.float64) * variance_b)
    return flat | ((bound > 0) & (covariance >= bound))


def close_hashes(
    left: NDArray[np.uint64], right: NDArray[np.uint64], *, max_distance: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Find every i, j with at most `max_distance` differing bits, in batches of bounded size.

    Multi-index hashing (Norouzi et al. 2012): of four bands of 16 bits, one differs in at most a
    quarter of the bits, so it is found by looking up its few neighbours. A pair may come more
    than once.

    Args:
        left: uint64 [N].
        right: uint64 [M].
        max_distance: 0 to 11.

    Yields:
        int64 [P] indices into `left` and int64 [P] indices into `right`.
    """
    import numpy as np

    if not 0 <= max_distance <= _MAX_SEARCHABLE_DISTANCE:
        raise ValueError(f"max_distance is {max_distance}; it must be 0 to 11")
    for band in range(_NUM_BANDS):
        shift = np.uint64(band * _BAND_BITS)
        left_keys = ((left >> shift) & np.uint64(0xFFFF)).astype(np.int64)
        right_keys = ((right >> shift) & np.uint64(0xFFFF)).astype(np.int64)
        order = np.argsort(right_keys, kind="stable")
        starts = np.searchsorted(right_keys[order], np.arange((1 << _BAND_BITS) + 1))
        for flips in _flip_masks(max_distance // _NUM_BANDS):
            wanted = left_keys ^ flips
            for i, position in _expand_ranges(starts[wanted], starts[wanted + 1]):
                j = order[position]
                near = np.bitwise_count(left[i] ^ right[j]) <= max_distance
                i, j = i[near], j[near]
                yield i, j


def _flip_masks(max_flips: int) -> Iterator[int]:
    # every way to change at most max_flips bits of a band
    for num_flips in range(max_flips + 1):
        for bits in combinations(range(_BAND_BITS), num_flips):
            yield sum(1 << bit for bit in bits)


def _expand_ranges(
    first: NDArray[np.int64], last: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    # (i, each position in first[i] to last[i]), in batches of about _PAIRS_AT_ONCE
    import numpy as np

    counts = last - first
    ends = np.cumsum(counts)
    start = 0
    while start < len(counts):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _PAIRS_AT_ONCE, side="right")))
        here = counts[start:stop]
        i = np.repeat(np.arange(start, stop), here)
        offsets = np.arange(len(i)) - np.repeat(np.cumsum(here) - here, here)
        yield i, first[i] + offsets
        start = stop


def join(
    labels: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Merge the groups of each first and second item (union-find).

    Args:
        labels: int64 [N], the smallest item of the group that each item is in.
        first: int64 [P], items.
        second: int64 [P], the items they belong with.

    Returns:
        New labels; they do not depend on the order of the pairs.

    Example:
        >>> import numpy as np
        >>> join(np.arange(5), np.array([4, 1]), np.array([1, 3])).tolist()
        [0, 1, 2, 1, 1]
    """
    import numpy as np

    pairs = np.unique(np.stack((labels[first], labels[second]), axis=1), axis=0)
    parent = {item: item for item in pairs.ravel().tolist()}

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for left, right in pairs.tolist():
        a, b = find(left), find(right)
        parent[max(a, b)] = min(a, b)
    relabel = np.arange(len(labels))
    for item in parent:
        relabel[item] = find(item)
    return relabel[labels]


def groups(labels: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """List the groups of two and more that `join` made.

    Returns:
        Items ascending, groups by their first item.

    Example:
        >>> import numpy as np
        >>> groups(np.array([0, 1, 2, 1, 0]))
        ((0, 4), (1, 3))
    """
    members: dict[int, list[int]] = {}
    for item, label in enumerate(labels.tolist()):
        members.setdefault(label, []).append(item)
    return tuple(tuple(group) for group in members.values() if len(group) > 1)
