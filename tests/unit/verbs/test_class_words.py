import pytest

from mezzotint.domain.card import ClassSpec
from mezzotint.verbs.class_words import find_classes, nearest_word

CLASSES = (
    ClassSpec(
        index=0, name="t-shirt", words=("t-shirt", "tee", "top", "T恤", "短袖"), num_images=9
    ),
    ClassSpec(index=1, name="shirt", words=("shirt", "衬衫"), num_images=9),
    ClassSpec(
        index=2, name="ankle boot", words=("ankle boot", "boot", "短靴", "靴子"), num_images=9
    ),
    ClassSpec(index=3, name="dress", words=("dress", "连衣裙"), num_images=9),
    ClassSpec(index=4, name="bag", words=("bag", "handbag", "包"), num_images=9),
)


@pytest.mark.parametrize(
    ("text", "indices", "unknown"),
    [
        ("ankle boot", (2,), ()),
        ("two Ankle-Boots", (2,), ()),
        ("a red t-shirt", (0,), ("red",)),
        ("a shirt and a bag", (1, 4), ()),
        ("dresses", (3,), ()),
        ("短靴", (2,), ()),
        ("一双黑色短靴", (2,), ("黑色",)),
        ("红色的T恤和包", (0, 4), ("红色",)),
        ("red 短靴, shiny", (2,), ("red", "shiny")),
        ("ＢＡＧ", (4,), ()),
        ("", (), ()),
        ("!!! ---", (), ()),
        ("baggage", (), ("baggage",)),
    ],
)
def test_finds_classes_and_unknown_words(
    text: str, indices: tuple[int, ...], unknown: tuple[str, ...]
) -> None:
    named = find_classes(text, CLASSES)
    assert named.indices == indices
    assert named.unknown == unknown


def test_longest_phrase_wins_over_a_part_of_it() -> None:
    assert find_classes("t shirt", CLASSES).indices == (0,)


def test_nearest_word_helps_with_a_typo_and_stays_silent_otherwise() -> None:
    assert nearest_word("ankel boot", CLASSES) == "ankle boot"
    assert nearest_word("castle", CLASSES) is None
