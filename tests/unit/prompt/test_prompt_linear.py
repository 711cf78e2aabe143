"""Work grows with the length of the prompt, never faster: operations are counted, not seconds.

What the interpreter does inside one operation is timed in `benchmarks/prompt_speed.py`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed import TraceFunction

from mezzotint.prompt import Macro, PromptSettings, explain, parse, render

UNITS = (
    *("{ } {} {,} {a,b} \\ \\{ \\,{ , : :: a:: a::2 :::a - -- —a “ “a” __ __a _a 9 ：：".split()),
    *("{a| {{a,b}| {a,| {,".split("|")),
    *(
        "-- |--a |--s 5 |--s 5000 |--seed |--ar16 |--tile x |--v 7 |--no a, |— |a |"
        "http://x.test/a.png |a http://x |--sref http://x |--mine |{a,b} --s 5 |/imagine |"
        "<model:a:.5> |<model:|a::b, "
    ).split("|"),
)
SETTINGS = PromptSettings(macros=(Macro("mine", "--tile {x}"),), suffix="--s 5 --no x")


def num_operations(work: Callable[[], object]) -> int:
    """Count the Python lines and calls that `work` takes."""
    num_events = 0

    def count(_frame: FrameType, _event: str, _value: object) -> TraceFunction:
        nonlocal num_events
        num_events += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return num_events


@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_takes_at_most_twice_the_operations(unit: str):
    def read(num_units: int) -> int:
        text = unit * num_units
        return num_operations(lambda: parse(text, settings=SETTINGS))

    read(20)  # what is made once is made
    few, many = read(150), read(300)
    assert many <= 2.2 * few + 500


def test_deep_nesting_needs_no_recursion():
    for text in ("{" * 10_000, "{" * 10_000 + "}" * 10_000, "{a," * 10_000 + "}" * 10_000):
        submission = parse(text)
        render(submission.prompts[0])
        explain(submission)
    assert parse("{a," * 10_000 + "}" * 10_000).num_prompts == 10_001


def test_a_hundred_thousand_digits_are_no_number():
    nines = "9" * 100_000
    for text in (
        f"--seed {nines}",
        f"--s {nines}",
        f"--ar {nines}:1",
        f"a::{nines}",
        f"--iw .{nines}",
    ):
        assert all(len(line) < 300_000 for line in explain(parse(f"fox {text}")))
    assert parse(f"fox --s {nines}").prompts[0].parameters.stylize == 1000
    assert parse(f"fox --s {'0' * 100_000}7").prompts[0].parameters.stylize == 7


def test_importing_is_light():
    code = (
        "import sys; before = set(sys.modules); import mezzotint.prompt;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "['mezzotint']"
