"""Segments, quotes, model tags, wildcards and style codes; prose in English and Chinese."""

from __future__ import annotations

import itertools

import pytest

from mezzotint.prompt import (
    ModelTag,
    PromptSettings,
    Quote,
    Reference,
    fill_wildcards,
    parse,
    render,
    wildcards_in,
    with_style_codes,
)


def segments(text: str) -> list[tuple[str, float]]:
    """Return the segments of a one-prompt submission without diagnostics."""
    submission = parse(text)
    assert submission.diagnostics == ()
    (prompt,) = submission.prompts
    return [(each.text, each.weight) for each in prompt.segments]


@pytest.mark.parametrize(
    "text",
    [
        "a well-lit fox, in snow",
        "time 10:30",
        "salt—pepper — and – more",
        "C:\\art",
        "pages 4–9, built--in",
        '"--tile is a word"',
        "it's 'quoted' and (word:1.3)",
        "一只狐狸，在雪地里；远处是山：很高。",
        "她说：“你好”——然后走了……",
        "注意：：： 〈书名〉、《另一本》",
        "狐狸\u200d🦊 ＃１２３",
    ],
)
def test_prose_comes_through_unchanged(text: str):
    assert segments(text) == [(text, 1)]


def test_blanks_collapse_whatever_they_are():
    assert segments("  a\u3000 fox\n\tin\x85snow ") == [("a fox in snow", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a::b", [("a", 1), ("b", 1)]),
        ("a::2", [("a", 2)]),
        ("a::.5 b::-.25 c", [("a", 0.5), ("b", -0.25), ("c", 1)]),
        ("a::1.2.3 b", [("a", 1), ("1.2.3 b", 1)]),
        ("a::-b", [("a", 1), ("-b", 1)]),
        ("a::2. b", [("a", 1), ("2. b", 1)]),
        ("a::+2 b", [("a", 1), ("+2 b", 1)]),
        ("a:: 2 b", [("a", 1), ("2 b", 1)]),
        ("a, ::2 , b ,", [("a", 2), ("b", 1)]),
        ("a::0 b", [("a", 0), ("b", 1)]),
        ("a::9999999999999999 b", [("a", 1), ("9999999999999999 b", 1)]),
        ("a: : b", [("a: : b", 1)]),
        ("热：：2 狗", [("热", 2), ("狗", 1)]),
        ("热::2，狗", [("热", 2), ("狗", 1)]),
    ],
)
def test_weights(text: str, expected: list[tuple[str, float]]):
    assert segments(text) == expected


def test_a_weight_may_stand_before_another_separator():
    submission = parse("a::2::b")
    assert [(each.text, each.weight) for each in submission.prompts[0].segments] == [
        ("a", 2),
        ("b", 1),
    ]
    assert [(each.code, each.start) for each in submission.diagnostics] == [("weight.empty", 4)]


def test_chinese_punctuation_means_what_it_looks_like():
    submission = parse("{狐狸，狼}在雪中 --ar １６：９ --no 树、山，人 --s ２５０")
    assert submission.diagnostics == ()
    assert [each.text for each in submission.prompts] == ["狐狸在雪中", "狼在雪中"]
    for prompt in submission.prompts:
        assert prompt.no == ("树", "山", "人")
        assert str(prompt.parameters.aspect) == "16:9"
        assert prompt.parameters.stylize == 250


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("{红，绿}", ["红", "绿"]),
        ("{红、蓝，绿}", ["红、蓝", "绿"]),
        ("{红，大, 绿}", ["红，大", "绿"]),
        ("{红、{蓝,紫}，绿}", ["红、蓝", "红、紫", "绿"]),
    ],
)
def test_the_first_kind_of_comma_separates(text: str, alternatives: list[str]):
    assert [each.text for each in parse(text).prompts] == alternatives


def test_imagine_is_taken_off_once():
    assert segments("/imagine a fox") == [("a fox", 1)]
    assert segments(" /IMAGINE  prompt:a fox") == [("a fox", 1)]
    assert segments("/imagine prompt：一只狐狸") == [("一只狐狸", 1)]
    assert segments("/imagine prompt::2 fox") == [("prompt", 2), ("fox", 1)]
    assert segments("prompt: a fox") == [("prompt: a fox", 1)]
    assert segments("/imagined fox") == [("/imagined fox", 1)]


@pytest.mark.parametrize(
    "address",
    [
        "https://x.test/a.png",
        "HTTP://X.TEST/A.JPEG",
        "https://x.test/a.webp?size=2#part",
        "https://x.test/雪.gif",
    ],
)
def test_leading_pictures(address: str):
    submission = parse(f" {address}  {address} a fox")
    assert submission.prompts[0].images == (address, address)
    assert submission.diagnostics == ()
    assert parse(address).diagnostics == ()


def test_pictures_may_be_permuted():
    submission = parse("{https://x.test/a.png, https://x.test/b.png} a fox")
    assert [each.images for each in submission.prompts] == [
        ("https://x.test/a.png",),
        ("https://x.test/b.png",),
    ]


def test_quotes_are_text_to_draw_and_shield_nothing():
    submission = parse('a "big  red" sign, “开” and "::2 half')
    assert submission.diagnostics == ()
    (prompt,) = submission.prompts
    assert prompt.quoted == (Quote("big red", 0, 2, 11), Quote("开", 0, 18, 21))
    for quote in prompt.quoted:
        written = prompt.segments[quote.segment].text[quote.start : quote.end]
        assert written[1:-1] == quote.text
    (prompt,) = parse('a "fox::2 den" --tile').prompts
    assert [each.text for each in prompt.segments] == ['a "fox', 'den"']
    assert prompt.quoted == ()


def test_model_tags_leave_the_text():
    submission = parse("koi<model:koi:0.6> in a <model:b.2:-1>pond <model:狐>")
    assert submission.diagnostics == ()
    (prompt,) = submission.prompts
    assert prompt.model_tags == (ModelTag("koi", 0.6), ModelTag("b.2", -1), ModelTag("狐", 1))
    assert prompt.text == "koi in a pond"
    assert [each.code for each in parse("<model:koi>").errors] == ["prompt.empty"]


@pytest.mark.parametrize(
    "text",
    ["<model:>", "<model:a b>", "<model:a:x>", "<model:a:1", "<model:a>--tile", "x <lora:a:1>"],
)
def test_what_only_looks_like_a_tag_is_text(text: str):
    assert segments(text) == [(text, 1)]


def test_wildcards_are_named_and_filled_in_order():
    (prompt,) = parse("a __colour__ fox, __weather-now__::2 __colour__ --no __thing__").prompts
    assert wildcards_in(prompt) == ("colour", "weather-now", "colour", "thing")
    numbers = itertools.count()
    filled = fill_wildcards(prompt, lambda name: f"{name}{next(numbers)} ::")
    assert [each.text for each in filled.segments] == [
        "a colour0 :: fox, weather-now1 ::",
        "colour2 ::",
    ]
    assert filled.no == ("thing3 ::",)
    assert fill_wildcards(prompt, lambda _: None) == prompt
    assert fill_wildcards(parse("__a__").prompts[0], lambda _: " ").segments == ()


@pytest.mark.parametrize("text", ["__", "____", "__ a __", "__../secret__", "__a/b__", "__a___"])
def test_a_wildcard_cannot_leave_its_folder(text: str):
    names = wildcards_in(parse(text).prompts[0])
    assert all("/" not in name and "." not in name for name in names)
    assert names in {(), ("a",)}


def test_random_styles_are_drawn_anew_for_every_job():
    submission = parse("{a, b} fox --sref random::2 7 --r 2")
    codes = itertools.count(100)
    drawn = [with_style_codes(job, lambda: next(codes)) for job in submission.jobs()]
    assert [each.parameters.style_references for each in drawn] == [
        (Reference(code=code, weight=2.0), Reference(code=7)) for code in range(100, 104)
    ]
    # Drawn once, it stays: reroll and vary keep the code.
    assert with_style_codes(drawn[0], lambda: next(codes)) is drawn[0]
    assert "--sref 100::2 7" in render(drawn[0])


def test_a_prompt_is_equal_wherever_its_words_stood():
    assert parse("fox::2 snow --tile").prompts == parse("/imagine  fox ::2,snow  --TILE").prompts
    assert parse("fox::2 snow").prompts != parse("fox snow").prompts


def test_text_joins_all_segments():
    (prompt,) = parse("fox::2 snow::1").prompts
    assert prompt.text == "fox snow"


def test_weights_that_do_not_sum_up_stay_as_written():
    (prompt,) = parse("https://x.test/a.png --no red, blue").prompts
    assert [(each.text, each.weight) for each in prompt.weighted_segments] == [("red, blue", -0.5)]


def test_nothing_at_all():
    submission = parse("", settings=PromptSettings())
    assert [(each.code, each.start, each.end) for each in submission.diagnostics] == [
        ("prompt.empty", 0, 0)
    ]
    assert submission.prompts[0].segments == ()
