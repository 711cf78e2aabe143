"""No test touches the user's own folders."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point models, runs, cache and the working folder under tmp_path."""
    for name in ("models", "runs", "cache"):
        monkeypatch.setenv(f"MEZZOTINT_{name.upper()}_FOLDER", str(tmp_path / "home" / name))
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "MEZZOTINT_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
