"""Captions say what the labels say, and nothing else."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.data.scenes import Language, SceneAttributes, caption, labels, sample_attributes
from mezzotint.data.scenes import captions_en as en
from mezzotint.data.scenes import captions_zh as zh
from mezzotint.domain.streams import MAX_SEED, Purpose, picture_stream

Phrases = Mapping[str, tuple[str, ...]]

TABLES: dict[Language, dict[str, list[Phrases]]] = {
    "en": {
        "terrain": [en.TERRAIN],
        "water": [en.WATER, en.WATER_TAGS],
        "plants": [en.PLANTS],
        "sky": [en.SKY, en.SKY_TAGS, en.AIR],
        "body": [en.BODY, en.BODY_TAGS],
        "time": [en.TIME, en.TIME_TAGS],
        "season": [en.SEASON, en.SEASON_TAGS],
        "thing": [en.THING],
        "place": [en.PLACE],
        "distance": [en.DISTANCE],
        "palette": [en.PALETTE],
        "medium": [en.MEDIUM, en.MEDIUM_TAGS],
    },
    "zh": {
        "terrain": [zh.TERRAIN],
        "water": [zh.WATER, zh.WATER_TAGS],
        "plants": [zh.PLANTS],
        "sky": [zh.SKY],
        "body": [zh.BODY],
        "time": [zh.TIME],
        "season": [zh.SEASON],
        "thing": [zh.THING],
        "place": [zh.PLACE],
        "distance": [zh.DISTANCE],
        "palette": [zh.PALETTE],
        "medium": [zh.MEDIUM],
    },
}


def bare(phrase: str) -> str:
    """Strip what changes with the form of the caption."""
    phrase = re.sub(r"^(an?|the|in|at|by|on|to|with|under|during) ", "", phrase.lower())
    phrase = re.sub(r"^(an?|the) ", "", phrase)
    return phrase[2:] if phrase.startswith(zh.MEASURES) else phrase


def phrases(language: Language, field: str, value: str) -> list[str]:
    return [bare(p) for table in TABLES[language][field] for p in table.get(value, ())]


def mentions(text: str, phrase: str) -> bool:
    if phrase.isascii():
        return re.search(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", text) is not None
    return phrase in text


def sample(seed: int) -> SceneAttributes:
    return sample_attributes(picture_stream(seed, 0, Purpose.SCENE))


def unsaid(text: str, language: Language, shown: Mapping[str, str]) -> str:
    """Take what may be said out of a caption, longest phrases first."""
    allowed = {p for field in TABLES[language] for p in phrases(language, field, shown[field])}
    for phrase in sorted(allowed, key=len, reverse=True):
        text = re.sub(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", "|", text)
    return text


@pytest.mark.parametrize("language", ["en", "zh"])
@given(seed=st.integers(0, MAX_SEED), wording=st.integers(0, MAX_SEED))
def test_a_caption_names_only_what_is_seen(language: Language, seed: int, wording: int) -> None:
    scene = sample(seed)
    shown = labels(scene)
    text = caption(scene, language, picture_stream(wording, 1, Purpose.SCENE)).lower()
    rest = unsaid(text, language, shown)
    for field, tables in TABLES[language].items():
        for value in {value for table in tables for value in table} - {shown[field]}:
            for phrase in phrases(language, field, value):
                assert not mentions(rest, phrase), (text, field, value)


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=15)
@given(seed=st.integers(0, MAX_SEED))
def test_everything_seen_is_said_sooner_or_later(language: Language, seed: int) -> None:
    scene = sample(seed)
    shown = labels(scene)
    stream = picture_stream(seed, 2, Purpose.SCENE)
    said = "\n".join(caption(scene, language, stream).lower() for _ in range(120))
    for field, value in shown.items():
        if phrases(language, field, value):
            assert any(mentions(said, p) for p in phrases(language, field, value)), (field, value)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_one_word_to_a_sentence(language: Language) -> None:
    stream = picture_stream(1, 0, Purpose.SCENE)
    texts = {caption(sample(index % 20), language, stream) for index in range(600)}
    assert len(texts) > 500
    lengths = sorted(len(text.split(" ")) if language == "en" else len(text) for text in texts)
    assert lengths[0] <= (1 if language == "en" else 3)
    assert lengths[-1] >= (18 if language == "en" else 30)
    assert any(text.endswith("." if language == "en" else "。") for text in texts)


@pytest.mark.parametrize("language", ["en", "zh"])
@given(seed=st.integers(0, MAX_SEED))
def test_captions_are_tidy(language: Language, seed: int) -> None:
    stream = picture_stream(seed, 3, Purpose.SCENE)
    text = caption(sample(seed), language, stream)
    assert text
    assert text == text.strip()
    assert not re.search(r"  |,,|, ,|，，|\ba [aeiou](?!ne)|\ban [^aeiou]|\bnone\b|的的", text), (
        text
    )
    assert (language == "zh") == any("\u4e00" <= character <= "\u9fff" for character in text)


def test_the_wording_depends_on_the_stream_alone() -> None:
    scene = sample(5)
    first = caption(scene, "en", picture_stream(1, 0, Purpose.SCENE))
    assert first == caption(scene, "en", picture_stream(1, 0, Purpose.SCENE))
