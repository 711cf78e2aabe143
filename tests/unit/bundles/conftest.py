"""Tests of bundles do not wait until the disk has everything."""

import os

import pytest


@pytest.fixture(autouse=True)
def fast_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out fsync, which takes longer than all the rest."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # pyright: ignore
