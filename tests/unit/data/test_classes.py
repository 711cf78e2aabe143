from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezzotint.data.classes import ClassWords, class_specs, read_class_words
from mezzotint.domain.errors import InputError


def test_known_classes_come_first_and_keep_their_order() -> None:
    known = [
        ClassWords(source_name="dog", name="dog", words=("dog", "狗")),
        ClassWords(source_name="cat", name="cat", words=("cat", "猫")),
        ClassWords(source_name="emu", name="emu", words=()),
    ]
    labelled = class_specs(["cat", "zebra_2", "dog", "cat"], known)
    assert [spec.name for spec in labelled.classes] == ["dog", "cat", "zebra"]
    assert [spec.num_images for spec in labelled.classes] == [1, 2, 1]
    assert labelled.classes[1].words == ("cat", "猫")
    assert labelled.labels.tolist() == [1, 2, 0, 1]


def test_numbers_are_ordered_by_value() -> None:
    labelled = class_specs(["10", "9", "x", "0"])
    assert [spec.name for spec in labelled.classes] == ["0", "9", "10", "x"]


@given(st.lists(st.text(max_size=4), max_size=30))
def test_every_label_names_its_class(names: list[str]) -> None:
    labelled = class_specs(names)
    assert labelled.labels.dtype == np.int64
    counts = np.bincount(labelled.labels, minlength=len(labelled.classes))
    assert [spec.num_images for spec in labelled.classes] == counts.tolist()
    assert [spec.index for spec in labelled.classes] == list(range(len(set(names))))
    by_name: dict[str, int] = {}
    for name, label in zip(names, labelled.labels.tolist(), strict=True):
        assert by_name.setdefault(name, label) == label


def test_words_are_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "classes.toml"
    path.write_text('["9"]\nname = "ankle boot"\nwords = ["boot", "短靴"]\n[cats]\nwords = []\n')
    words = read_class_words(path)
    assert words[0] == ClassWords(source_name="9", name="ankle boot", words=("boot", "短靴"))
    assert words[1].name == "cats"


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        'nine = "boot"',
        "[a]\nname = 3",
        '[a]\nname = "x"\nwords = "boot"',
        '[a]\nname = "x"\nwords = [1]',
        '[a]\nname = "x"\ncolour = "red"',
        "[a]",
    ],
)
def test_wrong_toml_says_how_it_should_be(tmp_path: Path, text: str) -> None:
    path = tmp_path / "classes.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"classes\.toml") as caught:
        read_class_words(path)
    assert "ankle boot" in str(caught.value.hint)


def test_a_missing_file_and_a_wrong_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_class_words(tmp_path / "nothing.toml")
    (tmp_path / "latin.toml").write_bytes(b'[a]\nname = "\xe9"')
    with pytest.raises(InputError, match="no TOML"):
        read_class_words(tmp_path / "latin.toml")
