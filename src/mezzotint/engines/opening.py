"""Choose the engine for a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.engines.native import NativeEngine

if TYPE_CHECKING:
    from mezzotint.bundles.read import Bundle
    from mezzotint.engines.protocol import Engine
    from mezzotint.engines.session_cache import SessionCache
    from mezzotint.engines.settings import EngineSettings


def open_engine(
    bundle: Bundle,
    settings: EngineSettings | None = None,
    *,
    sessions: SessionCache | None = None,
) -> Engine:
    """Open the engine that computes a bundle. Nothing is loaded before the first picture.

    Args:
        bundle: A checked bundle.
        settings: Where to compute and how many pictures at a time; None for the defaults.
        sessions: Loaded graphs, to share between engines; None makes an own cache.
    """
    return NativeEngine(bundle, settings, sessions=sessions)
