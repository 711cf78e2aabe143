import re

import pytest

from mezzotint.data.catalogue import (
    catalogue,
    find_data_set,
    recognise_files,
    recognise_labels,
    recognise_name,
)
from mezzotint.domain.errors import InputError

CHINESE = re.compile("[\u3040-\u9fff]")


@pytest.mark.parametrize("name", catalogue())
def test_every_entry_is_whole(name: str) -> None:
    data_set = catalogue()[name]
    assert data_set.files
    for file in data_set.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert file.size_bytes > 1000
        assert file.addresses
        assert all(address.startswith(("http://", "https://")) for address in file.addresses)
        assert "/" not in file.name
    assert data_set.title["en"]
    assert data_set.title["zh"]
    assert data_set.licence
    assert len({file.sha256 for file in data_set.files}) == len(data_set.files)


@pytest.mark.parametrize("name", catalogue())
def test_every_class_has_words_in_both_languages(name: str) -> None:
    for words in catalogue()[name].classes:
        assert any(word.isascii() for word in words.words), words
        assert any(CHINESE.search(word) for word in words.words), words


@pytest.mark.parametrize("name", catalogue())
def test_no_word_means_two_classes(name: str) -> None:
    words = [word for known in catalogue()[name].classes for word in set(known.words)]
    assert len(words) == len(set(words))


def test_names_are_found_in_any_case() -> None:
    assert find_data_set("Fashion-MNIST").name == "fashion-mnist"


def test_a_wrong_name_gets_the_nearest_or_all() -> None:
    with pytest.raises(InputError, match="fashion-mnist"):
        find_data_set("fashion-minst")
    with pytest.raises(InputError, match=r"mnist, .*beans"):
        find_data_set("?")


def test_sets_are_recognised() -> None:
    fashion = catalogue()["fashion-mnist"]
    assert fashion.labels_sha256 is not None
    assert recognise_labels(fashion.labels_sha256) is fashion
    assert recognise_labels("0" * 64) is None
    assert recognise_files({"images.tar.gz": 791918971}) is catalogue()["pets"]
    assert recognise_files({"images.tar.gz": 1}) is None
    assert recognise_name(["raw", "FashionMNIST"]) is fashion
    assert recognise_name(["holiday"]) is None
