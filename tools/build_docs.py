"""Build the HTML documentation into docs/_build; a warning is an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Refresh the generated pages, then run Sphinx."""
    subprocess.run([sys.executable, str(ROOT / "tools" / "cli_reference.py")], check=True)
    sphinx = ["-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    built = subprocess.run(
        [sys.executable, *sphinx, str(ROOT / "docs"), str(ROOT / "docs" / "_build" / "html")],
        check=False,
    )
    if built.returncode == 0:
        print(f"docs: {ROOT / 'docs' / '_build' / 'html' / 'index.html'}")
    return built.returncode


if __name__ == "__main__":
    sys.exit(main())
