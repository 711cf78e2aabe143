"""What holds for every test: own folders, and how hypothesis runs."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Machines differ in speed, and `own_folders` below does not change between examples.
settings.register_profile(
    "mezzotint", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("mezzotint")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point models, runs, cache and the working folder under tmp_path."""
    for name in ("models", "runs", "cache"):
        monkeypatch.setenv(f"MEZZOTINT_{name.upper()}_FOLDER", str(tmp_path / "home" / name))
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "MEZZOTINT_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
