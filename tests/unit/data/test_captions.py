import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.captions import caption_of_path, words_of_name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("deep_elf_mage2", "deep elf mage"),
        ("ox4", "ox"),
        ("OrangeCat-03 (1)", "orange cat"),
        ("IMG_20240318_1134", ""),
        ("DSC00123", ""),
        ("n01440764_10026", ""),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", ""),
        ("red__hat.final.copy", "red hat"),
        ("红色_短靴2", "红色 短靴"),
        ("微信图片_20230101", ""),
        ("001.Black_footed_Albatross", "black footed albatross"),
        ("", ""),
    ],
)
def test_names_become_words(name: str, words: str) -> None:
    assert words_of_name(name) == words


@pytest.mark.parametrize(
    ("path", "caption"),
    [
        ("mon/humans/deep_elf_mage2.png", "deep elf mage, humans, mon"),
        ("cats/IMG_0007.jpg", "cats"),
        ("cats/sleeping cats.jpg", "sleeping cats"),
        ("images/train/00017.png", None),
        ("tom.png", "tom"),
        ("a/b/c/d/e.png", "e, d, c, b"),
    ],
)
def test_paths_become_captions(path: str, caption: str | None) -> None:
    assert caption_of_path(path) == caption


@given(st.text(max_size=60))
def test_words_of_words_are_the_words(name: str) -> None:
    words = words_of_name(name)
    assert words_of_name(words) == words
    assert words == words.strip()


@given(st.text(max_size=60))
def test_any_path_gives_a_caption_or_none(path: str) -> None:
    assert caption_of_path(path) != ""
