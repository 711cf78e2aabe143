"""How long a user waits: import, help, a whole `imagine`; and how big the light install is.

Makes a light environment of its own, so that the figures are those of a new user.
Goals: import 0.15 s, help 0.35 s, imagine of four pictures 1.5 s, environment without pip 250 MB.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NUM_RUNS = 9


@dataclass(frozen=True, kw_only=True)
class StartupFigures:
    """Hold medians over NUM_RUNS whole processes, after one run to warm the disk cache."""

    python_s: float  # the interpreter alone, for comparison
    import_s: float
    help_s: float
    imagine_four_s: float
    environment_mb: float  # without pip, which every environment brings


def run() -> StartupFigures:
    """Measure in a fresh light environment."""
    with tempfile.TemporaryDirectory() as folder:
        python = _light_environment(Path(folder) / "venv")
        mezzotint = str(python.parent / "mezzotint")
        imagine = [mezzotint, "imagine", "ankle boot --seed 7", "--out", f"{folder}/pictures"]
        return StartupFigures(
            python_s=_median_s([str(python), "-c", "pass"]),
            import_s=_median_s([str(python), "-c", "import mezzotint"]),
            help_s=_median_s([mezzotint, "--help"]),
            imagine_four_s=_median_s(imagine),
            environment_mb=_size_mb(Path(folder) / "venv"),
        )


def _light_environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(ROOT)]
    subprocess.run([str(python), *install], check=True)
    return python


def _median_s(command: list[str]) -> float:
    times: list[float] = []
    for _ in range(NUM_RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return round(statistics.median(times[1:]), 4)


def _size_mb(venv: Path) -> float:
    files = (path for path in venv.rglob("*") if path.is_file() and not path.is_symlink())
    total = sum(path.stat().st_size for path in files if "/pip" not in path.as_posix())
    return round(total / 1e6, 1)


if __name__ == "__main__":
    print(json.dumps(asdict(run()), indent=2))
