"""How long a prompt takes to read: an ordinary one, and the worst we could think of.

Goals: a prompt of 300 characters 0.5 ms; 100,000 hostile characters 200 ms. Usage:
python -m benchmarks.prompt_speed
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from mezzotint.prompt import Macro, PromptSettings, parse, render

NUM_RUNS = 300
NUM_HOSTILE_RUNS = 3
NUM_CHARACTERS = 100_000
ORDINARY = (
    "a wide view of an old harbour at dusk, wooden boats, wet cobblestones::2 warm lamps in the "
    "windows, gulls over the water, fog between the masts::1.5 painted in thick strokes, on canvas "
    "--ar 16:9 --stylize 250 --chaos 20 --seed 12345 --no cars, people, modern buildings "
    "--sref 4521 --sw 300 --raw --hd"
)
# Each is repeated to 100,000 characters.
UNITS = {
    "open braces": "{",
    "stray braces": "}",
    "empty groups": "{}",
    "groups of nothing": "{,}",
    "groups": "{a,b}",
    "groups and parameters": "{a, b} --s 5 ",
    "unfinished groups": "{a,",
    "escapes": "\\,{",
    "backslashes": "\\",
    "commas": ",",
    "colons": ":",
    "segments": "a::",
    "weighted segments": "a::2 ",
    "malformed weights": ":::a",
    "dashes": "-",
    "bare dashes": "-- ",
    "unknown parameters": "--a ",
    "long dashes": "—a ",
    "repeated parameters": "--s 5 ",
    "values out of range": "--s 5000 ",
    "missing values": "--seed ",
    "text behind parameters": "--tile x ",
    "versions": "--v 7 ",
    "weights in V8": "--v 8.2 a::b ",
    "exclusions": "--no a, ",
    "quotes": '"',
    "curly quotes": "“",
    "leading pictures": "http://a.png ",
    "addresses": "a http://x ",
    "model tags": "<model:a:.5>",
    "unfinished tags": "<model:",
    "wildcards": "__a__",
    "underscores": "__a",
    "words": "a ",
    "blanks": " ",
    "digits": "9",
    "emoji": "🦊",
    "surrogates": "\ud800",
    "commands": "/imagine ",
    "macros": "--mine ",
    "Chinese": "雪：：2，",
}
WHOLE = {
    "nested braces": "{" * 50_000 + "}" * 50_000,
    "nested alternatives": "{a," * 25_000 + "}" * 25_000,
    "nested products": "{{a,b}" * 14_285 + "}" * 14_285,
    "one group of all": "{" + "a," * 49_999 + "}",
    "forty long prompts": "{" + "x," * 39 + "x}" + " --s 5 foo" * 9_990,
    "a long name": "--" + "a" * 99_998,
    "a long number": "--s " + "9" * 99_996,
    "a long ratio": "--ar " + "9" * 50_000 + ":" + "9" * 49_994,
    "a long weight": "a::" + "9" * 99_997,
    "style codes": "--sref " + "9 " * 49_996,
}
SETTINGS = PromptSettings(macros=(Macro("mine", "--tile {x, y}"),), suffix="--s 50 --ar 3:2")


@dataclass(frozen=True, kw_only=True)
class PromptFigures:
    """Hold the best of several runs each, in milliseconds."""

    import_ms: float  # `import mezzotint.prompt` in a running interpreter
    parse_300_chars_ms: float
    parse_and_render_300_chars_ms: float
    hostile_100k_ms: dict[str, float]
    worst_hostile_100k_ms: float


def run() -> PromptFigures:
    """Measure in this process; the import in a fresh one."""
    hostile = {name: _fill(unit) for name, unit in UNITS.items()} | WHOLE
    worst = {name: _best_ms(text, NUM_HOSTILE_RUNS) for name, text in hostile.items()}
    return PromptFigures(
        import_ms=min(_import_ms() for _ in range(5)),
        parse_300_chars_ms=_best_ms(ORDINARY, NUM_RUNS),
        parse_and_render_300_chars_ms=_best_ms(ORDINARY, NUM_RUNS, render_too=True),
        hostile_100k_ms=dict(sorted(worst.items(), key=lambda item: -item[1])),
        worst_hostile_100k_ms=max(worst.values()),
    )


def _fill(unit: str) -> str:
    return (unit * (NUM_CHARACTERS // len(unit) + 1))[:NUM_CHARACTERS]


def _best_ms(text: str, num_runs: int, *, render_too: bool = False) -> float:
    best_s = float("inf")
    for _ in range(num_runs):
        start = time.perf_counter()
        submission = parse(text, settings=SETTINGS)
        if render_too:
            render(submission.prompts[0])
        best_s = min(best_s, time.perf_counter() - start)
    return round(best_s * 1e3, 3)


def _import_ms() -> float:
    code = (
        "import time; start = time.perf_counter(); import mezzotint.prompt;"
        "print((time.perf_counter() - start) * 1e3)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return round(float(done.stdout), 2)


if __name__ == "__main__":
    print(json.dumps(asdict(run()), indent=2, ensure_ascii=False))
