"""A stage runs where there is torch and little else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
ABSENT = (
    "pydantic pydantic_core pydantic_settings click rich platformdirs onnxruntime onnxscript"
    " pyarrow obstore babel scipy sklearn skimage hypothesis pytest"
)


def test_a_stage_needs_only_what_a_gpu_box_has(tmp_path: Path):
    program = (
        "import sys, runpy; sys.modules.update(dict.fromkeys(sys.argv[1].split()));"
        "sys.argv = sys.argv[2:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    options = "gan 0.005 --num 4 --num-held-out 2 --side 16 --recipe latent-cpu --device cpu"
    small = "batch_size=2 generator_widths=8-8-8 discriminator_widths=8-8-8 words_batch_size=2"
    settings = [part for pair in small.split() for part in ("--set", pair)]
    for stage in ("words", "gan"):
        command = [stage, *options.split()[1:], "--state", str(tmp_path), *settings]
        run = subprocess.run(
            [sys.executable, "-c", program, ABSENT, str(ROOT / "tools" / "gpu_run.py"), *command],
            env={"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert f"{stage}: stage_done" in run.stdout
    sizes = [path.stat().st_size for path in tmp_path.rglob("*.safetensors")]
    assert max(sizes) <= 15_000_000
