"""Caps, strict mode, macros and suffix."""

from __future__ import annotations

import pytest

from mezzotint.domain.errors import InputError
from mezzotint.prompt import AspectRatio, Macro, Parameters, PromptSettings, parse, render

STRICT = PromptSettings(strict=True)


def codes(text: str, settings: PromptSettings) -> list[tuple[str, str, int]]:
    """Return code, severity and start of each diagnostic."""
    found = parse(text, settings=settings).diagnostics
    return [(each.code, each.severity, each.start) for each in found]


def test_prompts_beyond_the_cap_wait_for_a_yes():
    submission = parse("a {1,2,3,4} {1,2,3}", settings=PromptSettings(max_prompts=5))
    assert (submission.num_prompts, len(submission.prompts)) == (12, 5)
    assert submission.needs_confirmation
    assert [(each.code, each.severity, each.start) for each in submission.diagnostics] == [
        ("permutation.cap", "warning", 2)
    ]
    assert submission.errors == ()
    confirmed = parse(submission.text, settings=PromptSettings(max_prompts=12))
    assert not confirmed.needs_confirmation
    assert confirmed.diagnostics == ()
    assert confirmed.prompts[:5] == submission.prompts


def test_long_prompts_reach_the_cap_by_their_length():
    text = "{a,b,c} " + "word " * 100
    submission = parse(text, settings=PromptSettings(max_characters=1100))
    assert (submission.num_prompts, len(submission.prompts)) == (3, 2)
    assert submission.needs_confirmation


def test_the_first_prompt_is_always_built():
    submission = parse("{a,b} fox", settings=PromptSettings(max_characters=1))
    assert [each.text for each in submission.prompts] == ["a fox"]


def test_forty_prompts_of_2_to_the_40():
    submission = parse("{a,b}" * 40)
    assert len(submission.prompts) == 40
    assert submission.prompts[1].text == "a" * 39 + "b"
    assert "1,099,511,627,776" in str(submission.diagnostics[0].message)


@pytest.mark.parametrize(
    "text",
    [
        "fox --s 5000",
        "fox --steampunk",
        "fox --ar16:9",
        "fox --seed",
        "fox --seed abc",
        "fox --s 1 --s 2",
        "fox --hq",
        "fox --v 7 --niji",
        "fox --v 7 --stop 50",
        "fox --iw 2",
        "fox --" + "x" * 500,
    ],
)
def test_strict_mode_refuses_with_a_suggestion(text: str):
    (lenient,) = parse(text).diagnostics
    (strict,) = parse(text, settings=STRICT).diagnostics
    assert (lenient.severity, strict.severity) == ("warning", "error")
    assert strict.hint is not None
    assert (lenient.code, lenient.start, lenient.message) == (
        strict.code,
        strict.start,
        strict.message,
    )


@pytest.mark.parametrize("text", ["a } fox", "a ::: b", "fox --tile snow", "fox https://x.test/a"])
def test_strict_mode_is_strict_on_parameters_alone(text: str):
    assert parse(text, settings=STRICT).errors == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("--chaso 5", "Did you mean --chaos?"),
        ("--mien", "Did you mean --mine?"),
        ("--ar16:9", "Put a blank between name and value: --ar 16:9"),
        ("--v6", "Put a blank between name and value: --v 6"),
        ("--s=250,", "Put a blank between name and value: --s 250"),
        ("--tile, x", "Put a blank behind --tile."),
        ("--s 250, x", "Only blanks stand between parameters: leave out the ','."),
        ("--s x", "Write a whole number from 0 to 1000."),
        ("--iw x", "Write a number from 0 to 3."),
        ("--q x", "Write one of these: 1, 2, 4."),
        ("--v x", "Write one of these: 1, 2, 3, 4, 5, 5.0, 5.1, 5.2, 6, 6.1, 7, 8.1, 8.2."),
        ("--ar x", "Write width:height in whole numbers, as in --ar 3:2."),
        ("--ar 20:1 --v 6", "Write width:height in whole numbers, at most 14:1."),
    ],
)
def test_hints_say_what_to_write(text: str, hint: str):
    settings = PromptSettings(macros=(Macro("mine", "--raw"),))
    assert str(parse(f"fox {text}", settings=settings).diagnostics[0].hint) == hint


def test_no_hint_where_every_letter_would_change():
    (unknown,) = parse("fox --zz").diagnostics
    assert "Did you mean" not in str(unknown.hint)


def test_the_list_of_warnings_ends_but_errors_are_always_listed():
    settings = PromptSettings(max_diagnostics=3)
    submission = parse("a::-1 } } } } }", settings=settings)
    assert [each.code for each in submission.diagnostics] == [
        "weights.sum",
        "group.stray",
        "group.stray",
        "group.stray",
    ]
    assert submission.diagnostics_truncated
    assert not parse("{a,b} } } }", settings=settings).diagnostics_truncated


def test_the_suffix_fills_in_what_the_prompt_does_not_set():
    settings = PromptSettings(suffix="--ar 3:2 --s 50 --no text words --tile behind")
    submission = parse("fox --stylize 700", settings=settings)
    (prompt,) = submission.prompts
    assert prompt.text == "fox"
    assert prompt.no == ("text words",)
    assert prompt.parameters == Parameters(aspect=AspectRatio(3, 2), stylize=700, tile=True)
    assert submission.diagnostics == ()
    assert parse(render(prompt), settings=settings).prompts == (prompt,)


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ("fox --niji 6", "--v 7", Parameters(niji="6")),
        ("fox --relax", "--fast", Parameters(relax=True)),
        ("fox", "--v 7 --niji 6", Parameters(niji="6")),
        ("fox", "--s 5000 --seed abc --zzzzzz --iw 2", Parameters(stylize=1000, image_weight=2)),
        ("fox --v 6", "--q 4", Parameters(version="6", quality=1)),
        ("fox --p m12", "--sw 5", Parameters(profile="m12")),
    ],
)
def test_the_suffix_never_contradicts_the_prompt(text: str, suffix: str, expected: Parameters):
    submission = parse(text, settings=PromptSettings(suffix=suffix))
    assert submission.prompts[0].parameters == expected
    assert submission.diagnostics == ()


def test_the_version_of_the_suffix_brings_its_rules():
    assert codes("fox --stop 50", PromptSettings(suffix="--v 7")) == [
        ("param.profile", "warning", 4)
    ]
    assert codes("fox --stop 50 --v 6", PromptSettings(suffix="--v 7")) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("chaos", "macro.taken"),
        ("AR", "macro.taken"),
        ("", "macro.name"),
        ("5th", "macro.name"),
        ("雪", "macro.name"),
        ("a" * 41, "macro.name"),
        ("a b", "macro.name"),
    ],
)
def test_a_macro_needs_a_name_of_its_own(name: str, code: str):
    with pytest.raises(InputError) as refused:
        Macro(name, "text")
    assert refused.value.code == code


def test_settings_are_checked():
    with pytest.raises(InputError, match="at most 20"):
        PromptSettings(macros=tuple(Macro(f"m{index}", "") for index in range(21)))
    with pytest.raises(InputError, match="same name"):
        PromptSettings(macros=(Macro("mine", ""), Macro("MINE", "")))
    with pytest.raises(InputError, match="begin at 1"):
        PromptSettings(max_prompts=0)
