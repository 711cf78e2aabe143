"""The Python on the pages about checking pictures runs as it stands there, in both languages."""

import re
from pathlib import Path

import pytest

from toys.planted_corpus import encoded, photograph

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["data-check.md", "data-check.zh.md"])
def test_python_of_the_page_runs(name: str) -> None:
    Path("my-pictures").mkdir()
    for number in range(3):
        Path(f"my-pictures/{number}.png").write_bytes(encoded(photograph(number)))
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 2
    exec(compile("\n".join(blocks), name, "exec"), {})
    assert "<!doctype html>" in Path("report.html").read_text(encoding="utf-8")
    assert len(Path("manifest.jsonl").read_text(encoding="utf-8").splitlines()) == 3
