"""Laws of the held-out split: look-alikes together, additions harmless, fractions nested."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.data.similarity import groups, join
from mezzotint.data.split import Split, split_by_content, straddling

# enough for laws of small sets
LAW = settings(max_examples=50)
FRACTION = st.floats(0, 1)


def fake_hash(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@st.composite
def picture_sets(draw: st.DrawFn) -> tuple[list[str], tuple[tuple[int, ...], ...]]:
    num_pictures = draw(st.integers(1, 60))
    numbers = draw(st.lists(st.integers(0, 10_000), min_size=num_pictures, max_size=num_pictures))
    item = st.integers(0, num_pictures - 1)
    pairs = draw(st.lists(st.tuples(item, item), max_size=30))
    labels = join(np.arange(num_pictures), *np.array(pairs, np.int64).reshape(-1, 2).T)
    return [fake_hash(number) for number in numbers], groups(labels)


@LAW
@given(picture_sets(), FRACTION)
def test_look_alikes_and_copies_never_straddle_the_split(
    pictures: tuple[list[str], tuple[tuple[int, ...], ...]], fraction: float
) -> None:
    hashes, clusters = pictures
    sides = split_by_content(hashes, clusters, fraction=fraction)
    assert all(len({sides[member] for member in members}) == 1 for members in clusters)
    side_of: dict[str, Split] = {}
    assert all(side_of.setdefault(h, side) == side for h, side in zip(hashes, sides, strict=True))


@LAW
@given(picture_sets(), FRACTION, st.integers(1, 30))
def test_added_pictures_move_nobody_of_another_cluster(
    pictures: tuple[list[str], tuple[tuple[int, ...], ...]], fraction: float, num_added: int
) -> None:
    hashes, clusters = pictures
    # a cluster that was too large to hold out may become small enough; singles never were
    singles = set(range(len(hashes))).difference(*clusters)
    singles = {i for i in singles if hashes.count(hashes[i]) == 1}
    added = [fake_hash(20_000 + number) for number in range(num_added)]
    before = split_by_content(hashes, clusters, fraction=fraction)
    after = split_by_content(hashes + added, clusters, fraction=fraction)
    assert all(before[i] == after[i] for i in singles)


@LAW
@given(picture_sets(), FRACTION)
def test_the_order_of_the_pictures_does_not_matter(
    pictures: tuple[list[str], tuple[tuple[int, ...], ...]], fraction: float
) -> None:
    hashes, clusters = pictures
    last = len(hashes) - 1
    turned = [tuple(sorted(last - member for member in members)) for members in clusters]
    forward = split_by_content(hashes, clusters, fraction=fraction)
    backward = split_by_content(hashes[::-1], turned, fraction=fraction)
    assert forward == backward[::-1]


@LAW
@given(picture_sets(), FRACTION, FRACTION)
def test_a_larger_fraction_holds_out_the_same_and_more(
    pictures: tuple[list[str], tuple[tuple[int, ...], ...]], first: float, second: float
) -> None:
    hashes, clusters = pictures
    small = split_by_content(hashes, clusters, fraction=min(first, second))
    large = split_by_content(hashes, clusters, fraction=max(first, second))
    assert all(b == "validation" for a, b in zip(small, large, strict=True) if a == "validation")


def test_the_fraction_is_met_on_average() -> None:
    hashes = [fake_hash(number) for number in range(20_000)]
    sides = split_by_content(hashes, [], fraction=0.1)
    assert sides.count("validation") == pytest.approx(2000, abs=150)


@pytest.mark.parametrize(("fraction", "side"), [(0.0, "train"), (1.0, "validation")])
def test_nothing_and_everything_can_be_held_out(fraction: float, side: str) -> None:
    hashes = [fake_hash(number) for number in range(50)]
    assert set(split_by_content(hashes, [], fraction=fraction)) == {side}


def test_a_cluster_larger_than_the_fraction_is_trained_on() -> None:
    hashes = [fake_hash(number) for number in range(100)]
    film = tuple(range(60))
    sides = split_by_content(hashes, [film], fraction=0.5)
    assert {sides[i] for i in film} == {"train"}
    assert set(split_by_content(hashes, [film], fraction=1.0)) == {"validation"}


def test_known_sides_are_kept_and_followed() -> None:
    hashes = [fake_hash(number) for number in range(6)]
    known: dict[int, Split] = {0: "test", 3: "train"}
    sides = split_by_content(hashes, [(0, 1), (3, 4)], fraction=1.0, known=known)
    assert sides == ("test", "test", "validation", "train", "train", "validation")


def test_where_owners_disagree_the_cluster_is_trained_on() -> None:
    hashes = [fake_hash(number) for number in range(3)]
    known: dict[int, Split] = {0: "test", 2: "validation"}
    assert split_by_content(hashes, [(0, 1, 2)], fraction=0.5, known=known) == ("train",) * 3
    assert straddling([(0, 1, 2)], known) == ((0, 1, 2),)


def test_an_empty_set_has_an_empty_split() -> None:
    assert split_by_content([], [], fraction=0.1) == ()


@pytest.mark.parametrize("fraction", [-0.1, 1.1])
def test_impossible_fractions_are_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        split_by_content([], [], fraction=fraction)
