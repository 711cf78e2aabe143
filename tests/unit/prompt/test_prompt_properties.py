"""The laws of the prompt language, on prose, on markup and on spite."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mezzotint.prompt import Macro, PromptSettings, explain, parse, render
from mezzotint.prompt.group_tree import MAX_COUNT

WORDS = ["fox", "a", "snow", "雪", "tall trees", "3d", "10:30", "well-lit", "🦊", "2", "-1", ".5"]
# Pieces that meet every rule of the grammar; what joins them makes the seams.
MARKUP = [
    *(":: ::2 ::-.5 ::0.25, : ::: ： ：： ：：2 { } , ， 、 \\ \\, \\{ \\}".split()),
    *('" “ ” -- --- — – —well —well, --ar --c --seed --no --stylize'.split()),
    *("--p --niji --tile --raw --turbo --hq --steampunk --mine".split()),
    *("__colour__ __ <model:koi:0.6> <model:koi> <model: /imagine prompt:".split()),
    "--AR 3:2",
    "--ar 16：9",
    "--s 250",
    "--s 5000",
    "--seed 7",
    "--no snow, trees",
    "--q 2",
    "--q 3",
    "--p m12",
    "--niji 6",
    "--v 7",
    "--v 8.2",
    "--style raw",
    "--sref random",
    "--sref 12::2 34",
    "--sref https://x.test/a::b",
    "--sw 40",
    "--iw .5",
    "--cref https://x.test/c.png",
    "https://x.test/a.png",
    "http://x.test/b.jpg?c#d",
    "https://x.test/page",
    "/imagine prompt:",
]
BLANKS = ["", " ", " ", " ", "  ", "\n", "\u3000", "\t"]

any_text = st.text(alphabet=st.characters(), max_size=60)
markup_text = st.lists(
    st.tuples(st.sampled_from(WORDS + MARKUP), st.sampled_from(BLANKS)), max_size=9
).map(lambda pairs: "".join(piece + blank for piece, blank in pairs))
mark_text = st.text(alphabet=list(' -—–:：{}\\,，"“”<>_/.a2m'), max_size=30)
prompt_text = st.one_of(markup_text, mark_text, any_text)

with_everything = PromptSettings(
    macros=(Macro("mine", "{red, green} --chaos 500 --ar16:9"), Macro("a", "")),
    suffix="--s 50 --v 6 --tile words",
    max_prompts=6,
)


@given(prompt_text, st.sampled_from([PromptSettings(), with_everything]))
@settings(max_examples=300, deadline=None)
def test_every_string_parses_and_every_span_lies_inside_it(text: str, settings: PromptSettings):
    submission = parse(text, settings=settings)
    assert 1 <= len(submission.prompts) <= submission.num_prompts
    seen = [(each.code, each.start, each.end) for each in submission.diagnostics]
    assert len(seen) == len(set(seen))
    for _, start, end in seen:
        assert 0 <= start <= end <= len(text)
    for prompt in submission.prompts:
        for segment in prompt.segments:
            assert 0 <= segment.start < segment.end <= len(text)
        render(prompt)
    explain(submission)


@given(prompt_text)
@settings(max_examples=500, deadline=None)
def test_what_parses_without_a_word_survives_rendering(text: str):
    submission = parse(text)
    assume(not submission.diagnostics)
    for prompt in submission.prompts:
        again = parse(render(prompt))
        assert again.diagnostics == ()
        assert again.prompts == (prompt,)


@pytest.mark.parametrize(
    "text",
    [
        ",--ar b::1",  # a comma hides the dash, then goes
        "a::2,--tile",
        "a::--tile b",
        "fox —well::1",  # the weight hides that —well is a bare name
        "a fox --no ,--tile, b",
        "a fox --no —well,",
        "/imagine /imagine a fox",
        "a fox \\{ C:\\art\\\\, \\}",
        "a: ::2 b",
        "a::0.0000001 b",
        "fox --sref https://x.test/a::2::1 7::.5 random",
        "koi<model:koi:0.6>pond",
        "\ud800 fox \udfff",
    ],
)
def test_the_narrow_places_survive_rendering(text: str):
    submission = parse(text)
    assert submission.diagnostics == ()
    (prompt,) = submission.prompts
    assert parse(render(prompt)).prompts == (prompt,)
    assert parse(render(prompt)).diagnostics == ()


@given(st.text(alphabet=st.characters(blacklist_characters="—–{}\\"), max_size=80))
@settings(max_examples=300, deadline=None)
def test_plain_text_returns_itself(text: str):
    assume("--" not in text and "::" not in text and "：：" not in text)
    assume("://" not in text and "/imagine" not in text.lower() and "<model:" not in text)
    assume(text.strip())
    submission = parse(text)
    assert submission.diagnostics == ()
    (prompt,) = submission.prompts
    assert prompt.text == " ".join(text.split())
    assert [each.weight for each in prompt.segments] == [1]


@dataclass(frozen=True)
class Group:
    """A group tree to write down and count."""

    alternatives: tuple[tuple[str | Group, ...], ...]

    def __str__(self) -> str:
        return "{" + ",".join(map(written, self.alternatives)) + "}"

    @property
    def num_prompts(self) -> int:
        return sum(map(count, self.alternatives))


def written(row: tuple[str | Group, ...]) -> str:
    """Write a row as text."""
    return "".join(map(str, row))


def count(row: tuple[str | Group, ...]) -> int:
    """Count the prompts of a row as the definition says."""
    product = 1
    for item in row:
        product *= item.num_prompts if isinstance(item, Group) else 1
    return product


def expanded(row: tuple[str | Group, ...]) -> list[str]:
    """Build all prompts of a row as the definition says: leftmost slowest, depth first."""
    texts = [""]
    for item in row:
        if isinstance(item, Group):
            choices = [text for alternative in item.alternatives for text in expanded(alternative)]
        else:
            choices = [item]
        texts = [text + choice for text in texts for choice in choices]
    return texts


literals = st.sampled_from(["a", "b c", "", "x", "雪"])
rows = st.recursive(
    st.tuples(literals),
    lambda inner: st.lists(
        st.one_of(literals, st.lists(inner, min_size=1, max_size=3).map(tuple).map(Group)),
        max_size=3,
    ).map(tuple),
    max_leaves=12,
)


@given(rows)
@settings(max_examples=300, deadline=None)
def test_groups_multiply_and_add(row: tuple[str | Group, ...]):
    submission = parse(written(row), settings=PromptSettings(max_prompts=100_000))
    texts = expanded(row)
    assert submission.num_prompts == count(row) == len(texts)
    built = [prompt.text for prompt in submission.prompts]
    assert built == [" ".join(text.split()) for text in texts][: len(built)]


def test_counts_are_exact_until_they_stop():
    assert parse("{a,b}" * 40).num_prompts == 2**40
    assert parse("{{a,b}" * 40 + "}" * 40).num_prompts == 2**40
    assert parse("{a,b}" * 20_000).num_prompts == MAX_COUNT


numbers = st.integers(min_value=1, max_value=400).map(lambda hundredths: hundredths / 100)


@given(st.lists(numbers, min_size=1, max_size=5), numbers)
@settings(max_examples=100, deadline=None)
def test_scaling_all_weights_changes_nothing(weights: list[float], factor: float):
    def shares(scale: float) -> list[float]:
        text = " ".join(f"w{index}::{weight * scale:.6f}" for index, weight in enumerate(weights))
        return [each.weight for each in parse(text).prompts[0].weighted_segments]

    assert shares(factor) == pytest.approx(shares(1.0), rel=1e-3)
    assert sum(shares(1.0)) == pytest.approx(1.0)
