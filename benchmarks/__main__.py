"""Run every benchmark, or those named, and write benchmarks/results/<name>.json.

Usage: python -m benchmarks [NAME ...]
"""

from __future__ import annotations

import dataclasses
import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import benchmarks
from benchmarks.machine import describe_machine

RESULTS = Path(__file__).resolve().parent / "results"
NOT_BENCHMARKS = {"__main__", "machine", "keras_tutorial"}


def names() -> list[str]:
    """Return the names of all benchmarks."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if name not in NOT_BENCHMARKS)


def main(wanted: list[str]) -> int:
    """Run the wanted benchmarks one after the other, since a timing beside another is worthless."""
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names())}")
        return 2
    RESULTS.mkdir(exist_ok=True)
    for name in wanted or names():
        figures = import_module(f"benchmarks.{name}").run()
        document = {
            "benchmark": name,
            "command": f"python -m benchmarks {name}",
            "machine": describe_machine(),
            "figures": figures,
        }
        text = json.dumps(document, indent=2, ensure_ascii=False, default=dataclasses.asdict)
        (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(text, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
