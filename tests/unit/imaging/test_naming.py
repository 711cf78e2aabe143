"""File names from prompts: readable, and safe on every system whatever the prompt."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezzotint.imaging.naming import MAX_NAME_BYTES, picture_name

LAWS = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("ankle boot", "ankle-boot-7-0.png"),
        ("  A red T-shirt!!  (new)", "a-red-t-shirt-new-7-0.png"),
        ("水墨鲤鱼，池塘", "水墨鲤鱼-池塘-7-0.png"),
        ("naïve café", "naïve-café-7-0.png"),
        ("../../etc/passwd", "etc-passwd-7-0.png"),
        ("C:\\Windows\\nul", "c-windows-nul-7-0.png"),
        ("", "picture-7-0.png"),
        ("🎉🎉", "picture-7-0.png"),
        ("-- -", "picture-7-0.png"),
        ("a\u202eb\u200dc\x00d\ne", "a-b-c-d-e-7-0.png"),
    ],
)
def test_names(prompt: str, name: str) -> None:
    assert picture_name(prompt, 7, 0, picture_format="png") == name


def test_endings_and_other_parts() -> None:
    assert picture_name("koi", 7, "sheet", picture_format="jpeg") == "koi-7-sheet.jpg"
    assert picture_name("koi", picture_format="webp") == "koi.webp"
    assert picture_name("koi", "a/b", picture_format="webp") == "koi-a-b.webp"


def test_names_that_windows_keeps() -> None:
    for word in ("con", "NUL", "com1", "COM¹", "lpt9", "CONIN$"):
        name = picture_name(word, picture_format="png")
        assert name.partition(".")[0] not in RESERVED | {"conin", "conin$"}
        assert name.startswith("picture-")


def test_decomposed_and_composed_letters_give_one_name() -> None:
    composed, decomposed = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
    assert composed != decomposed
    names = {picture_name(text, picture_format="png") for text in (composed, decomposed)}
    assert len(names) == 1


def test_marks_of_letters_are_kept() -> None:
    assert picture_name("हिन्दी", picture_format="png") == "हिन्दी.png"


def test_long_prompts_are_cut_between_characters() -> None:
    name = picture_name("鲤" * 500, 4_294_967_295, 99, picture_format="jpeg")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name.endswith("鲤-4294967295-99.jpg")


@LAWS
@given(
    prompt=st.text(max_size=300),
    parts=st.lists(st.integers(0, 2**32) | st.text(max_size=60), max_size=3),
)
def test_any_prompt_gives_a_safe_name(prompt: str, parts: list[int | str]) -> None:
    name = picture_name(prompt, *parts, picture_format="png")
    stem, ending = name[:-4], name[-4:]
    assert ending == ".png"
    assert 1 <= len(name.encode()) <= MAX_NAME_BYTES + 130  # three long parts beside the words
    assert stem not in RESERVED
    assert not stem.startswith("-")
    assert not stem.endswith("-")
    assert unicodedata.normalize("NFC", name) == name
    assert all(c == "-" or unicodedata.category(c)[0] in "LNM" for c in stem)


@LAWS
@given(prompt=st.text(max_size=300), seed=st.integers(0, 2**32 - 1), index=st.integers(0, 999))
def test_names_with_seed_and_index_are_bounded(prompt: str, seed: int, index: int) -> None:
    name = picture_name(prompt, seed, index, picture_format="png")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name.endswith(f"-{seed}-{index}.png")
