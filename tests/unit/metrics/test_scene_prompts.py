"""Prompts ask for what can be seen, in both languages for the same."""

from __future__ import annotations

import numpy as np
from benchmarks.scene_attributes import summarise

from mezzotint.data.scenes import labels, sample_attributes
from mezzotint.domain.streams import Purpose, picture_stream
from mezzotint.metrics.scene_prompts import MAX_ASKED, asked_fields, prompt_for
from mezzotint.metrics.scene_questions import scene_questions


def test_every_scene_can_be_asked_for_in_both_languages() -> None:
    for index in range(60):
        stream = picture_stream(11, index, Purpose.SCENE)
        shown = labels(sample_attributes(stream))
        fields = asked_fields(shown, stream)
        assert 1 <= len(fields) <= MAX_ASKED
        assert all(shown[field] != "none" for field in fields)
        english, chinese = (prompt_for(shown, fields, language) for language in ("en", "zh"))
        assert len(english.split(", ")) == len(chinese.split("，")) == len(fields)
        assert english.isascii()
        assert not chinese.isascii()


def test_only_what_was_asked_for_counts() -> None:
    num_questions = len(scene_questions())
    asked = np.zeros((2, num_questions), bool)
    asked[0, 0] = asked[0, 1] = asked[1, 0] = True
    right = np.zeros((2, num_questions, 3), bool)
    right[:, 2:] = True  # not asked for
    right[0, 0] = (True, False, True)
    right[1, 0] = (False, False, True)
    figures = summarise(right, asked)
    assert (figures.num_scenes, figures.num_asked) == (2, 3)
    assert (figures.english, figures.chinese, figures.real) == (0.3333, 0.0, 0.6667)
    assert figures.by_attribute[scene_questions()[0].name] == (0.5, 0.0, 1.0)
    assert len(figures.by_attribute) == 2
