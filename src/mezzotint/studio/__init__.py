"""The facade that all faces call; settings and wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezzotint.studio.settings import Settings as Settings
    from mezzotint.studio.studio import Studio as Studio

__all__ = ["Settings", "Studio"]


def __getattr__(name: str) -> object:
    # Loaded when first asked for: `mezzotint --help` needs this package's translations alone.
    if name == "Studio":
        from mezzotint.studio.studio import Studio

        return Studio
    if name == "Settings":
        from mezzotint.studio.settings import Settings

        return Settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
