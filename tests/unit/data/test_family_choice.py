"""One rule says which family fits a set."""

from dataclasses import replace

import pytest

from mezzotint.data.family_choice import SetFacts, choose_family

BARE = SetFacts(
    num_pictures=1000,
    longer_side_px=32,
    channels=3,
    num_classes=0,
    num_captioned=0,
    num_distinct_captions=0,
)


@pytest.mark.parametrize(
    ("facts", "family", "reason"),
    [
        (BARE, "dcgan", "neither captions nor classes"),
        (replace(BARE, num_classes=5), "cgan", "5 classes"),
        (replace(BARE, num_classes=1), "dcgan", "neither captions nor classes"),
        (replace(BARE, longer_side_px=65), "latent", "Above 64 px"),
        (replace(BARE, longer_side_px=64), "dcgan", ""),
        (replace(BARE, channels=4), "latent", "transparent"),
        (replace(BARE, channels=4, num_classes=5), "latent", "transparent"),
        (replace(BARE, num_captioned=900, num_distinct_captions=40), "latent", "captions"),
        # few captioned, or captions that only repeat the class
        (replace(BARE, num_captioned=499, num_distinct_captions=40), "dcgan", "Nothing is sorted"),
        (
            replace(BARE, num_classes=5, num_captioned=1000, num_distinct_captions=10),
            "cgan",
            "5 classes",
        ),
    ],
)
def test_words_then_transparency_then_size_then_classes(
    facts: SetFacts, family: str, reason: str
) -> None:
    choice = choose_family(facts)
    assert choice.family == family
    assert reason in str(choice.reason)


def test_an_empty_set_has_no_captions() -> None:
    assert choose_family(replace(BARE, num_pictures=0)).family == "dcgan"
