"""The explanation: what stands in it, and carets that stand where they should."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezzotint.domain.message import Message
from mezzotint.prompt import explain, parse
from mezzotint.prompt.explain import display_width, printable


def under_carets(lines: tuple[str, ...]) -> list[str]:
    """Return what stands above each row of carets, by the columns of a terminal."""
    found: list[str] = []
    for above, carets in itertools.pairwise(lines):
        if carets.strip(" ^") or "^" not in carets:
            continue
        column, marked = 0, ""
        for sign in above:
            if carets.index("^") <= column < len(carets):
                marked += sign
            column += display_width(sign)
        found.append(marked)
    return found


def test_the_whole_of_a_small_prompt():
    text = (
        'https://x.test/a.png a "red" fox::2 snow --ar 3:2 --no trees, cars --tile '
        "--sref 7::2 random <model:koi:.5>"
    )
    assert explain(parse(text)) == (
        "image        https://x.test/a.png",
        'weight 2     a "red" fox',
        "weight 1     snow",
        "to draw      red",
        "without      trees, cars",
        "model        koi 0.5",
        "--aspect     3:2",
        "--tile       on",
        "--sref       7::2 random",
        "",
        "... cars --tile --sref 7::2 random <model:koi:.5>",
        "                                   ^^^^^^^^^^^^^^",
        "warning text.after-params: "
        "These words stand behind a parameter; they are added to the text.",
        "    Write all words before the first parameter.",
    )


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("a fox --s 5000", ["--s 5000"]),
        ("雪山 --s 5000", ["--s 5000"]),
        ("🦊🦊 雪，山 --zzzzzz x", ["--zzzzzz"]),
        ("--雪山", ["--雪山"]),
        ("e\u0301te\u0301 --zzzzzz", ["--zzzzzz"]),
        ("a\tb\x1b[0m --zzzzzz", ["--zzzzzz"]),
        ("first line\nsecond --zzzzzz\nthird", ["--zzzzzz"]),
        ("一" * 300 + " --zzzzzz " + "二" * 300, ["--zzzzzz"]),
        ("x" * 300 + " --zzzzzz " + "y" * 300, ["--zzzzzz"]),
        ("} {", ["}", "{"]),
    ],
)
def test_carets_stand_under_what_is_meant(text: str, marked: list[str]):
    assert under_carets(explain(parse(text))) == marked


def test_an_empty_prompt_has_one_caret():
    lines = explain(parse(""))
    assert lines[:2] == ("", "^")
    assert lines[2].startswith("error prompt.empty: ")


def test_lines_fit_a_terminal_however_long_the_prompt():
    for text in ("雪" * 5000 + " --zzzzzz", "--zzzzzz" + "a" * 5000, "a fox --no " + "{" * 500):
        lines = explain(parse(text))
        marked = [
            index for index, line in enumerate(lines) if line.strip(" ") and not line.strip(" ^")
        ]
        assert marked
        for index in marked:
            assert display_width(lines[index - 1]) <= 100
            assert len(lines[index]) <= 100


def test_every_prompt_has_its_heading_and_long_lists_say_so():
    lines = explain(parse("{a, b} fox"))
    assert lines == (
        "Prompt 1 of 2",
        "text         a fox",
        "",
        "Prompt 2 of 2",
        "text         b fox",
    )
    assert explain(parse("} " * 500))[-1] == "Further warnings are left out."


def test_every_word_is_offered_for_translation():
    def shout(message: Message) -> str:
        return str(message).upper()

    lines = explain(parse("fox::2 snow --no trees --s 5000 {"), translate=shout)
    assert "WEIGHT 2     fox" in lines
    assert "WITHOUT      trees" in lines
    assert any(line.startswith("WARNING param.range: --S CANNOT BE 5000") for line in lines)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_nothing_a_terminal_would_act_on(text: str):
    for line in explain(parse(f"{text} --zzzzzz")):
        line.encode()
        assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Cs", "Zl", "Zp"}


def test_printable_keeps_one_sign_for_one():
    assert printable("a\ud800\u202e\n\u3000雪") == "a??  雪"
    assert [display_width(sign) for sign in ("a", "雪", "🦊", "\u0301", "\u200d", "，")] == [
        1,
        2,
        2,
        0,
        0,
        2,
    ]
