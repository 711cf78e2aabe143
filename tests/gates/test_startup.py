"""Starting must stay light: what is in sys.modules after an import or a command."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "onnx", "onnxscript", "tensorflow", "diffusers", "fastapi", "pyarrow")


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys; print('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("code", "also_absent"),
    [
        ("import mezzotint", ("numpy", "PIL", "pydantic", "click", "onnxruntime", "rich")),
        (
            "import os; from mezzotint.cli.app import run; run(['--help'], os.environ)",
            ("numpy", "PIL", "pydantic", "onnxruntime", "rich"),
        ),
        (
            "import os; from mezzotint.cli.app import run; "
            "run(['prompt', 'a fox --ar 3:2'], os.environ)",
            ("numpy", "PIL", "onnxruntime"),
        ),
        (
            "import os; from mezzotint.cli.app import run; "
            "run(['imagine', 'bag --seed 1', '-n', '1', '-o', '.'], os.environ)",
            ("rich",),
        ),
    ],
    ids=["import", "help", "prompt", "imagine"],
)
def test_starting_loads_nothing_heavy(code: str, also_absent: tuple[str, ...]) -> None:
    loaded = modules_after(code)
    assert "mezzotint" in loaded
    assert loaded.isdisjoint(HEAVY + also_absent)
