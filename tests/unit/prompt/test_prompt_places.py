"""Diagnostics point into the submitted string, whatever happened to its characters on the way."""

from __future__ import annotations

import pytest

from mezzotint.prompt import Macro, PromptSettings, parse


def marked(text: str, settings: PromptSettings | None = None) -> list[tuple[str, str]]:
    """Return the code of each diagnostic and the submitted characters it covers."""
    submission = parse(text, settings=settings or PromptSettings())
    return [(each.code, text[each.start : each.end]) for each in submission.diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a fox   --s   5000  ", [("param.range", "--s   5000")]),
        ("/imagine prompt: fox --ar16:9", [("param.malformed", "--ar16:9")]),
        ("https://x.test/a.png  fox --zzzzzz", [("param.unknown", "--zzzzzz")]),
        ("fox --tile  in the  snow --raw", [("text.after-params", "in the  snow")]),
        ("fox --s 1 --s 2 --s 3", [("param.repeated", "--s 1"), ("param.repeated", "--s 2")]),
        ("fox ::: snow::::", [("weight.malformed", ":::"), ("weight.malformed", "::::")]),
        ("a:: ::2 , ::3 b", [("weight.empty", "::2"), ("weight.empty", "::3")]),
        ("fox https://x.test/a.png", [("image.not-leading", "https://x.test/a.png")]),
        ("https://x.test/page fox", [("image.not-leading", "https://x.test/page")]),
        ("看https://x.test/a.png", [("image.not-leading", "https://x.test/a.png")]),
        ("🦊🦊 --s 5000", [("param.range", "--s 5000")]),
        ("fox --seed   abc  --tile", [("param.value", "--seed   abc")]),
        ("  a::-1  b", [("weights.sum", "a")]),
        ("{}", [("prompt.empty", "{}")]),
    ],
)
def test_spans(text: str, expected: list[tuple[str, str]]):
    assert marked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The same code at the same place is listed once for all prompts.
        ("a {red, green} fox --s 5000", [("param.range", "--s 5000")]),
        # A value chosen in a group: the span reaches from the dash into the group.
        (
            "fox --s {100, 5000, 6000}",
            [("param.range", "--s {100, 5000"), ("param.range", "--s {100, 5000, 6000")],
        ),
        ("fox --{s, stylize} 5000", [("param.range", "--{s, stylize} 5000")]),
        # A name glued together from two alternatives.
        (
            "fox --{ch,w}{aos,eird} 5",
            [("param.unknown", "--{ch,w}{aos"), ("param.unknown", "--{ch,w}{aos,eird")],
        ),
        ("{a, {b, --zzzzzz}} fox", [("param.unknown", "--zzzzzz")]),
        ("\\{a\\} --zzzzzz", [("param.unknown", "--zzzzzz")]),
        ("{a\\,b} c {d} --zzzzzz", [("param.unknown", "--zzzzzz")]),
        ("a { b {c} --zzzzzz", [("group.unclosed", "{"), ("param.unknown", "--zzzzzz")]),
        ("{fox, } --ar 1:1", [("prompt.empty", "{fox, } --ar 1:1")]),
        ("{a:, b}:: c", [("weight.malformed", ":, b}::")]),
    ],
)
def test_spans_through_groups(text: str, expected: list[tuple[str, str]]):
    assert marked(text) == expected


def test_segments_keep_their_place_through_groups():
    text = "{red, green}  fox::2  snow"
    first, second = parse(text).prompts
    assert [text[each.start : each.end] for each in first.segments] == [
        "red, green}  fox",
        "snow",
    ]
    assert [text[each.start : each.end] for each in second.segments] == ["green}  fox", "snow"]


MACROS = PromptSettings(
    macros=(
        Macro("mine", "--chaos 500 --zzzzzz"),
        Macro("birds", "{red, blue} bird"),
        Macro("Nested", "--mine"),
        Macro("empty", ""),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fox --mine", [("param.range", "--mine"), ("param.unknown", "--mine")]),
        (
            "fox —MINE --s 5000",
            [
                ("param.range", "—MINE"),
                ("param.unknown", "—MINE"),
                ("param.range", "--s 5000"),
            ],
        ),
        ("--birds --s 5000", [("param.range", "--s 5000")]),
        ("a --nested b", [("param.unknown", "--nested")]),
        ("a --empty --zzzzzz", [("param.unknown", "--zzzzzz")]),
        ("{--birds, --empty} x --zzzzzz", [("param.unknown", "--zzzzzz")]),
        ("/imagine prompt: --birds --zzzzzz", [("param.unknown", "--zzzzzz")]),
        ("a,--mine", []),
        ("x--mine", []),
    ],
)
def test_spans_through_macros(text: str, expected: list[tuple[str, str]]):
    assert marked(text, MACROS) == expected


def test_macros_bring_groups_but_no_macros():
    submission = parse("--birds in snow", settings=MACROS)
    assert [each.text for each in submission.prompts] == ["red bird in snow", "blue bird in snow"]
    nested = parse("fox --nested", settings=MACROS)
    assert nested.prompts[0].text == "fox --mine"
    assert "macro" in str(nested.diagnostics[0].message).lower()


def test_macros_stop_when_the_prompt_gets_too_long():
    settings = PromptSettings(macros=(Macro("m", "word " * 10),), max_characters=120)
    submission = parse("--m " * 5, settings=settings)
    assert submission.prompts[0].text.count("word") == 20
    assert [each.code for each in submission.diagnostics] == ["param.unknown"] * 3
